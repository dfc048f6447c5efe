import type { datasets as contract } from '@hopslab/schema';
import { Transform, type Readable } from 'node:stream';
import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { demand, type Verdict } from '../../platform/verdict.js';
import type { Staged } from '../../ports/file-staging.js';
import type { FileStore } from '../../ports/file-store.js';
import { createDatasetsService, type DatasetsService } from './datasets.service.js';
import type { Gathering } from './files.gathering.js';
import { createGuard } from './files.guard.js';
import { asSeenFrom, refOf, type Place } from './files.place.js';
import type { Going, OperationsService } from './operations.service.js';
import type { StorageService } from './storage.service.js';

export interface MakingDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: Pick<DatasetsService, 'get'>;
  readonly storage: Pick<StorageService, 'fits' | 'change'>;
  readonly operations: OperationsService;
  readonly gathering: Gathering;
}

interface Making {
  readonly makes: Place;
  /** Who does it, as what they are by now; throws where they may not any more. */
  readonly still: () => Promise<Author>;
  /** Whether they may put it there, in the eyes of the dataset as it is by now. */
  readonly judge: (actor: Author, into: contract.Dataset) => Verdict;
  /** Throws where they may not take what it is made of, or not any more. */
  readonly admitTaking?: (actor: Author, datasets: Pick<DatasetsService, 'get'>) => Promise<void>;
  /** Makes it; answers what it takes. */
  readonly build: (
    staged: Staged,
    going: Going
  ) => Promise<{ readonly bytes: number; readonly files: number }>;
  readonly note: (
    trx: Db,
    actor: Author,
    made: { readonly bytes: number; readonly files: number }
  ) => Promise<void>;
}

/** Lets bytes through while the work goes on, and counts them. */
export const going = (from: Readable, { signal, onBytes }: Going): Readable => {
  const through = new Transform({
    signal,
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    }
  });
  // It may end before anybody reads it, who is told all the same when they do.
  through.on('error', () => undefined);
  from.once('error', error => through.destroy(error));
  through.once('close', () => from.destroy());
  return from.pipe(through);
};

/** What long work on files has in common: it makes something unseen that appears in its place whole, or not at all. */
export const createMaking = ({ db, files, datasets, storage, operations }: MakingDeps) => ({
  /** Refuses before anything is begun what is known not to come to its place. */
  async expect(makes: Place, adds: { readonly bytes: number; readonly files: number }): Promise<void> {
    const { project } = refOf(makes);
    operations.refuseMore(makes.project);
    if (await files.exists(refOf(makes), makes.path))
      throw problem(
        'file.exists',
        `There is something called ${JSON.stringify(makes.path.slice(-200))} already; choose another name.`
      );
    const soon = operations.expected(project);
    const more = { bytes: adds.bytes + soon.bytes, files: adds.files + soon.files };
    await db
      .transaction(trx => storage.fits(trx, project, more))
      .catch((error: unknown) => {
        throw asSeenFrom(makes, error);
      });
  },

  run:
    ({ makes, still, judge, admitTaking, build, note }: Making) =>
    async (state: Going): Promise<void> => {
      const staged = await files.stage();
      const guard = createGuard(async () => admitTaking?.(await still(), datasets));
      const signal = AbortSignal.any([state.signal, guard.signal]);
      try {
        const made = await build(staged, { ...state, signal });
        signal.throwIfAborted();
        const now = await still();
        await db.transaction(async trx => {
          // By this transaction's own connection: whoever waits for the lock has one.
          const seen = createDatasetsService({ db: trx, files });
          demand(judge(now, await seen.get(makes.project, makes.dataset)));
          await admitTaking?.(now, seen);
          await storage.change(trx, refOf(makes), made);
          await note(trx, now, made);
          await staged.place(refOf(makes), makes.path);
        });
      } catch (error) {
        // What was broken off tells that it was, and not why.
        throw asSeenFrom(makes, guard.signal.aborted ? guard.signal.reason : error);
      } finally {
        guard.end();
        await staged.discard();
      }
    }
});
