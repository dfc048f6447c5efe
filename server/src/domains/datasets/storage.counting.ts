import type { Db } from '../../platform/db.js';
import type { DatasetRef, FileStore } from '../../ports/file-store.js';
import { overdueBy, type Pace } from './storage.pace.js';
import { createStorageStore, type Stored } from './storage.store.js';

export interface CountingDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly pace: Pace;
  readonly onFault: (error: unknown, dataset: DatasetRef) => void;
  /** Told of a count that begins, and of what programs have added since the last one when it is over. */
  readonly around?: (dataset: DatasetRef) => Promise<(grown: Stored) => Promise<void>>;
  /** Counts what belongs to a dataset and lies elsewhere; answers how much more it is than it was. */
  readonly besides?: (dataset: DatasetRef, signal: AbortSignal) => Promise<Stored>;
  /** Milliseconds on a clock that nobody sets. */
  readonly now?: () => number;
}

interface Seen {
  readonly ref: DatasetRef;
  tookMs: number;
  begun?: number;
  writtenAt?: number;
}

/** What something can write now, and which projects store more than they may. */
export interface Busy {
  readonly written: readonly DatasetRef[];
  readonly over: ReadonlySet<string>;
}

const keyOf = ({ project, dataset }: DatasetRef): string => `${project}/${dataset}`;

/** Milliseconds after which datasets that were made are found, where nothing writes them. */
const listEvery = 60_000;

/**
 * Counts datasets when they are due, in two queues so that no large one keeps the others waiting; of each dataset and
 * of each queue never two counts at a time.
 */
export const createCounting = (deps: CountingDeps) => {
  const { db, files, pace, now = () => performance.now() } = deps;
  const seen = new Map<string, Seen>();
  const turns = new Map<string, Promise<void>>();
  const queues = new Map<'quick' | 'long', Promise<void>>();
  const ending = new AbortController();
  let listed = -Infinity;
  let busyBefore: Busy = { written: [], over: new Set() };

  const seenOf = (ref: DatasetRef): Seen => {
    const known = seen.get(keyOf(ref)) ?? { ref, tookMs: 0 };
    seen.set(keyOf(ref), known);
    return known;
  };

  const countNow = async (ref: DatasetRef): Promise<void> => {
    const store = createStorageStore(db);
    const known = seenOf(ref);
    const [at, begun] = [new Date(), now()];
    known.begun = begun;
    const ended = await deps.around?.(ref);
    const before = await store.last(ref);
    const counted = await files.measure(ref, ending.signal);
    const besides = (await deps.besides?.(ref, ending.signal)) ?? { bytes: 0, files: 0 };
    known.tookMs = Math.round(now() - begun);
    await store.counted(ref, counted, before, { at, tookMs: known.tookMs });
    await ended?.({
      bytes: besides.bytes + counted.bytes - (before ? before.bytes + before.added_bytes : counted.bytes),
      files: besides.files + counted.files - (before ? before.files + before.added_files : counted.files)
    });
  };

  const count = (ref: DatasetRef): Promise<void> => {
    const turn = (turns.get(keyOf(ref)) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => countNow(ref));
    turns.set(keyOf(ref), turn);
    return turn;
  };

  const next = (queue: 'quick' | 'long'): DatasetRef | undefined => {
    const at = now();
    let [first, longest]: [DatasetRef | undefined, number] = [undefined, -1];
    for (const { ref, tookMs, begun, writtenAt } of seen.values()) {
      if (tookMs >= pace.longMs !== (queue === 'long')) continue;
      const overdue = overdueBy(
        { begun, tookMs, writtenAt, over: busyBefore.over.has(ref.project) },
        at,
        pace
      );
      if (overdue > longest) [first, longest] = [ref, Math.max(0, overdue)];
    }
    return first;
  };

  const workOff = async (queue: 'quick' | 'long'): Promise<void> => {
    for (let ref = next(queue); ref && !ending.signal.aborted; ref = next(queue)) {
      const one = ref;
      await count(one).catch((error: unknown) => {
        if (!ending.signal.aborted) deps.onFault(error, one);
      });
    }
  };

  const list = async (): Promise<void> => {
    listed = now();
    const all = await createStorageStore(db).known();
    const there = new Set(all.map(keyOf));
    for (const key of seen.keys()) if (!there.has(key)) seen.delete(key);
    for (const { project, dataset, tookMs } of all) {
      const known = seenOf({ project, dataset });
      known.tookMs = known.begun === undefined ? tookMs : known.tookMs;
    }
  };

  return {
    count,

    /** Counts every dataset now. */
    async countAll(): Promise<void> {
      for (const { project, dataset } of await createStorageStore(db).known())
        await count({ project, dataset });
    },

    /** Sets going what is due; does not wait for it. */
    async look(busy: Busy): Promise<void> {
      if (now() - listed >= listEvery || busy.written.some(ref => !seen.has(keyOf(ref)))) await list();
      const at = now();
      // What was written until lately may have been since its last count, to the last moment.
      for (const ref of [...busyBefore.written, ...busy.written]) {
        const known = seen.get(keyOf(ref));
        if (known) known.writtenAt = at;
      }
      busyBefore = busy;
      for (const queue of ['quick', 'long'] as const)
        if (!queues.has(queue))
          queues.set(
            queue,
            workOff(queue).finally(() => queues.delete(queue))
          );
    },

    /** Ends what is under way. */
    async close(): Promise<void> {
      ending.abort();
      await Promise.all(queues.values());
    }
  };
};
