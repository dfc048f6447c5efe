import type { FileBatch, SmallFile } from '../../ports/file-batches.js';
import type { Arriving } from './batches.read.js';

/** Files up to it are held in memory until some of them are written together. */
const small = 256 * 1024;
/** How many of them, and how much, while as much again is being written. */
const together = { entries: 256, bytes: 2 ** 21 };

/** Takes files and folders into a batch: the next of them come while some are written. */
export const createTakeIn = (batch: Pick<FileBatch, 'file' | 'takeIn'>) => {
  let files: SmallFile[] = [];
  let folders: string[] = [];
  let bytes = 0;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    await writing;
    if (files.length + folders.length === 0) return;
    writing = batch.takeIn({ folders, files });
    // It is awaited before the next ones.
    writing.catch(() => undefined);
    [files, folders, bytes] = [[], [], 0];
  };

  const writeMany = async (): Promise<void> => {
    if (files.length + folders.length >= together.entries || bytes >= together.bytes) await write();
  };

  return {
    async folder(path: string): Promise<void> {
      folders.push(path);
      await writeMany();
    },

    async file({ path, size, content }: Arriving): Promise<void> {
      if (size > small) {
        await batch.file(path, content);
        return;
      }
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(piece);
      files.push({ path, content: pieces });
      bytes += size;
      await writeMany();
    },

    /** Writes what is held still; all of it is there then. */
    async flush(): Promise<void> {
      await write();
      await writing;
    },

    /** Nothing is written any more, whatever became of it. */
    async ended(): Promise<void> {
      await writing.catch(() => undefined);
    }
  };
};
