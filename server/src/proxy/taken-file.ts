import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { syncingAhead, worthWriting, writeAll } from '../platform/file-writing.js';
import { identityOf, type HandedFile, type HeldFile } from '../platform/handed-file.js';

/** Bytes that are read and written at once: each has its price, and what waits for a slow reader is in memory. */
const atOnce = 512 * 1024;
/** As many pieces as the kernel takes in one call (IOV_MAX). */
const mostPieces = 1024;

/** Opens the file that was meant: its holder may have let go of it, and its place be another file's by now. */
const take = async ({ path, identity }: HeldFile, way: number): Promise<FileHandle> => {
  const file = await open(path, way | constants.O_NONBLOCK);
  try {
    if (identityOf(await file.stat({ bigint: true })) === identity) return file;
    throw new Error('the file that was handed over is held no more');
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** Writes bytes, and is done when they are needed no more; rejects once nobody waits for them, whatever became of them. */
const writerTo = (response: ServerResponse) => {
  let giveUp: (error: Error) => void = () => undefined;
  response.once('close', () => {
    giveUp(new Error('nobody waits for the file any more'));
  });
  return (bytes: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      giveUp = reject;
      response.write(bytes, error => {
        if (error) reject(error);
        else resolve();
      });
    });
};

/**
 * Sends a file that the API server hands over, `begin` before its first byte. Rejects, with the connection to be broken,
 * where less of it is there than was announced. Its bytes go by one buffer, again and again: a new one for each piece
 * would be as much work for the garbage collector as all the rest.
 */
export const sendTaken = async (
  handed: HandedFile,
  response: ServerResponse,
  begin: (bytes: number) => void
): Promise<void> => {
  const { start, end } = handed;
  const file = await take(handed, constants.O_RDONLY);
  try {
    begin(end - start + 1);
    const write = writerTo(response);
    const buffer = Buffer.allocUnsafeSlow(atOnce);
    for (let at = start; at <= end;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(atOnce, end - at + 1), at);
      if (bytesRead === 0) throw new Error('a file was cut while it was sent');
      await write(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  response.end();
};

/** Gathers pieces until they are worth a write. */
const writingTo = (file: FileHandle): Writable => {
  const syncing = syncingAhead(file);
  let pieces: Buffer[] = [];
  let [at, size] = [0, 0];
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const [some, from] = [pieces, at];
    at += size;
    syncing.wrote(size);
    [pieces, size] = [[], 0];
    await writeAll(file, some, from);
  };
  return new Writable({
    highWaterMark: worthWriting,
    write(piece: Buffer, _, done) {
      pieces.push(piece);
      size += piece.length;
      if (size < worthWriting && pieces.length < mostPieces) done();
      else flush().then(() => done(), done);
    },
    final(done) {
      flush()
        .then(() => syncing.done())
        .then(() => done(), done);
    }
  });
};

/** Writes a body to a file that the API server holds for it. */
export const storeTaken = async (held: HeldFile, body: Readable): Promise<void> => {
  const file = await take(held, constants.O_WRONLY);
  try {
    await pipeline(body, writingTo(file));
  } finally {
    await file.close();
  }
};
