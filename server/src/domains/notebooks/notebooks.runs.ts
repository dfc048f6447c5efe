import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import type { Db } from '../../platform/db.js';
import { createLeasesStore } from './leases.store.js';
import { notebooksChannel } from './notebooks.feed.js';
import { routingChannel } from './notebooks.routing.js';
import { createNotebooksStore, liveStates, type RunRow, type RunState } from './notebooks.store.js';

/** Wakes whoever watches over the runs. */
export const runsChannel = 'notebook-runs';

/** Tells the watcher, the proxy and the browsers that something about a run has changed. */
export const announce = async (trx: Db, project: string): Promise<void> => {
  await publish(trx, runsChannel, {});
  await publish(trx, routingChannel, {});
  await publish(trx, notebooksChannel(project), {});
};

type Move = Partial<Pick<RunRow, 'state' | 'step' | 'fraction' | 'reason'>>;

/** The platform itself, in the journal. */
const platform = 'hopslab';

const actions: Readonly<Partial<Record<RunState, string>>> = {
  ready: 'notebook.ready',
  stopping: 'notebook.stopping',
  failed: 'notebook.failed',
  ended: 'notebook.ended'
};

/** Changes of runs, each with its journal row, its announcement, and at the end its lease given back. */
export const createRuns = (db: Db) => ({
  /** Moves a run on if it still is in one of those states. */
  move: (run: RunRow, from: readonly RunState[], to: Move, actor = platform): Promise<boolean> =>
    db.transaction(async trx => {
      if (!(await createNotebooksStore(trx).move(run.id, from, to))) return false;
      if (to.state === 'failed' || to.state === 'ended') await createLeasesStore(trx).release(run.lease);
      const action = to.state && actions[to.state];
      if (action)
        await record(trx, {
          actor,
          project: run.project,
          action,
          asset: `notebook-server:${run.username}`,
          data: { run: run.id, ...(to.reason ? { reason: to.reason } : {}) }
        });
      await announce(trx, run.project);
      return true;
    }),

  /** Asks a run to end. */
  stop(run: RunRow, reason: string | null, actor?: string): Promise<boolean> {
    return this.move(run, ['starting', 'ready'], { state: 'stopping', reason }, actor);
  },

  /** Records the end of a run, whatever it was in. */
  end(run: RunRow, state: 'failed' | 'ended', reason: string | null): Promise<boolean> {
    return this.move(run, liveStates, { state, reason });
  }
});
export type Runs = ReturnType<typeof createRuns>;
