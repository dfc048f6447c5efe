import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { heldFile, type Filling } from '../../platform/handed-file.js';
import { problem, ProblemError } from '../../platform/problem.js';
import { append } from './filestore.append.js';
import { codeOf, told, type Owner } from './filestore.walk.js';

export const fileMode = 0o660;

const filled = async (file: FileHandle, filling: Filling, limit: number): Promise<number> => {
  await filling(await heldFile(file));
  const { size } = await file.stat();
  if (size > limit) throw problem('request.too-large', `A file may have ${limit} bytes at most.`);
  return size;
};

/** Writes a new file whole, on its disk when answered, and closes it; answers its size. */
export const fill = async (file: FileHandle, source: Readable | Filling, limit: number): Promise<number> => {
  try {
    const size =
      typeof source === 'function' ? await filled(file, source, limit) : await append(file, 0, source, limit);
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
};

const cut = new Set(['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE']);

const reasonOf = (error: unknown): unknown => {
  if (error instanceof ProblemError) return error;
  const aborted = cut.has(codeOf(error)) || (error instanceof Error && error.message === 'aborted');
  if (aborted)
    return problem('request.invalid', 'The upload ended before it was whole; nothing of it was kept.', {
      cause: error
    });
  return told(error, 'upload');
};

/** Uploads on their way in, where no sandbox sees them; on the datasets' file system, so that a rename places them. */
export const createIncoming = (folder: string, owner: Owner | undefined) => ({
  async take(source: Readable | Filling, limit: number): Promise<{ path: string; size: number }> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, randomUUID());
    try {
      const file = await open(path, 'wx', 0o600);
      const size = await fill(file, source, limit);
      await chmod(path, fileMode);
      if (owner) await chown(path, owner.uid, owner.gid);
      return { path, size };
    } catch (error) {
      await rm(path, { force: true });
      throw reasonOf(error);
    }
  },

  /** Removes what is none of those that are kept. */
  async sweep(kept: ReadonlySet<string>): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder))
      if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
});
