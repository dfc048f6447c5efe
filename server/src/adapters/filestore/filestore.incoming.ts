import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem, ProblemError } from '../../platform/problem.js';
import { codeOf, told, type Owner } from './filestore.walk.js';

export const fileMode = 0o660;

export const counted = (limit: number, count: (bytes: number) => void): Transform => {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      count(size);
      if (size > limit) done(problem('request.too-large', `A file may have ${limit} bytes at most.`));
      else done(null, chunk);
    }
  });
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
  async take(source: Readable, limit: number): Promise<{ path: string; size: number }> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, randomUUID());
    let size = 0;
    try {
      const file = await open(path, 'wx', 0o600);
      await pipeline(
        source,
        counted(limit, bytes => (size = bytes)),
        file.createWriteStream({ flush: true })
      );
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
