import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, chown, copyFile, mkdir, open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Staged } from '../../ports/file-staging.js';
import { fileMode, fill } from './filestore.incoming.js';
import { move, settle, type Spot } from './filestore.move.js';
import { namesOfNew } from './filestore.path.js';
import type { Outgoing } from './filestore.outgoing.js';
import { codeOf, makeFolder, openFolder, told, type Owner } from './filestore.walk.js';

interface Ways {
  readonly outgoing: Outgoing;
  readonly at: <T>(
    dataset: Parameters<Staged['place']>[0],
    path: string,
    making: boolean,
    act: (spot: Spot) => Promise<T>
  ) => Promise<T>;
  /** Opens a file of a dataset for reading, whatever lies on the way. */
  readonly openFile: (dataset: Parameters<Staged['clone']>[1], path: string) => Promise<FileHandle>;
}

const onlyOurs = 0o700;
/** No other way of sharing blocks, and none at all, are answered in these words. */
const cannotClone = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOSYS', 'EINVAL', 'ENOTTY']);

/** What is being made, in a folder on the datasets’ file system: until it is placed nobody but us reaches it. */
export const createStaging = (
  folder: string,
  owner: Owner | undefined,
  { outgoing, at, openFile }: Ways
) => ({
  async stage(): Promise<Staged> {
    await mkdir(folder, { recursive: true, mode: onlyOurs });
    const name = randomUUID();
    const whole = join(folder, name);
    const pathOf = (path: string): string => (path === '' ? whole : join(whole, ...namesOfNew(path)));

    const give = async (path: string): Promise<void> => {
      await chmod(path, fileMode);
      if (owner) await chown(path, owner.uid, owner.gid);
    };
    const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

    return {
      folder: async path =>
        makeFolder(pathOf(path), owner).catch((error: unknown) => {
          throw told(error, last(path));
        }),

      async file(path, source, limit) {
        const made = pathOf(path);
        try {
          const size = await fill(await open(made, 'wx', 0o600), source, limit);
          await give(made);
          return size;
        } catch (error) {
          await unlink(made).catch(() => undefined);
          throw told(error, last(path));
        }
      },

      async clone(path, from, its) {
        const file = await openFile(from, its);
        const made = pathOf(path);
        try {
          const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants;
          await copyFile(`/proc/self/fd/${String(file.fd)}`, made, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
          await give(made);
          return true;
        } catch (error) {
          if (!cannotClone.has(codeOf(error))) throw told(error, last(path));
          await unlink(made).catch(() => undefined);
          return false;
        } finally {
          await file.close();
        }
      },

      async place(dataset, as) {
        namesOfNew(as);
        const ours = await openFolder(folder);
        try {
          await settle(ours);
          return await at(dataset, as, true, spot => move({ folder: ours, name }, spot));
        } finally {
          await ours.close();
        }
      },

      discard: () => outgoing.clear(whole)
    };
  },

  /** Removes what was never placed, behind everybody’s back. */
  async sweep(): Promise<void> {
    await mkdir(folder, { recursive: true, mode: onlyOurs });
    for (const name of await readdir(folder)) void outgoing.clear(join(folder, name));
  }
});
