import { createReadStream } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../../ports/file-store.js';
import { append } from './filestore.append.js';
import { fileMode } from './filestore.incoming.js';
import { tagOf } from './filestore.list.js';
import { codeOf, told, type Owner } from './filestore.walk.js';

const readAtOnce = 1024 * 1024;

const withFile = async <T>(
  path: string,
  flags: string,
  act: (file: FileHandle) => Promise<T>
): Promise<T> => {
  const file = await open(path, flags, 0o600);
  try {
    return await act(file);
  } finally {
    await file.close();
  }
};

/** Uploads that come in parts, beside those that come whole; how far one has come is how long its file is. */
export const createResumable = (folder: string, owner: Owner | undefined) => {
  const at = (id: string): string => join(folder, id);

  return {
    async begin(id: string): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await withFile(at(id), 'wx', () => Promise.resolve());
    },

    async offset(id: string): Promise<number | undefined> {
      try {
        return await withFile(at(id), 'r+', async file => {
          await file.datasync();
          return (await file.stat()).size;
        });
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },

    async append(id: string, offset: number, source: Bytes): Promise<void> {
      try {
        await withFile(at(id), 'r+', file => append(file, offset, source));
      } catch (error) {
        throw told(error, 'upload');
      }
    },

    cut: (id: string, offset: number): Promise<void> => withFile(at(id), 'r+', file => file.truncate(offset)),

    read: (id: string): Bytes => createReadStream(at(id), { highWaterMark: readAtOnce }),

    /** Where it lies, ready to be placed. */
    async complete(id: string): Promise<{ path: string; size: number; tag: string }> {
      const path = at(id);
      await withFile(path, 'r+', file => file.datasync());
      await chmod(path, fileMode);
      if (owner) await chown(path, owner.uid, owner.gid);
      const stats = await lstat(path);
      return { path, size: stats.size, tag: tagOf(stats) };
    },

    discard: (id: string): Promise<void> => rm(at(id), { force: true })
  };
};
