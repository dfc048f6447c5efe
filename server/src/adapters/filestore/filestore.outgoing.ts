import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { measure } from './filestore.find.js';
import { entryOf } from './filestore.list.js';
import { move, type Spot } from './filestore.move.js';
import { codeOf, held, openFolder, told, unknown, within } from './filestore.walk.js';

const onlyOurs = 0o700;
const atOnce = 64;

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

/** Lets us in, whatever mode a program gave it. */
const openUp = async (path: string | Buffer) => {
  const folder = await openFolder(path);
  await chmod(held(folder), onlyOurs);
  return folder;
};

/** What is on its way out, where no sandbox sees it; on the datasets' file system, so that a rename takes it away. */
export const createOutgoing = (folder: string) => {
  const fresh = (): string => join(folder, randomUUID());

  /** Brings a folder up to where it is emptied in its turn: however deep it was, one folder is open at a time. */
  const bringUp = async (path: Buffer): Promise<string> => {
    await (await openUp(path)).close();
    const up = fresh();
    await rename(path, up);
    return up;
  };

  /** Empties a folder but for those in it, which are brought up. */
  const emptied = async (path: string): Promise<string[]> => {
    const here = await openUp(path);
    const folders: string[] = [];
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
    await rmdir(path);
    return folders;
  };

  /** Removes something whole: links in it are removed, never followed. */
  const clear = async (taken: string): Promise<void> => {
    const waiting = [taken];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      if (!(await unlinked(next))) waiting.push(...(await emptied(next)));
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

    /** What a program that still has a foot in it keeps from being removed is removed at the next sweep. */
    clear: (path: string): Promise<void> => clear(path).catch(() => undefined),

    /** Goes on behind everybody's back: what is there may be very much. */
    async sweep(): Promise<void> {
      await mkdir(folder, { recursive: true, mode: onlyOurs });
      const left = await readdir(folder);
      void (async () => {
        for (const name of left) await clear(join(folder, name)).catch(() => undefined);
      })();
    }
  };
};
export type Outgoing = ReturnType<typeof createOutgoing>;
