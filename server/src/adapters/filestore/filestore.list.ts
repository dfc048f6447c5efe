import type { Stats } from 'node:fs';
import { lstat, readdir, type FileHandle } from 'node:fs/promises';
import type { FileEntry } from '../../ports/file-store.js';
import { held, within } from './filestore.walk.js';

const atOnce = 64;

export const entryOf = (name: string, stats: Stats): FileEntry => ({
  name,
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
  size: stats.isFile() ? stats.size : 0,
  modifiedAt: stats.mtime
});

const entryIn = async (folder: FileHandle, raw: Buffer): Promise<FileEntry | undefined> => {
  const name = raw.toString('utf8');
  // A name that is not UTF-8 is shown, though it cannot be asked for.
  if (!Buffer.from(name).equals(raw)) return { name, kind: 'other', size: 0, modifiedAt: new Date(0) };
  // It may be gone by now.
  const stats = await lstat(within(folder, name)).catch(() => undefined);
  return stats && entryOf(name, stats);
};

/** What is in a folder held open, by name. */
export const entriesIn = async (folder: FileHandle): Promise<FileEntry[]> => {
  const names = await readdir(held(folder), { encoding: 'buffer' });
  const entries: FileEntry[] = [];
  for (let i = 0; i < names.length; i += atOnce) {
    const some = await Promise.all(names.slice(i, i + atOnce).map(name => entryIn(folder, name)));
    entries.push(...some.filter(entry => entry !== undefined));
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
};
