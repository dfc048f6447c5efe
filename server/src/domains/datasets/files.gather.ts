import { datasets as words } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { FileStore } from '../../ports/file-store.js';
import { canTakeFolder } from './datasets.policy.js';
import { refOf, type Place } from './files.place.js';
import { canCarryAt } from './shares.policy.js';

/** More is not walked for one request. */
const most = 100_000;

/** One thing of those that are taken. */
export interface Taken {
  /** In its dataset. */
  readonly path: string;
  /** Below the folder that all that is asked for lies in. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
}

export interface Gathered {
  /** Folders before what is in them. */
  readonly items: readonly Taken[];
  readonly bytes: number;
  readonly files: number;
  /** Links and the like. */
  readonly others: number;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const ofOneFolder = (paths: readonly string[]): string => {
  const [first = '', ...rest] = paths.map(parentOf);
  if (new Set(paths).size < paths.length || rest.some(parent => parent !== first))
    throw problem('file.path', 'Name each file and folder once, all of one folder.');
  return first;
};

const sum = (items: readonly Taken[]): Gathered => ({
  items,
  bytes: items.reduce((total, { size }) => total + size, 0),
  files: items.filter(({ kind }) => kind === 'file').length,
  others: items.filter(({ kind }) => kind === 'other').length
});

/** Lists what some files and folders of a dataset’s folder hold; the whole dataset where none is named. */
export const gather = async (
  files: FileStore,
  place: Omit<Place, 'path'>,
  paths: readonly string[]
): Promise<Gathered> => {
  const parent = ofOneFolder(paths);
  const nameOf = (path: string): string => (parent === '' ? path : path.slice(parent.length + 1));
  const items: Taken[] = [];
  const add = (item: Taken): void => {
    if (items.push(item) > most)
      throw problem(
        'operation.too-much',
        `It is more than ${most.toLocaleString('en')} files and folders; take some of them at a time, or do it from a notebook.`
      );
  };
  for (const path of paths.length === 0 ? [''] : paths) {
    const { kind, size } = await files.entry(refOf(place), path);
    if (path !== '') add({ path, name: nameOf(path), kind, size });
    if (kind !== 'folder') continue;
    for await (const found of files.walk(refOf(place), path)) {
      const whole = path === '' ? found.path : `${path}/${found.path}`;
      add({ path: whole, name: nameOf(whole), kind: found.kind, size: found.size });
    }
  }
  return sum(items);
};

/** Throws for who may not take all of this out of its dataset. */
export const demandTaking = (
  actor: Author,
  from: words.Dataset,
  paths: readonly string[],
  { items }: Gathered
): void => {
  const person = personOf(actor);
  const isData = ({ kind, path }: Taken): boolean =>
    kind !== 'folder' && !(kind === 'file' && words.isProgram(from.name, path));
  const single = paths.length > 0 && items.every(({ kind }) => kind === 'file');
  if (single || from.sharedBy !== undefined)
    for (const { path } of items) demand(canCarryAt(person, 'out', from, path));
  else demand(canTakeFolder(person, from.name, items.find(isData)?.path));
};
