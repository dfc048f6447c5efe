import type { FileHandle } from 'node:fs/promises';

/** Bytes that are worth a write: a socket brings them in small pieces, and each write has its price. */
export const worthWriting = 512 * 1024;
/** Bytes after which the disk is told to begin: whoever waits until all is on it shall not wait for all of it at the end. */
const aheadEvery = 64 * 1024 * 1024;

/** Writes pieces one after the other from a place on. */
export const writeAll = async (file: FileHandle, pieces: readonly Buffer[], at: number): Promise<void> => {
  const whole = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let { bytesWritten: written } = await file.writev(pieces, at);
  if (written === whole) return;
  // A disk that is nearly full takes a part, and says why it takes no more when it is asked again.
  const all = Buffer.concat(pieces);
  while (written < whole)
    written += (await file.write(all, written, whole - written, at + written)).bytesWritten;
};

/** Has the disk begin with what has been written; `done` waits for what it was told, and throws what came of it. */
export const syncingAhead = (file: FileHandle) => {
  let ahead = Promise.resolve();
  let isAhead = false;
  let unsynced = 0;
  return {
    wrote(bytes: number): void {
      unsynced += bytes;
      if (unsynced < aheadEvery || isAhead) return;
      [unsynced, isAhead] = [0, true];
      ahead = ahead.then(() => file.datasync()).finally(() => (isAhead = false));
      // What failed stays so until it is awaited at the end.
      ahead.catch(() => undefined);
    },
    done: (): Promise<void> => ahead
  };
};
