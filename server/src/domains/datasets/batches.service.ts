import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { batches as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import { problem, ProblemError } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { FileBatch } from '../../ports/file-batches.js';
import { createTarReader, type Seen } from './batches.read.js';
import { createBatchesStore } from './batches.store.js';
import { createTakeIn } from './batches.take-in.js';
import type { DescribedDataset } from './datasets.policy.js';
import { createDatasetsService } from './datasets.service.js';
import { asSeenFrom, refOf, writeRow, type FilesDeps, type Place } from './files.place.js';
import { canCarryAt, canMakeFolderAt } from './shares.policy.js';
import { createUploadsStore } from './uploads.store.js';

interface Sent {
  readonly source: Readable;
  readonly type: string;
  /** Bytes of the archive. */
  readonly announced: number | undefined;
  /** By which the same batch is known when it comes again; empty where it has none. */
  readonly key: string;
  /** Who uploads, as what they are once all of it is there; throws where they may not any more. */
  readonly still: () => Promise<Author>;
}

const within = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

const idOf = ({ user }: Author, key: string): string =>
  key === '' ? randomUUID() : createHash('sha256').update(`${user.name}\0${key}`).digest('hex');

const lengthOf = ({ announced, type }: Sent): number => {
  if (type !== contract.batchType)
    throw problem('request.media-type', `Send the files as ${contract.batchType}, not compressed.`);
  if (announced === undefined)
    throw problem('request.invalid', 'Send the Content-Length, so that room can be kept for it.', {
      errors: [{ pointer: '/headers/Content-Length', detail: 'is missing' }]
    });
  if (announced > contract.mostBytes)
    throw problem(
      'request.too-large',
      `A batch may have ${contract.mostBytes} bytes at most; this one has ${announced}. Send it as several.`
    );
  return announced;
};

/** Many files in one stream: each is judged by itself, and all of them appear or none. */
export const createBatchesService = ({ db, files, datasets, storage }: Omit<FilesDeps, 'limit'>) => {
  const store = createBatchesStore(db);
  /** Bytes on their way into projects, beside what these have. */
  const coming = new Map<string, number>();
  const placeOf = (place: Place) => ({ dataset: refOf(place), folder: place.path });

  /** Keeps room for as long as something goes on; refuses at once where there is too little. */
  const withRoom = async <T>(place: Place, bytes: number, act: () => Promise<T>): Promise<T> => {
    const { project } = refOf(place);
    const add = (more: number): void => void coming.set(project, (coming.get(project) ?? 0) + more);
    await db.transaction(async trx => {
      await storage.lock(trx, project);
      const reserved = await createUploadsStore(trx).reserved(project);
      await storage.fits(trx, project, { bytes: bytes + (coming.get(project) ?? 0), files: 1 }, reserved);
    });
    add(bytes);
    try {
      return await act();
    } finally {
      add(-bytes);
    }
  };

  const takeAll = async (
    actor: Author,
    into: DescribedDataset,
    place: Place,
    batch: FileBatch,
    source: Readable
  ): Promise<{ readonly seen: Seen; readonly bytes: number }> => {
    const { entries, seen } = createTarReader(source);
    const takeIn = createTakeIn(batch);
    let bytes = 0;
    try {
      for await (const one of entries()) {
        if (one.kind === 'folder') {
          // As `tar` names the folder that all of it is in.
          if (one.path !== '') await takeIn.folder(one.path);
        } else {
          demand(canCarryAt(personOf(actor), 'in', into, within(place.path, one.path)));
          await takeIn.file(one);
          bytes += one.size;
        }
      }
      await takeIn.flush();
    } finally {
      await takeIn.ended();
    }
    return { seen, bytes };
  };

  /** Puts all of it in its place: counted, journaled, and by what its user may now. */
  const arrive = (
    actor: Author,
    now: Author,
    place: Place,
    { id, batch, seen, bytes }: { id: string; batch: FileBatch; seen: Seen; bytes: number }
  ): Promise<contract.Batch> =>
    db.transaction(async trx => {
      await storage.lock(trx, refOf(place).project);
      // By this transaction's own connection: whoever waits for the lock has one.
      const into = await createDatasetsService({ db: trx, files }).facts(place.project, place.dataset);
      demand(canMakeFolderAt(personOf(now), into));
      for (const path of seen.files) demand(canCarryAt(personOf(now), 'in', into, within(place.path, path)));
      const done = { files: seen.files.size, folders: seen.folders.size, bytes };
      await storage.change(trx, refOf(place), { bytes, files: done.files });
      await writeRow(trx, actor, place, 'file.uploaded', { ...done, batch: id });
      await batch.place();
      return done;
    });

  const carry = async (actor: Author, into: DescribedDataset, place: Place, sent: Sent) => {
    const id = idOf(actor, sent.key);
    const batch = await files.batches.begin(id, placeOf(place));
    let done: contract.Batch;
    try {
      const taken = await takeAll(actor, into, place, batch, sent.source);
      await batch.settle();
      done = await arrive(actor, await sent.still(), place, { id, batch, ...taken });
    } catch (error) {
      // Only the journal knows whether a commit whose answer was lost was one; nothing is taken back or freed before.
      const unsure = !(error instanceof ProblemError) || error.code === 'file.exists';
      const accepted = unsure ? await store.accepted(placeOf(place), id) : undefined;
      if (!accepted) await batch.takeBack();
      await batch.discard();
      if (!accepted) throw error;
      return accepted;
    }
    await batch.discard();
    return done;
  };

  return {
    async upload(actor: Author, place: Place, sent: Sent): Promise<contract.Batch> {
      const into = await datasets.facts(place.project, place.dataset);
      demand(canMakeFolderAt(personOf(actor), into));
      const length = lengthOf(sent);
      try {
        return await withRoom(place, length, () => carry(actor, into, place, sent));
      } catch (error) {
        throw asSeenFrom(place, error);
      }
    },

    /** Takes back what a server that died was placing, and frees what it has left. */
    recover: (): Promise<void> =>
      files.batches.recover(async (id, into) => (await store.accepted(into, id)) !== undefined)
  };
};
export type BatchesService = ReturnType<typeof createBatchesService>;
