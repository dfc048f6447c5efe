import { lstat, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { linkNew, move, settle, type Spot } from './filestore.move.js';
import { codeOf, descend, exists, look, openFolder, within } from './filestore.walk.js';

/** One thing that a merge puts in a place where nothing is: a file, or a folder with all that it holds. */
export interface Step {
  /** In the tree, and in the folder that is merged into. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** What a folder is known by wherever it is moved to. */
  readonly inode: string;
}

type Open = () => Promise<FileHandle>;

const inodeOf = async (path: string): Promise<string> => String((await lstat(path, { bigint: true })).ino);

const partsOf = (path: string): { readonly above: string; readonly name: string } => {
  const cut = path.lastIndexOf('/');
  return { above: path.slice(0, Math.max(0, cut)), name: path.slice(cut + 1) };
};

/** What is to be done so that a folder holds all of a tree too; throws for what is in the way. */
export const planMerge = async (tree: string, target: FileHandle, at = ''): Promise<Step[]> => {
  const steps: Step[] = [];
  const both: string[] = [];
  const pathOf = (name: string): string => (at === '' ? name : `${at}/${name}`);
  const entries = await readdir(join(tree, at), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const there = await look(target, entry.name);
    const path = pathOf(entry.name);
    if (!there) {
      const kind = entry.isDirectory() ? 'folder' : 'file';
      steps.push({ path, kind, inode: kind === 'folder' ? await inodeOf(join(tree, path)) : '' });
    } else if (entry.isDirectory() && there.isDirectory()) both.push(entry.name);
    else throw exists(path);
  }
  // One folder after the other, so that each is opened once.
  for (const name of both) {
    const inside = await descend(await openFolder(within(target, '.')), [name]);
    try {
      steps.push(...(await planMerge(tree, inside, pathOf(name))));
    } finally {
      await inside.close();
    }
  }
  return steps;
};

/** Does something with steps in the folder that they are about, one folder after the other; each is settled then. */
const inFolders = async (
  steps: readonly Step[],
  open: Open,
  act: (step: Step, spot: Spot) => Promise<void>,
  gone: (error: unknown) => void
): Promise<void> => {
  const byFolder = Map.groupBy(steps, ({ path }) => partsOf(path).above);
  for (const [above, some] of byFolder) {
    try {
      const folder = await descend(await open(), above === '' ? [] : above.split('/'));
      try {
        for (const step of some) await act(step, { folder, name: partsOf(step.path).name });
        await settle(folder);
      } finally {
        await folder.close();
      }
    } catch (error) {
      gone(error);
    }
  }
};

/** Puts everything in its place; of files the tree keeps its names, so that they are known when they are taken back. */
export const merge = (tree: string, steps: readonly Step[], open: Open): Promise<void> =>
  inFolders(
    steps,
    open,
    async ({ path, kind }, spot) => {
      if (kind === 'file') {
        await linkNew(join(tree, path), spot);
        return;
      }
      const from = await openFolder(join(tree, partsOf(path).above));
      try {
        await move({ folder: from, name: spot.name }, spot);
      } finally {
        await from.close();
      }
    },
    error => {
      throw error;
    }
  );

const unlessGone = (error: unknown): void => {
  if (!['ENOENT', 'file.unknown', 'file.path'].includes(codeOf(error))) throw error;
};

/** Takes back what is still where a merge has put it; what somebody has put there since stays. */
export const unmerge = (tree: string, steps: readonly Step[], open: Open): Promise<void> => {
  const back = async ({ path, kind, inode }: Step, { folder, name }: Spot): Promise<void> => {
    const there = within(folder, name);
    const ours = kind === 'folder' ? inode : await inodeOf(join(tree, path));
    if ((await inodeOf(there)) !== ours) return;
    if (kind === 'file') await unlink(there);
    else await rename(there, join(tree, path));
  };
  const backOne = (step: Step, spot: Spot) => back(step, spot).catch(unlessGone);
  return inFolders(steps, open, backOne, unlessGone);
};
