import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import type { DatasetRef } from '../../ports/file-store.js';
import { createStorageStore, type Stored } from './storage.store.js';

export interface StorageDeps {
  readonly db: Db;
  /** What a project may store; asked in a transaction by its own connection, for the others may all wait for it. */
  readonly limits: (on: Db, project: string) => Promise<Pick<contract.Limits, 'bytes' | 'files'>>;
}

/** An amount in words; a little is not told as none. */
export const gib = (bytes: number): string => {
  const [unit, name] = bytes > 0 && bytes < 2 ** 30 ? [2 ** 20, 'MiB'] : [2 ** 30, 'GiB'];
  return `${String(Math.round((bytes / unit) * 10) / 10)} ${name}`;
};

/** What uploads under way were begun for, and into which datasets. */
export interface Kept extends Stored {
  readonly datasets: readonly string[];
}
const nothing: Kept = { bytes: 0, files: 0, datasets: [] };

const advice = 'Remove something; a data owner can ask the administrator for more.';

/** What is kept for uploads, in words: without them nobody would know where the room has gone. */
const keptIn = ({ bytes, files, datasets }: Kept): readonly [string, string] =>
  files === 0
    ? ['', '']
    : [
        `, and ${gib(bytes)} are kept for ${String(files)} ${files === 1 ? 'upload' : 'uploads'} under way in ${datasets.join(', ')}`,
        ' Data owners see these in the list of uploads of a dataset, and may give them up.'
      ];

const full = (project: string, now: number, most: number, more: number, kept: Kept = nothing) => {
  const [besides, how] = keptIn(kept);
  return problem(
    'quota.storage-full',
    `${project} stores ${gib(now)} of its ${gib(most)}${besides}; ${gib(more)} more do not fit. ${advice}${how}`
  );
};

/**
 * How much the datasets of projects hold: as they were counted last, with what came and went over the API since. What
 * programs write is seen at the next count.
 */
export const createStorageService = ({ db, limits }: StorageDeps) => {
  const refuseBeyond = async (on: Db, project: string, more: Stored, kept = nothing): Promise<void> => {
    const [now, most] = [await createStorageStore(on).of(project), await limits(on, project)];
    if (most.bytes !== null && more.bytes > 0 && now.bytes + kept.bytes + more.bytes > most.bytes)
      throw full(project, now.bytes, most.bytes, more.bytes, kept);
    if (most.files !== null && more.files > 0 && now.files + kept.files + more.files > most.files) {
      const [besides, how] = keptIn(kept);
      throw problem(
        'quota.storage-full',
        `${project} stores ${String(now.files)} files of its ${String(most.files)}${besides}. ${advice}${how}`
      );
    }
  };

  return {
    async of(project: string): Promise<contract.Quota['storage']> {
      const { countedAt, ...stored } = await createStorageStore(db).of(project);
      return { ...stored, countedAt: countedAt?.toISOString() ?? null };
    },

    /** What every project in use holds. */
    all: () => createStorageStore(db).all(),

    bytesOf: (projects: readonly string[]) => createStorageStore(db).bytesOf(projects),

    /** Refuses an upload that is known not to fit before any of it is taken in. */
    async expect(project: string, bytes: number): Promise<void> {
      const { bytes: most } = await limits(db, project);
      if (most === null) return;
      const { bytes: now } = await createStorageStore(db).of(project);
      if (now > most || bytes > most) throw full(project, now, most, bytes);
    },

    /** Counts a change of a dataset in its transaction; refuses what does not fit. */
    async change(trx: Db, dataset: DatasetRef, more: Stored): Promise<void> {
      await createStorageStore(trx).lock(dataset.project);
      await refuseBeyond(trx, dataset.project, more);
      await createStorageStore(trx).add(dataset, more);
    },

    /** Refuses what would not fit beside what there is, in a transaction; nothing is counted yet. */
    async fits(trx: Db, project: string, more: Stored, kept?: Kept): Promise<void> {
      await createStorageStore(trx).lock(project);
      await refuseBeyond(trx, project, more, kept);
    },

    /** What a project may store besides what it has; null where nothing limits it. */
    async left(trx: Db, project: string): Promise<{ readonly [what in keyof Stored]: number | null }> {
      const [now, most] = [await createStorageStore(trx).of(project), await limits(trx, project)];
      const of = (what: keyof Stored) => (most[what] === null ? null : Math.max(0, most[what] - now[what]));
      return { bytes: of('bytes'), files: of('files') };
    },

    /** Counts what is there already, in its transaction. */
    add: (trx: Db, dataset: DatasetRef, more: Stored): Promise<void> =>
      createStorageStore(trx).add(dataset, more),

    /** What is placed in a project is placed one after the other, until the transaction ends. */
    lock: (trx: Db, project: string): Promise<void> => createStorageStore(trx).lock(project),

    /** Counts what has gone from one dataset of a project to another; nothing is refused, for nothing is more. */
    async moved(trx: Db, from: DatasetRef, to: DatasetRef, { bytes, files }: Stored): Promise<void> {
      const store = createStorageStore(trx);
      await store.lock(from.project);
      await store.add(from, { bytes: -bytes, files: -files });
      await store.add(to, { bytes, files });
    }
  };
};
export type StorageService = ReturnType<typeof createStorageService>;
