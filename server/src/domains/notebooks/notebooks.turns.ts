import { platform, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { takeTurns as settleTurns, type Stock } from '../quota/index.js';
import { createRuns } from './notebooks.runs.js';
import { createNotebooksStore } from './notebooks.store.js';

/**
 * Grants whose turn it is, under the ledger's lock, and lets their runs go on with it.
 * `asker` is whose request it is; all others are the platform's.
 */
export const takeTurns = async (
  trx: Db,
  stock: Stock,
  asker?: { readonly run: string; readonly actor: Author }
): Promise<void> => {
  const store = createNotebooksStore(trx);
  const runs = createRuns(trx);
  const { granted, moved } = await settleTurns(trx, stock);
  for (const { of, lease, rest, executors, isFirst } of granted) {
    const run = await store.byLease(of);
    if (!run) continue;
    const actor = asker?.run === run.id ? asker.actor : platform;
    if (run.lease === of) await runs.begin(run, actor);
    else {
      await store.followLease(run.id, lease, rest);
      await runs.tell(run, isFirst ? 'compute.held' : 'compute.grown', actor, { executors });
    }
  }
  for (const id of moved) {
    const run = await store.byLease(id);
    if (run) await runs.tell(run);
  }
};
