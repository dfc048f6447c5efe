import type { Readable } from 'node:stream';
import { problem } from '../../platform/problem.js';
import type { Bytes, FileStore } from '../../ports/file-store.js';
import { refOf } from './files.place.js';
import { hashFor, isRight, mismatch, type createRunningHashes } from './uploads.checksum.js';
import type { createUploadsStore, UploadRow } from './uploads.store.js';
import type { Turn } from './uploads.turns.js';
import { unknownUpload } from './uploads.view.js';

/** Bytes that are to follow those that have arrived. */
export interface Chunk {
  readonly offset: number;
  readonly source: Readable;
  /** How many there are, where it was said. */
  readonly announced: number | undefined;
  /** Theirs alone; where it is another one nothing of them is kept. */
  readonly checksum: string | undefined;
}

interface Deps {
  readonly files: Pick<FileStore, 'incoming'>;
  readonly store: ReturnType<typeof createUploadsStore>;
  readonly hashes: ReturnType<typeof createRunningHashes>;
  readonly hours: number;
}

const tooMany = (length: number) =>
  problem('request.too-large', `The upload was begun for ${length} bytes; there are more of them.`);

/** Passes on what comes, and lets everybody have a look at it. */
async function* looked(source: Readable, most: number, look: (bytes: Buffer) => void, length: number): Bytes {
  let left = most;
  for await (const bytes of source as AsyncIterable<Buffer>) {
    left -= bytes.length;
    if (left < 0) throw tooMany(length);
    look(bytes);
    yield bytes;
  }
}

/** Puts bytes at an upload's end; answers its new one. Of a connection that breaks what came is kept. */
export const createAppend =
  ({ files: { incoming }, store, hashes, hours }: Deps) =>
  async (row: UploadRow, from: number, turn: Turn, chunk: Chunk): Promise<number> => {
    const { id, length } = row;
    const { offset, source, announced, checksum } = chunk;
    if (offset !== from)
      throw problem(
        'upload.offset',
        `The upload has come to byte ${from}; go on from there, not from ${offset}.`
      );
    const left = length - from;
    if (announced !== undefined && announced > left) throw tooMany(length);
    if (left === 0) return from;
    if (row.unchecked_from !== null) await incoming.cut(id, from);
    // One that a restored backup did not bring begins anew.
    else if ((await incoming.offset(id)) === undefined) await incoming.begin(id, refOf(row), row.path);
    if (!(await store.goesOn(id, hours, checksum === undefined ? null : from))) throw unknownUpload();
    const follow = hashes.following(id, row.checksum, from);
    const own = checksum === undefined ? undefined : hashFor(checksum);
    turn.onGiveUp(() => source.destroy());
    await incoming.append(
      id,
      from,
      looked(
        source,
        left,
        bytes => {
          turn.moved();
          follow(bytes);
          own?.update(bytes);
        },
        length
      )
    );
    if (checksum !== undefined && own) {
      if (!isRight(checksum, own)) {
        await incoming.cut(id, from);
        await store.checked(id);
        throw mismatch('Nothing of what was sent was kept: it');
      }
      await incoming.offset(id);
      await store.checked(id);
    }
    return (await incoming.offset(id)) ?? from;
  };
