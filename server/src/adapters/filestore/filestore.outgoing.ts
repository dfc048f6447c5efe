import { randomUUID } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { measure } from './filestore.find.js';
import { entryOf } from './filestore.list.js';
import { move, type Spot } from './filestore.move.js';
import { codeOf, held, openFolder, told, unknown, within } from './filestore.walk.js';

const onlyOurs = 0o700;
const atOnce = 64;
/** How often a folder is emptied that a program fills meanwhile, and after how many milliseconds it is tried again. */
const [tries, usualAgain] = [5, 5000];

const isGone = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** Removes what is no folder; answers whether it was one. */
const unlinked = async (path: string | Buffer): Promise<boolean> => {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) === 'EISDIR') return false;
    if (!isGone(error)) throw error;
  }
  return true;
};

/** Lets us in, whatever mode a program gave it, and nobody else: a program that holds it open can add nothing more. */
const openUp = async (path: string | Buffer) => {
  const folder = await openFolder(path);
  if (process.getuid?.() === 0) await chown(held(folder), 0, 0);
  await chmod(held(folder), onlyOurs);
  return folder;
};

/** What is on its way out, where no sandbox sees it; on the datasets' file system, so that a rename takes it away. */
export const createOutgoing = (folder: string, again = usualAgain) => {
  /** What could not be removed yet. */
  const left = new Set<string>();
  let waiting: NodeJS.Timeout | undefined;

  const fresh = (): string => join(folder, randomUUID());

  /** Brings a folder up to where it is emptied in its turn: however deep it was, one folder is open at a time. */
  const bringUp = async (path: Buffer): Promise<string> => {
    await (await openUp(path)).close();
    const up = fresh();
    await rename(path, up);
    return up;
  };

  /** Empties a folder but for those in it, which are brought up and added to others. */
  const empty = async (path: string, folders: string[]): Promise<void> => {
    const here = await openUp(path);
    try {
      const names = await readdir(held(here), 'buffer');
      const clearOne = async (name: Buffer) => {
        const inside = Buffer.concat([Buffer.from(within(here, '')), name]);
        if (!(await unlinked(inside))) folders.push(await bringUp(inside));
      };
      for (let i = 0; i < names.length; i += atOnce) {
        // All of them have ended before the folder is let go, whose number another could then have.
        const some = await Promise.allSettled(names.slice(i, i + atOnce).map(clearOne));
        for (const one of some) if (one.status === 'rejected') throw one.reason;
      }
    } finally {
      await here.close();
    }
  };

  const emptied = async (path: string, folders: string[]): Promise<void> => {
    for (let n = 1; ; n++) {
      await empty(path, folders);
      try {
        await rmdir(path);
        return;
      } catch (error) {
        if (codeOf(error) !== 'ENOTEMPTY' || n >= tries) throw error;
      }
    }
  };

  /** Removes something whole: links in it are removed, never followed. */
  const clear = async (taken: string): Promise<void> => {
    const some = [taken];
    for (let next = some.pop(); next !== undefined; next = some.pop())
      try {
        if (!(await unlinked(next))) await emptied(next, some);
      } catch {
        left.add(next);
      }
    if (left.size > 0) later();
  };

  /** What a program that still has a foot in it keeps from being removed is removed once that is over. */
  const later = (): void => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      const some = [...left];
      left.clear();
      void (async () => {
        for (const path of some) await clear(path);
      })();
    }, again).unref();
  };

  return {
    /** Takes away whatever has the name at this moment; answers where it is now. */
    async take({ folder: from, name }: Spot) {
      await mkdir(folder, { recursive: true, mode: onlyOurs });
      const path = fresh();
      try {
        await rename(within(from, name), path);
      } catch (error) {
        throw isGone(error) ? unknown(name) : told(error, name);
      }
      const { kind, bytes } = entryOf(name, await lstat(path));
      const taken = kind === 'folder' ? await measure(path) : { bytes, files: kind === 'file' ? 1 : 0 };
      return { path, ...taken };
    },

    /** Brings it back to a name that nothing else has. */
    async putBack(path: string, to: Spot): Promise<void> {
      const place = await openFolder(folder);
      try {
        await move({ folder: place, name: basename(path) }, to);
      } finally {
        await place.close();
      }
    },

    clear,

    /** Goes on behind everybody's back: what is there may be very much. */
    async sweep(): Promise<void> {
      await mkdir(folder, { recursive: true, mode: onlyOurs });
      const names = await readdir(folder);
      void (async () => {
        for (const name of names) await clear(join(folder, name));
      })();
    }
  };
};
export type Outgoing = ReturnType<typeof createOutgoing>;
