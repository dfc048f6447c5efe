import type { Db } from '../../platform/db.js';
import type { Logger } from '../../platform/logger.js';
import { SandboxFault, type Sandbox, type SandboxSpec, type SandboxStatus } from '../../ports/sandbox.js';
import type { Workplace } from '../../ports/workplace.js';
import { createLeasesStore, type Stock } from '../quota/index.js';
import type { Compute } from './notebooks.compute.js';
import type { Memory } from './notebooks.memory.js';
import type { Granted, Shared, SharedWith } from './notebooks.shares.js';
import type { Runs } from './notebooks.runs.js';
import { createSilence } from './notebooks.silence.js';
import { createNotebooksStore, type RunRow, type WatchedRow } from './notebooks.store.js';
import { takeTurns } from './notebooks.turns.js';

/** Serves the API on a sandbox's own socket, where whoever comes is that projectUser. */
export type ListenForSandbox = (
  socket: string,
  identity: { readonly project: string; readonly user: string; readonly sandbox: string }
) => Promise<{ close(): void }>;

export interface WatcherDeps {
  readonly db: Db;
  readonly runs: Runs;
  readonly compute: Compute;
  readonly memory: Memory;
  readonly shared: Shared;
  /** What of other projects sandboxes of some projects may have now. */
  readonly sharedWith: SharedWith;
  readonly workplace: Workplace;
  readonly stock: () => Promise<Stock>;
  readonly sandbox: Sandbox;
  readonly launch: (run: RunRow) => Promise<SandboxSpec>;
  readonly listen: ListenForSandbox;
  readonly idleMinutes: number;
  readonly logger: Logger;
  /** Asks for another look soon. */
  readonly wake: () => void;
}

/** Milliseconds that a notebook server has to answer for the first time, on a busy machine. */
const longestStart = 180_000;

const inWords = (error: unknown): string =>
  error instanceof SandboxFault
    ? error.message
    : 'The notebook server could not be started; the platform’s log says why.';

const overdue =
  'What the quota gives of this month was used up, and the time that was left after the warning is over.';

/** Why its user may not have what its sandbox has mounted; undefined while they may. */
const whyRevoked = ({ role_now: now, role: then, project_state: state }: WatchedRow): string | undefined => {
  if (state !== 'active') return `The project was ${state}.`;
  if (now === null) return 'You are not a member of the project any more.';
  if (then === 'data_owner' && now !== 'data_owner')
    return 'Your role in the project has changed. Start it again to work with what you may use now.';
  return undefined;
};

const whyEnded = (status: Extract<SandboxStatus, { state: 'ended' }>, run: RunRow, idleMinutes: number) => {
  if (run.state === 'stopping') return { state: 'ended', reason: run.reason } as const;
  if (status.reason !== null) return { state: 'failed', reason: status.reason } as const;
  if (status.code === 0 && run.state === 'ready')
    return {
      state: 'ended',
      reason: `It was shut down, or nobody used it for ${String(idleMinutes)} minutes.`
    } as const;
  return {
    state: 'failed',
    reason: `The notebook server ended by itself (exit code ${String(status.code)}).`
  } as const;
};

/**
 * Watches over every live run: starts what was accepted, listens on its socket, sees it become ready and end. It
 * keeps nothing that matters in memory, so after a crash the next one finds everything again.
 */
export const createWatcher = (deps: WatcherDeps) => {
  const { db, runs, compute, memory, shared, workplace, sandbox, logger } = deps;
  const store = createNotebooksStore(db);
  const silentAmong = createSilence();
  const listeners = new Map<string, Promise<{ close(): void }>>();
  const busy = new Set<string>();
  /** When each one that starts was first seen, by a clock that nobody sets. */
  const starting = new Map<string, number>();
  let closed = false;
  let looking: Promise<unknown> = Promise.resolve();

  /** Does slow work on a run beside the others, one piece at a time, and may look again when it is done. */
  const aside = (
    id: string,
    work: () => Promise<unknown>,
    then: 'look again' | 'wait' = 'look again'
  ): void => {
    if (busy.has(id)) return;
    busy.add(id);
    void work()
      .catch((error: unknown) => {
        logger.warn({ err: error, run: id }, 'work on a notebook server failed; it is tried again');
      })
      .finally(() => {
        busy.delete(id);
        if (then === 'look again') deps.wake();
      });
  };

  const listenFor = async (run: RunRow): Promise<void> => {
    if (closed) return;
    let listening = listeners.get(run.id);
    if (!listening) {
      const { api } = await sandbox.prepare(run.id);
      listening = deps.listen(`${api}/api.sock`, {
        project: run.project,
        user: run.username,
        sandbox: run.id
      });
      listeners.set(run.id, listening);
      listening.catch(() => listeners.delete(run.id));
    }
    await listening;
  };

  const cleanUp = async (id: string): Promise<void> => {
    const listening = listeners.get(id);
    listeners.delete(id);
    starting.delete(id);
    (await listening?.catch(() => undefined))?.close();
    await sandbox.stop(id);
    await sandbox.forget(id);
    memory.forget(id);
  };

  const launch = async (run: RunRow): Promise<void> => {
    try {
      await listenFor(run);
      await sandbox.start(await deps.launch(run));
      await runs.move(run, ['starting'], { step: 'Starting the notebook server', fraction: 0.4 });
    } catch (error) {
      logger.warn({ err: error, run: run.id }, 'a notebook server could not be started');
      await runs.end(run, 'failed', inWords(error));
      await cleanUp(run.id);
    }
  };

  const lookAtStart = async (run: RunRow): Promise<void> => {
    const since = starting.get(run.id) ?? performance.now();
    starting.set(run.id, since);
    if (await workplace.answers(run.socket)) {
      await runs.move(run, ['starting'], { state: 'ready', step: '', fraction: 1 });
      starting.delete(run.id);
    } else if (performance.now() - since > longestStart) {
      await runs.end(run, 'failed', 'The notebook server did not answer within three minutes.');
      await cleanUp(run.id);
    }
  };

  /** Takes out what the run may not have any more; where that ended it, that is its end. */
  const takeBack = async (run: WatchedRow, targets: readonly string[]): Promise<void> => {
    if (await shared.takeBack(run, targets)) await cleanUp(run.id);
  };

  const observe = async (run: WatchedRow, granted: Granted): Promise<void> => {
    if (busy.has(run.id)) return;
    if (run.state === 'queued') {
      if (whyRevoked(run) !== undefined) await runs.stop(run, whyRevoked(run) ?? null);
      return;
    }
    const status = await sandbox.status(run.id);
    if (status.state === 'ended') {
      const { state, reason } = whyEnded(status, run, deps.idleMinutes);
      await runs.end(run, state, reason);
      await cleanUp(run.id);
    } else if (run.state === 'stopping') {
      if (status.state === 'absent') await runs.end(run, 'ended', run.reason);
      // What was taken from its user is not theirs for a grace more.
      else aside(run.id, () => sandbox.stop(run.id, whyRevoked(run) === undefined ? 'gently' : 'at once'));
    } else if (whyRevoked(run) !== undefined) {
      await runs.stop(run, whyRevoked(run) ?? null);
    } else if (run.overdue) {
      await runs.stop(run, overdue);
    } else if (status.state === 'absent') {
      aside(run.id, () => launch(run));
    } else {
      await listenFor(run);
      const overdue = await shared.overdue(run, granted(run.project, run.role));
      if (overdue.length > 0) {
        aside(run.id, () => takeBack(run, overdue));
        return;
      }
      if (memory.isBehind(run)) aside(`memory of ${run.id}`, () => memory.follow(run.id), 'wait');
      // A hostile server may take its time to answer; the others do not wait for it.
      if (run.state === 'starting') aside(run.id, () => lookAtStart(run), 'wait');
    }
  };

  /** Sandboxes of runs that are over, left behind by a crash. */
  const sweep = async (live: ReadonlySet<string>): Promise<void> => {
    for (const id of await sandbox.list()) {
      if (live.has(id) || busy.has(id)) continue;
      const run = await store.byId(id);
      if (run?.state === 'failed' || run?.state === 'ended') aside(id, () => cleanUp(id));
    }
  };

  /** Takes back what nobody answers for, and grants what has its turn. */
  const lookAtLeases = async (live: readonly WatchedRow[]): Promise<void> => {
    for (const run of silentAmong(live)) await compute.expire(run);
    const waits = (run: WatchedRow): boolean => run.state === 'queued' || run.compute?.state === 'queued';
    // Who shares may get more, and be asked to give back or no longer.
    if (!live.some(run => waits(run) || run.compute?.elastic || run.compute?.more)) return;
    const stock = await deps.stock();
    await db.transaction(async trx => {
      await createLeasesStore(trx).lock();
      await takeTurns(trx, stock);
    });
  };

  const lookOnce = async (): Promise<void> => {
    const live = await store.live();
    const granted = await deps.sharedWith([...new Set(live.map(run => run.project))]);
    const seen = await Promise.allSettled([lookAtLeases(live), ...live.map(run => observe(run, granted))]);
    for (const result of seen)
      if (result.status === 'rejected')
        logger.warn({ err: result.reason as unknown }, 'could not look after a notebook server');
    await sweep(new Set(live.map(run => run.id)));
  };

  return {
    /** One look at everything that lives. */
    async look(): Promise<void> {
      if (closed) return;
      looking = lookOnce();
      await looking;
    },

    /** Stops watching and listening; the sandboxes go on. */
    async close(): Promise<void> {
      closed = true;
      await looking.catch(() => undefined);
      for (const listening of listeners.values()) (await listening.catch(() => undefined))?.close();
      listeners.clear();
    }
  };
};
