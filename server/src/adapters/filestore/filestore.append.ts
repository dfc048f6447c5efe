import type { FileHandle } from 'node:fs/promises';
import { syncingAhead, worthWriting, writeAll } from '../../platform/file-writing.js';
import { problem } from '../../platform/problem.js';
import type { Bytes } from '../../ports/file-store.js';

/** As many pieces as the kernel takes in one call (IOV_MAX). */
const mostPieces = 1024;

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
  const syncing = syncingAhead(file);
  const flush = async (): Promise<void> => {
    await writing;
    if (size === 0) return;
    writing = writeAll(file, pieces, at);
    // It is awaited before the next one.
    writing.catch(() => undefined);
    at += size;
    syncing.wrote(size);
    pieces = [];
    size = 0;
  };
  try {
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
      if (at + size - offset > limit)
        throw problem('request.too-large', `A file may have ${limit} bytes at most.`);
      if (size >= worthWriting || pieces.length >= mostPieces) await flush();
    }
  } finally {
    await flush();
    await writing;
    await syncing.done();
  }
  return at - offset;
};
