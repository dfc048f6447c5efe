import { platform, type Author } from '../../platform/actor.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import type { Db } from '../../platform/db.js';
import { createLeasesStore } from '../quota/index.js';
import { notebooksChannel } from './notebooks.feed.js';
import { routingChannel } from './notebooks.routing.js';
import {
  createNotebooksStore,
  liveStates,
  type Move,
  type RunRow,
  type RunState
} from './notebooks.store.js';

/** Wakes whoever watches over the runs. */
export const runsChannel = 'notebook-runs';

/** Tells the watcher, the proxy and the browsers that something about a run has changed. */
const announce = async (trx: Db, project: string): Promise<void> => {
  await publish(trx, runsChannel, {});
  await publish(trx, routingChannel, {});
  await publish(trx, notebooksChannel(project), {});
};

/** What the steps on the way up are called. */
const firstStep = { step: 'Preparing the sandbox', fraction: 0.1 } as const;

const actions: Readonly<Partial<Record<RunState, string>>> = {
  starting: 'notebook.started',
  ready: 'notebook.ready',
  stopping: 'notebook.stopping',
  failed: 'notebook.failed',
  ended: 'notebook.ended'
};

/** Changes of runs, each with its journal row, its announcement, and at the end its leases given back. */
export const createRuns = (db: Db) => ({
  /** Moves a run on if it still is in one of those states. */
  move: (run: RunRow, from: readonly RunState[], to: Move, actor: Author = platform): Promise<boolean> =>
    db.transaction(async trx => {
      const leases = createLeasesStore(trx);
      const over = to.state === 'failed' || to.state === 'ended';
      // First the ledger, then the run, as who grants does: none waits for the other.
      if (over) await leases.lock();
      const held = await createNotebooksStore(trx).move(run.id, from, to);
      if (!held) return false;
      if (over) for (const lease of held) await leases.release(lease);
      const action = to.state && actions[to.state];
      if (action) await write(trx, run, action, actor, to.reason ? { reason: to.reason } : {});
      await announce(trx, run.project);
      return true;
    }),

  /** Lets a run begin whose lease was granted. */
  begin(run: RunRow, actor: Author): Promise<boolean> {
    return this.move(run, ['queued'], { state: 'starting', ...firstStep, reason: null, begins: true }, actor);
  },

  /** Asks a run to end; one that only waits has ended with that. */
  async stop(run: RunRow, reason: string | null, actor?: Author): Promise<boolean> {
    return (
      (await this.move(run, ['queued'], { state: 'ended', reason }, actor)) ||
      this.move(run, ['starting', 'ready'], { state: 'stopping', reason }, actor)
    );
  },

  /** Records the end of a run, whatever it was in. */
  end(run: RunRow, state: 'failed' | 'ended', reason: string | null): Promise<boolean> {
    return this.move(run, liveStates, { state, reason });
  },

  /** Tells of a change beside the run's own state, and writes it down where it has a name. In a transaction. */
  async tell(
    run: RunRow,
    action?: string,
    actor: Author = platform,
    more: Record<string, unknown> = {}
  ): Promise<void> {
    await createNotebooksStore(db).touch(run.id);
    if (action) await write(db, run, action, actor, more);
    await announce(db, run.project);
  }
});
export type Runs = ReturnType<typeof createRuns>;

const write = (trx: Db, run: RunRow, action: string, actor: Author, more: Record<string, unknown>) =>
  record(trx, {
    actor,
    project: run.project,
    action,
    asset: `notebook-server:${run.username}`,
    data: { run: run.id, ...more }
  });
