import { constants } from 'node:fs';
import { link, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { problem } from '../../platform/problem.js';
import type { FileEntry } from '../../ports/file-store.js';
import { entryOf } from './filestore.list.js';
import { codeOf, exists, held, look, notAFile, shown, told, unknown, within } from './filestore.walk.js';

/** A name in a folder held open. */
export interface Spot {
  readonly folder: FileHandle;
  readonly name: string;
}

const at = ({ folder, name }: Spot): string => within(folder, name);

/** Makes a folder's entries outlive a power cut; one that a program made unreadable is left to the kernel. */
export const settle = async (folder: FileHandle): Promise<void> => {
  const readable = await open(held(folder), constants.O_RDONLY | constants.O_DIRECTORY).catch(
    () => undefined
  );
  try {
    await readable?.sync();
  } finally {
    await readable?.close();
  }
};

/** Gives a file its name where nothing has it: unlike a rename, a link never replaces anything. */
export const linkNew = async (from: string, to: Spot): Promise<void> => {
  try {
    await link(from, at(to));
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? exists(to.name) : told(error, to.name);
  }
};

const moveFile = async (from: Spot, to: Spot): Promise<void> => {
  await linkNew(at(from), to);
  try {
    // Whoever writes in the dataset can exchange the old name just before this, and loses what they put there.
    await unlink(at(from));
  } catch (error) {
    await unlink(at(to)).catch(() => undefined);
    throw told(error, from.name);
  }
};

const moveFolder = async (from: Spot, to: Spot): Promise<void> => {
  if (await look(to.folder, to.name)) throw exists(to.name);
  try {
    // The slash lets it be a folder only; what it could replace that came just now is a folder with nothing in it.
    await rename(`${at(from)}/`, at(to));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EINVAL')
      throw problem('file.path', `${shown(from.name)} cannot be moved into itself; choose another folder.`);
    throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code) ? exists(to.name) : told(error, from.name);
  }
};

/** Moves a file or a folder, and replaces nothing; a link is left where it is. */
export const move = async (from: Spot, to: Spot): Promise<FileEntry> => {
  const there = await look(from.folder, from.name);
  if (!there) throw unknown(from.name);
  if (there.isFile()) await moveFile(from, to);
  else if (there.isDirectory()) await moveFolder(from, to);
  else throw notAFile(from.name);
  await settle(to.folder);
  await settle(from.folder);
  return entryOf(to.name, there);
};
