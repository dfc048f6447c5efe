import type { Author } from '../../platform/actor.js';
import { ProblemError } from '../../platform/problem.js';
import type { Db } from '../../platform/db.js';
import { conditionFrom } from './datasets.conditions.js';
import type { Arrive } from './files.arrival.js';
import { refOf, writeRow, type FilesDeps } from './files.place.js';
import { mismatch, type createRunningHashes } from './uploads.checksum.js';
import { createUploadsStore, type UploadRow } from './uploads.store.js';

interface Deps extends Pick<FilesDeps, 'db' | 'files' | 'storage'> {
  readonly arrive: Arrive;
  readonly hashes: ReturnType<typeof createRunningHashes>;
}

/** Brings an upload that is whole to its place, once, whenever the server was killed on the way. */
export const createFinish = ({ db, files, storage, arrive, hashes }: Deps) => {
  const store = createUploadsStore(db);
  const { incoming } = files;

  const tagAt = (row: UploadRow): Promise<string | null> =>
    files.entry(refOf(row), row.path).then(
      ({ tag }) => tag,
      (error: unknown) => {
        if (error instanceof ProblemError) return null;
        throw error;
      }
    );

  /** A server that was killed between placing it and saying so. */
  const wasPlaced = async (row: UploadRow): Promise<boolean> =>
    row.placed_tag !== null &&
    ((await incoming.offset(row.id)) === undefined || (await tagAt(row)) === row.placed_tag);

  const dataOf = ({ checksum }: UploadRow) => (checksum === null ? {} : { checksum });

  const say = async (actor: Author, row: UploadRow): Promise<void> => {
    await db.transaction(async (trx: Db) => {
      await storage.lock(trx, row.stored_by);
      await writeRow(trx, actor, row, 'file.uploaded', { size: row.length, ...dataOf(row) });
      // What it replaced is not known any more; the next count is right.
      await storage.add(trx, refOf(row), { bytes: row.length, files: 1 });
      await createUploadsStore(trx).placed(row.id);
    });
    await incoming.discard(row.id);
  };

  const check = async ({ id, checksum, length, path }: UploadRow): Promise<void> => {
    if (checksum === null || (await hashes.isRight(id, checksum, length))) return;
    await store.remove(id);
    await incoming.discard(id);
    throw mismatch(`${JSON.stringify(path.slice(0, 200))} was not placed and nothing of it was kept: it`);
  };

  return {
    /** Whether it lies in its place already, though nobody has said so yet. */
    wasPlaced,

    finish: async (actor: Author, row: UploadRow, still: () => Promise<Author>): Promise<void> => {
      if (await wasPlaced(row)) {
        await say(actor, row);
        return;
      }
      await check(row);
      const received = await incoming.complete(row.id, refOf(row), row.path);
      const now = await still();
      await store.placing(row.id, received.tag);
      await arrive(actor, now, {
        place: row,
        received,
        condition: conditionFrom(row.if_match, row.if_none_match),
        data: dataOf(row),
        also: trx => createUploadsStore(trx).placed(row.id)
      });
      // Placed where nothing was, it has two names until now.
      await incoming.discard(row.id);
    }
  };
};
