import type { Stats } from 'node:fs';
import { lstat, readdir, type FileHandle } from 'node:fs/promises';
import type { FileEntry, FilePage } from '../../ports/file-store.js';
import { bytesOf, held, within } from './filestore.walk.js';

const atOnce = 64;

const tagOf = ({ ino, size, mtimeMs }: Stats): string =>
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
  const bytes = Buffer.from(raw, 'latin1');
  const name = bytes.toString('utf8');
  // A name that is not UTF-8 is shown, though it cannot be asked for.
  if (!Buffer.from(name).equals(bytes))
    return { name, kind: 'other', size: 0, bytes: 0, modifiedAt: new Date(0), tag: '' };
  // It may be gone by now.
  const stats = await lstat(within(folder, name)).catch(() => undefined);
  return stats && entryOf(name, stats);
};

const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/** The names from the cursor on, as many as are asked for and one more: each byte a character, so that all can be told. */
const namesOf = (names: readonly string[], { limit, after, q }: FilePage): string[] => {
  const last = after === undefined ? '' : Buffer.from(after, 'base64url').toString('latin1');
  const part = q === undefined ? '' : folded(q);
  const found: string[] = [];
  for (const name of names) {
    if (name <= last) continue;
    if (part !== '' && !folded(Buffer.from(name, 'latin1').toString('utf8')).includes(part)) continue;
    if (found.push(name) > limit) break;
  }
  return found;
};

/** A part of what is in a folder held open. Only names are read of the rest: there may be very many. */
export const entriesIn = async (folder: FileHandle, page: FilePage) => {
  const names = (await readdir(held(folder), 'latin1')).sort();
  const found = namesOf(names, page);
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  const entries: FileEntry[] = [];
  for (let i = 0; i < shown.length; i += atOnce) {
    const some = await Promise.all(shown.slice(i, i + atOnce).map(name => entryIn(folder, name)));
    entries.push(...some.filter(entry => entry !== undefined));
  }
  const more = found.length > page.limit && last !== undefined;
  return { entries, next: more ? Buffer.from(last, 'latin1').toString('base64url') : null };
};
