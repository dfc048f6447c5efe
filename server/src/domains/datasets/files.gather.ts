import { datasets as words } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { FileStore } from '../../ports/file-store.js';
import { canTakeFolder } from './datasets.policy.js';
import { createPathList, eachOf, mostPathBytes } from './files.list.js';
import { refOf, type Place } from './files.place.js';
import { canCarryAt } from './shares.policy.js';

/** More is not walked for one request. */
const most = 100_000;
const mib = String(mostPathBytes / 2 ** 20);

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
  /** Folders before what is in them; each is made anew as it is asked for. */
  readonly items: Iterable<Taken> & { readonly length: number };
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

const kinds = ['file', 'folder', 'other'] as const;

const tooMuch = (what: string) =>
  problem(
    'operation.too-much',
    `It is more than ${what}; take some of them at a time, or do it from a notebook.`
  );

/** Lists what some files and folders of a dataset’s folder hold; the whole dataset where none is named. */
export const gather = async (
  files: Pick<FileStore, 'entry' | 'walk'>,
  place: Omit<Place, 'path'>,
  paths: readonly string[]
): Promise<Gathered> => {
  const parent = ofOneFolder(paths);
  const nameOf = (path: string): string => (parent === '' ? path : path.slice(parent.length + 1));
  const list = createPathList(2);
  const sum = { bytes: 0, files: 0, others: 0 };
  const add = (path: string, { kind, size }: Pick<Taken, 'kind' | 'size'>): void => {
    if (list.length >= most) throw tooMuch(`${most.toLocaleString('en')} files and folders`);
    if (!list.add(path, kinds.indexOf(kind), size))
      throw tooMuch(`can be kept in mind at once: their paths together are over ${mib} MiB long`);
    sum.bytes += size;
    if (kind === 'file') sum.files += 1;
    else if (kind === 'other') sum.others += 1;
  };
  for (const path of paths.length === 0 ? [''] : paths) {
    const { kind, size } = await files.entry(refOf(place), path);
    if (path !== '') add(path, { kind, size });
    if (kind !== 'folder') continue;
    for await (const found of files.walk(refOf(place), path)) {
      const whole = path === '' ? found.path : `${path}/${found.path}`;
      add(whole, found);
    }
  }
  const each = eachOf(list, (path, [kind = 0, size = 0]): Taken => {
    return { path, name: nameOf(path), kind: kinds[kind] ?? 'other', size };
  });
  return { items: { length: list.length, [Symbol.iterator]: () => each[Symbol.iterator]() }, ...sum };
};

const first = (items: Iterable<Taken>, is: (item: Taken) => boolean): Taken | undefined => {
  for (const item of items) if (is(item)) return item;
  return undefined;
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
  const single = paths.length > 0 && first(items, ({ kind }) => kind !== 'file') === undefined;
  if (single || from.sharedBy !== undefined)
    for (const { path } of items) demand(canCarryAt(person, 'out', from, path));
  else demand(canTakeFolder(person, from.name, first(items, isData)?.path));
};
