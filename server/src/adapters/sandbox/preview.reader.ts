import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { PreviewFault, type PreviewedFile, type PreviewReader } from '../../ports/preview-reader.js';
import { SandboxFault, type Sandbox, type SandboxStatus } from '../../ports/sandbox.js';

export interface PreviewReaderOptions {
  /** Apart from the sandboxes of notebooks: whatever is in it is a reader's. */
  readonly sandbox: Sandbox;
  /** Where its logs are; nothing of them is kept. */
  readonly logs: string;
  /** The Python environment, and the folder of the reader's package. */
  readonly environment: string;
  readonly program: string;
  /** Milliseconds that one reading may take. */
  readonly patience?: number;
}

const memory = 512 * 2 ** 20;
const largestAnswer = 16 * 2 ** 20;
const lookEvery = 15;

const Told = z.union([
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({
    fault: z.strictObject({
      code: z.enum(['unsupported', 'failed', 'too-large', 'changed']),
      words: z.string().max(1000)
    })
  })
]);

/** What the reader wrote, if it did: a link is not followed, nothing but a file is read, and not much. */
const answerIn = async (folder: string): Promise<z.output<typeof Told> | undefined> => {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(join(folder, 'answer'), flags);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > largestAnswer) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(stats.size), 0, stats.size, 0);
      return Told.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
};

const tooMuch = (what: string) =>
  new PreviewFault('too-large', `Reading it takes more ${what} than a preview may have.`);

/** Reads files by Python and Arrow, in a sandbox of its own for each question. */
export const createPreviewReader = (options: PreviewReaderOptions): PreviewReader => {
  const { sandbox, logs, patience = 10_000 } = options;

  const ended = async (
    id: string,
    until: number,
    signal: AbortSignal
  ): Promise<SandboxStatus & { state: 'ended' }> => {
    for (;;) {
      const now = await sandbox.status(id);
      if (now.state === 'ended') return now;
      signal.throwIfAborted();
      if (Date.now() > until) throw tooMuch('time');
      await pause(lookEvery);
    }
  };

  /** By its name it may be another file by now, or nothing. */
  const isStillThere = async ({ path, identity }: PreviewedFile): Promise<boolean> => {
    const stats = await lstat(path, { bigint: true }).catch(() => undefined);
    return stats !== undefined && `${stats.dev}:${stats.ino}` === identity;
  };

  const installed = () =>
    Promise.all([realpath(options.environment), realpath(options.program)]).catch((cause: unknown) => {
      throw new SandboxFault('What reads data files is not installed on this machine.', { cause });
    });

  const clear = async (id: string): Promise<void> => {
    await sandbox.stop(id, 'at once');
    await sandbox.forget(id);
    await rm(join(logs, `${id}.log`), { force: true });
  };

  return {
    async read(file, question, signal) {
      const id = `p-${randomUUID()}`;
      const until = Date.now() + patience;
      const [environment, program] = await installed();
      const request = { ...question, name: file.name, identity: file.identity };
      try {
        await sandbox.start({
          id,
          projectUser: 'preview',
          command: [
            ...['/opt/hopslab/base/bin/python', '-I', '-B', '/opt/hopslab/hopslab_preview'],
            ...['/run/request.json', '/data/file', '/run/web/answer']
          ],
          env: { HOME: '/tmp', LANG: 'C.UTF-8', ARROW_DEFAULT_MEMORY_POOL: 'system', OMP_NUM_THREADS: '1' },
          mounts: [
            { source: environment, target: '/opt/hopslab/base', writable: false },
            { source: program, target: '/opt/hopslab/hopslab_preview', writable: false },
            { source: file.path, target: '/data/file', writable: false }
          ],
          files: { '/run/request.json': JSON.stringify(request) },
          memory,
          grace: 0
        });
        const { reason } = await ended(id, until, signal);
        const told = await answerIn(sandbox.channelsOf(id).web);
        if (told === undefined) throw reason === null ? tooMuch('time or memory') : tooMuch('memory');
        if ('fault' in told) throw new PreviewFault(told.fault.code, told.fault.words);
        return told.answer;
      } catch (error) {
        if (error instanceof PreviewFault || signal.aborted || (await isStillThere(file))) throw error;
        if (error instanceof SandboxFault || (error as NodeJS.ErrnoException).code === 'ENOENT')
          throw new PreviewFault('changed', 'The file was moved or replaced meanwhile.');
        throw error;
      } finally {
        await clear(id);
      }
    },

    async sweep() {
      for (const id of await sandbox.list()) await clear(id);
      await rm(logs, { recursive: true, force: true });
    }
  };
};
