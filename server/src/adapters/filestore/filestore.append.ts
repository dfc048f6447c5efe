import type { FileHandle } from 'node:fs/promises';
import { problem } from '../../platform/problem.js';
import type { Bytes } from '../../ports/file-store.js';

/** Bytes that are written at once: a socket brings them in small pieces, and each write has its price. */
const atOnce = 1024 * 1024;
/** Bytes after which the disk is told to begin: whoever waits until all is on it shall not wait for all of it at the end. */
const aheadEvery = 64 * 1024 * 1024;
/** As many pieces as the kernel takes in one call (IOV_MAX). */
const mostPieces = 1024;

const writeAll = async (file: FileHandle, pieces: readonly Buffer[], at: number): Promise<void> => {
  const whole = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let { bytesWritten: written } = await file.writev(pieces, at);
  if (written === whole) return;
  // A disk that is nearly full takes a part, and says why it takes no more when it is asked again.
  const all = Buffer.concat(pieces);
  while (written < whole)
    written += (await file.write(all, written, whole - written, at + written)).bytesWritten;
};

/**
 * Writes what comes at an offset, while the next is awaited, and answers how much came. Of a source that fails what has
 * come is written all the same: it is a beginning, in one piece.
 */
export const append = async (
  file: FileHandle,
  offset: number,
  source: Bytes,
  limit = Infinity
): Promise<number> => {
  let at = offset;
  let pieces: Buffer[] = [];
  let size = 0;
  let writing = Promise.resolve();
  let ahead = Promise.resolve();
  let isAhead = false;
  let unsynced = 0;
  const syncAhead = (): void => {
    if (unsynced < aheadEvery || isAhead) return;
    [unsynced, isAhead] = [0, true];
    ahead = ahead.then(() => file.datasync()).finally(() => (isAhead = false));
    // What failed stays so until it is awaited at the end.
    ahead.catch(() => undefined);
  };
  const flush = async (): Promise<void> => {
    await writing;
    if (size === 0) return;
    writing = writeAll(file, pieces, at);
    // It is awaited before the next one.
    writing.catch(() => undefined);
    at += size;
    unsynced += size;
    syncAhead();
    pieces = [];
    size = 0;
  };
  try {
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
      if (at + size - offset > limit)
        throw problem('request.too-large', `A file may have ${limit} bytes at most.`);
      if (size >= atOnce || pieces.length >= mostPieces) await flush();
    }
  } finally {
    await flush();
    await writing;
    await ahead;
  }
  return at - offset;
};
