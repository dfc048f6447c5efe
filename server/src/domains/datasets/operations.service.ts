import { randomUUID } from 'node:crypto';
import type { operations as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import type { Logger } from '../../platform/logger.js';
import { problem, ProblemError } from '../../platform/problem.js';
import { byRole, demand } from '../../platform/verdict.js';
import type { Place } from './files.place.js';
import { createOperationsStore, type Ending, type OperationRow } from './operations.store.js';

/** How work tells how far it is, and hears that it is to end. */
export interface Going {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
  readonly onLeftOut: () => void;
}

/** Long work on files; `run` rejects where it comes to nothing, and then has left nothing. */
export interface Work {
  readonly kind: contract.Operation['kind'];
  /** What it makes, by the name under which the project has the dataset. */
  readonly makes: Place;
  readonly totalBytes: number;
  /** What it adds to the owner of what it makes. */
  readonly adds: { readonly project: string; readonly bytes: number; readonly files: number };
  readonly run: (going: Going) => Promise<void>;
}

/** A place among those that there may be at a time. */
interface Taking {
  readonly project: string;
  readonly person: string;
}

interface Running extends Pick<Work, 'adds'>, Taking {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  done: number;
  leftOut: number;
}

/**
 * How many there may be at a time, in a project, of a person and in all: each reads and writes as fast as it can. By
 * their own projects alone nobody takes more than a quarter of what there is for everybody.
 */
const mostInProject = 3;
const mostOfPerson = 3;
const mostInAll = 12;

const view = (row: OperationRow, now: Pick<Running, 'done' | 'leftOut'> | undefined): contract.Operation => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  dataset: row.dataset,
  path: row.path,
  doneBytes: now?.done ?? row.done_bytes,
  totalBytes: row.total_bytes,
  leftOut: now?.leftOut ?? row.left_out,
  startedBy: row.started_by,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  reason: row.reason
});

export const createOperationsService = ({ db, logger }: { readonly db: Db; readonly logger: Logger }) => {
  const store = createOperationsStore(db);
  const running = new Map<string, Running>();
  /** Those of work that is only looked at yet: no two begin while one of them is counted. */
  const looked = new Set<Taking>();

  const refuseMore = (taken: readonly Taking[], { project, person }: Partial<Taking>): void => {
    if (person !== undefined && taken.filter(one => one.person === person).length >= mostOfPerson)
      throw problem(
        'operation.too-many',
        `You have ${String(mostOfPerson)} pieces of such work under way, in this project and others; begin again when one of them has ended, or stop one.`
      );
    if (taken.filter(one => one.project === project).length >= mostInProject || taken.length >= mostInAll)
      throw problem(
        'operation.too-many',
        'As much as can be copied or packed at a time is under way; begin again when some of it has ended.'
      );
  };

  const endingOf = (error: unknown, { stop, done, leftOut }: Running): Ending => {
    const so = { done_bytes: done, left_out: leftOut };
    if (stop.signal.aborted && stop.signal.reason === 'asked')
      return { ...so, state: 'stopped', reason: null };
    if (error instanceof ProblemError) return { ...so, state: 'failed', reason: error.detail };
    return {
      ...so,
      state: 'failed',
      reason: 'Something went wrong; nothing of it was kept. Begin again, or ask an administrator.'
    };
  };

  const follow = async (id: string, work: Work, one: Running): Promise<void> => {
    try {
      await work.run({
        signal: one.stop.signal,
        onBytes: bytes => (one.done += bytes),
        onLeftOut: () => (one.leftOut += 1)
      });
      await store.end(id, { state: 'done', done_bytes: one.done, left_out: one.leftOut, reason: null });
    } catch (error) {
      if (!(error instanceof ProblemError) && !one.stop.signal.aborted)
        logger.error({ err: error, operation: id }, `an operation on files (${work.kind}) failed`);
      await store.end(id, endingOf(error, one));
    }
  };

  const known = async (project: string, id: string): Promise<OperationRow> => {
    const row = await store.one(project, id);
    if (!row) throw problem('operation.unknown', `There is no operation ${id} in ${project}.`);
    return row;
  };

  const get = async (project: string, id: string): Promise<contract.Operation> =>
    view(await known(project, id), running.get(id));

  return {
    get,

    /** What is on its way into a project beside what it has. */
    expected: (project: string): { bytes: number; files: number } => {
      const sum = { bytes: 0, files: 0 };
      for (const { adds } of running.values())
        if (adds.project === project) {
          sum.bytes += adds.bytes;
          sum.files += adds.files;
        }
      return sum;
    },

    /** Throws where there is too much already of what goes on in a project. */
    refuseMore: (project: string): void => {
      refuseMore([...running.values()], { project });
    },

    /**
     * Begins work that goes on behind the answer. What has to be looked at first, at some cost, has its place from then
     * on: `looking` says what it is to be, or rejects.
     */
    async start(
      actor: Author,
      project: string,
      looking: Work | (() => Promise<Work>)
    ): Promise<contract.Operation> {
      const taking = { project, person: actor.user.name };
      refuseMore([...running.values(), ...looked], taking);
      looked.add(taking);
      let row: OperationRow;
      let work: Work;
      try {
        work = typeof looking === 'function' ? await looking() : looking;
        await store.forget();
        const { dataset, path } = work.makes;
        const what = { id: randomUUID(), project, kind: work.kind, dataset, path };
        row = await store.insert({ ...what, total_bytes: work.totalBytes, started_by: actor.user.name });
      } finally {
        looked.delete(taking);
      }
      const stop = new AbortController();
      const begun = Promise.withResolvers<undefined>();
      const one: Running = {
        ...{ ...taking, adds: work.adds, stop, done: 0, leftOut: 0 },
        ended: begun.promise
          .then(() => follow(row.id, work, one))
          .catch((error: unknown) => {
            logger.warn({ err: error, operation: row.id }, 'the end of an operation could not be noted');
          })
          .finally(() => running.delete(row.id))
      };
      running.set(row.id, one);
      begun.resolve(undefined);
      return view(row, one);
    },

    async stop(actor: Author, project: string, id: string): Promise<contract.Operation> {
      const row = await known(project, id);
      if (row.started_by !== actor.user.name) demand(byRole(personOf(actor), 'data.import'));
      const one = running.get(id);
      one?.stop.abort('asked');
      await one?.ended;
      return get(project, id);
    },

    /** Tells of those that a server that died was at that they have failed. */
    recover: (): Promise<void> =>
      store.failAll(
        'The platform was restarted meanwhile. Nothing of it was kept; begin again, unless it is there.'
      ),

    async close(): Promise<void> {
      const all = [...running.values()];
      for (const { stop } of all) stop.abort('closing');
      await Promise.all(all.map(({ ended }) => ended));
    }
  };
};
export type OperationsService = ReturnType<typeof createOperationsService>;
