import { opendir, readdir, type FileHandle } from 'node:fs/promises';
import type { FilePage } from '../../ports/file-store.js';
import { held } from './filestore.walk.js';

// Each byte of a name a character: so every name can be told from every other, and the order is that of the bytes.
const encoding = 'latin1';
const atOnce = 4096;

/** A name as people read it. */
export const nameOf = (raw: string): { readonly name: string; readonly isUtf8: boolean } => {
  const bytes = Buffer.from(raw, encoding);
  const name = bytes.toString('utf8');
  return { name, isUtf8: Buffer.from(name).equals(bytes) };
};

/**
 * Tells every name in a folder. Read by stretches, of which only the first name is waited for: what reads all at once
 * sorts too, and takes twice as long.
 */
const eachName = async (folder: FileHandle, tell: (raw: string) => void): Promise<void> => {
  const names = await opendir(held(folder), { encoding, bufferSize: atOnce });
  try {
    for (let next = await names.read(); next !== null; next = await names.read()) {
      tell(next.name);
      for (let i = 1; i < atOnce && next !== null; i++) {
        next = names.readSync();
        if (next) tell(next.name);
      }
      if (next === null) return;
    }
  } finally {
    await names.close();
  }
};

const folded = (raw: string): string =>
  // Most names are plain, and are what they look like.
  /[\u0080-\u00ff]/.test(raw) ? nameOf(raw).name.normalize('NFC').toLowerCase() : raw.toLowerCase();

/** Takes names in any order, and keeps those of the page and one more. */
const collector = ({ limit, after, q }: FilePage) => {
  const last = after === undefined ? '' : Buffer.from(after, 'base64url').toString(encoding);
  const part = (q ?? '').normalize('NFC').toLowerCase();
  let kept: string[] = [];
  let beyond: string | undefined;
  const cut = (): void => {
    kept = kept.sort().slice(0, limit + 1);
    if (kept.length > limit) beyond = kept.at(-1);
  };
  return {
    add: (raw: string): void => {
      if (raw <= last || (beyond !== undefined && raw >= beyond)) return;
      if (part !== '' && !folded(raw).includes(part)) return;
      if (kept.push(raw) > 3 * (limit + 1)) cut();
    },
    ended: (): string[] => {
      cut();
      return kept;
    }
  };
};

/** The names on a page of a folder held open, and the cursor of the next page. */
export const pageOfNames = async (folder: FileHandle, page: FilePage) => {
  let kept = collector(page);
  try {
    await eachName(folder, kept.add);
  } catch {
    // Where the file system does not tell what a name is, Node looks, and cannot where the name is no ASCII.
    kept = collector(page);
    for (const raw of await readdir(held(folder), encoding)) kept.add(raw);
  }
  const found = kept.ended();
  const names = found.slice(0, page.limit);
  const last = names.at(-1);
  const more = found.length > page.limit && last !== undefined;
  return { names, next: more ? Buffer.from(last, encoding).toString('base64url') : null };
};
