import { rmdir } from 'node:fs/promises';
import { problem } from '../../platform/problem.js';
import type { Removed } from '../../ports/file-store.js';
import { settle, type Spot } from './filestore.move.js';
import type { Outgoing } from './filestore.outgoing.js';
import { codeOf, look, notAFile, shown, told, unknown, within } from './filestore.walk.js';

interface Ways {
  readonly outgoing: Outgoing;
  /** Moves what was taken from a path back to where it was. */
  readonly putBack: (from: string) => Promise<void>;
  readonly makeAgain: () => Promise<void>;
}

const removeEmpty = async ({ folder, name }: Spot): Promise<void> => {
  try {
    await rmdir(within(folder, name));
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY') throw told(error, name);
    throw problem(
      'file.folder-not-empty',
      `${shown(name)} is not empty; delete what is in it first, or all of it at once.`
    );
  }
};

/** Takes away what has a name: a file, a folder with nothing in it, or one with all that it holds. */
export const remove = async (
  spot: Spot,
  recursive: boolean,
  { outgoing, putBack, makeAgain }: Ways
): Promise<Removed> => {
  const there = await look(spot.folder, spot.name);
  if (!there) throw unknown(spot.name);
  if (!there.isFile() && !there.isDirectory()) throw notAFile(spot.name);
  if (there.isDirectory() && !recursive) {
    await removeEmpty(spot);
    await settle(spot.folder);
    return { bytes: 0, files: 0, discard: () => Promise.resolve(), putBack: makeAgain };
  }
  const { path, bytes, files } = await outgoing.take(spot);
  await settle(spot.folder);
  return { bytes, files, discard: () => outgoing.clear(path), putBack: () => putBack(path) };
};
