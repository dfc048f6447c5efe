import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SmallFile } from '../../ports/file-batches.js';
import { fileMode } from './filestore.incoming.js';
import { folderMode, type Owner } from './filestore.walk.js';

/** What is not there yet, where nobody but us comes; folders above others first. */
interface Wanted {
  readonly folders: readonly string[];
  readonly files: readonly SmallFile[];
}

interface Failed {
  readonly path: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** Milliseconds without anything to write after which the thread ends. */
const idle = 5000;

/** Which file or folder could not be made, and why. */
export class WritingFailed extends Error {
  constructor(
    readonly path: string,
    cause: unknown
  ) {
    super('a file could not be written', { cause });
  }
}

const sizeOf = ({ content }: SmallFile): number => content.reduce((sum, { length }) => sum + length, 0);

/** In memory of their own, which is handed over and not copied once more. */
const joined = (files: readonly SmallFile[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(files.reduce((sum, file) => sum + sizeOf(file), 0));
  let at = 0;
  for (const piece of files.flatMap(({ content }) => content)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};

/**
 * Makes many small files and folders by a thread of its own: there each takes the time of its system calls, while every
 * one of them would otherwise be a turn of the event loop, and several at once be in each other’s way in their folder.
 */
export const createWriting = (owner: Owner | undefined) => {
  let thread: Worker | undefined;
  let ending: NodeJS.Timeout | undefined;
  let last = 0;
  const waiting = new Map<number, (failed?: Failed) => void>();

  const begun = (): Worker => {
    const script = new URL(`./filestore.writing.worker${extname(import.meta.url)}`, import.meta.url);
    const workerData = { owner, fileMode, folderMode };
    const made = new Worker(script, { workerData, execArgv: ['--no-warnings'] });
    const over = (error: Error): void => {
      if (thread !== made) return;
      thread = undefined;
      for (const settle of waiting.values()) settle({ path: '', message: error.message });
      waiting.clear();
    };
    made.on('message', ({ number, failed }: { readonly number: number; readonly failed?: Failed }) => {
      waiting.get(number)?.(failed);
      waiting.delete(number);
    });
    made.once('error', over);
    made.once('exit', () => {
      over(new Error('the thread that writes files has ended'));
    });
    return made;
  };

  const rest = (): void => {
    thread?.unref();
    ending = setTimeout(() => {
      const done = thread;
      thread = undefined;
      void done?.terminate();
    }, idle).unref();
  };

  return async ({ folders, files }: Wanted): Promise<void> => {
    clearTimeout(ending);
    const current = (thread ??= begun());
    current.ref();
    const number = (last += 1);
    const bytes = joined(files);
    const named = files.map(file => ({ path: file.path, size: sizeOf(file) }));
    const failed = await new Promise<Failed | undefined>(settle => {
      waiting.set(number, settle);
      current.postMessage({ number, folders, files: named, bytes }, [bytes.buffer]);
    });
    if (waiting.size === 0) rest();
    if (failed)
      throw new WritingFailed(failed.path, Object.assign(new Error(failed.message), { code: failed.code }));
  };
};
