import { rmdir } from 'node:fs/promises';
import { basename, dirname, normalize } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const tries = 100;
const between = 20;

const named = (folder: string, id: string): boolean =>
  normalize(folder) === folder &&
  folder.startsWith('/sys/fs/cgroup/') &&
  /^hopslab-\d+$/.test(basename(dirname(folder))) &&
  basename(folder) === id;

const remove = async (folder: string): Promise<void> => {
  for (let left = tries; ; left--)
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      // The kernel may not have let go of the last process yet.
      if (code !== 'EBUSY' || left === 0) throw error;
      await pause(between);
    }
};

/** Gives back what a shim that was killed has left. The record is the sandbox identity’s: only what bears its name goes. */
export const removeGroups = async (id: string, folders: readonly string[]): Promise<void> => {
  for (const folder of folders) if (named(folder, id)) await remove(folder);
};
