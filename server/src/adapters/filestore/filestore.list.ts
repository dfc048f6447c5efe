import type { Stats } from 'node:fs';
import { lstat, type FileHandle } from 'node:fs/promises';
import type { FileEntry, FilePage } from '../../ports/file-store.js';
import { nameOf, pageOfNames } from './filestore.names.js';
import { bytesOf, within } from './filestore.walk.js';

const atOnce = 64;

export const tagOf = ({ ino, size, mtimeMs }: Stats): string =>
  [ino, size, mtimeMs].map(n => n.toString(36)).join('-');

export const entryOf = (name: string, stats: Stats): FileEntry => ({
  name,
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
  size: stats.isFile() ? stats.size : 0,
  bytes: stats.isFile() ? bytesOf(stats.size, stats.blocks) : 0,
  modifiedAt: stats.mtime,
  tag: stats.isFile() ? tagOf(stats) : ''
});

const entryIn = async (folder: FileHandle, raw: string): Promise<FileEntry | undefined> => {
  const { name, isUtf8 } = nameOf(raw);
  // A name that is not UTF-8 is shown, though it cannot be asked for.
  if (!isUtf8) return { name, kind: 'other', size: 0, bytes: 0, modifiedAt: new Date(0), tag: '' };
  // It may be gone by now.
  const stats = await lstat(within(folder, name)).catch(() => undefined);
  return stats && entryOf(name, stats);
};

/** A part of what is in a folder held open. Only names are read of the rest: there may be very many. */
export const entriesIn = async (folder: FileHandle, page: FilePage) => {
  const { names, next } = await pageOfNames(folder, page);
  const entries: FileEntry[] = [];
  for (let i = 0; i < names.length; i += atOnce) {
    const some = await Promise.all(names.slice(i, i + atOnce).map(name => entryIn(folder, name)));
    entries.push(...some.filter(entry => entry !== undefined));
  }
  return { entries, next };
};
