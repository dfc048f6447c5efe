import type { FileHandle } from 'node:fs/promises';
import type { Bytes } from '../../ports/file-store.js';

/** Bytes that are written at once: a socket brings them in small pieces, and each write has its price. */
const atOnce = 1024 * 1024;
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
 * Writes what comes at an offset, while the next is awaited. Of a source that fails what has come is written all the
 * same: it is a beginning, in one piece.
 */
export const append = async (file: FileHandle, offset: number, source: Bytes): Promise<void> => {
  let at = offset;
  let pieces: Buffer[] = [];
  let size = 0;
  let writing = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (size === 0) return;
    writing = writeAll(file, pieces, at);
    // It is awaited before the next one.
    writing.catch(() => undefined);
    at += size;
    pieces = [];
    size = 0;
  };
  try {
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
      if (size >= atOnce || pieces.length >= mostPieces) await flush();
    }
  } finally {
    await flush();
    await writing;
  }
};
