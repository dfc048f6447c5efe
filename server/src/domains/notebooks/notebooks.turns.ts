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
  asker?: { readonly lease: string; readonly actor: Author }
): Promise<void> => {
  const store = createNotebooksStore(trx);
  const runs = createRuns(trx);
  const { granted, moved } = await settleTurns(trx, stock);
  for (const id of granted) {
    const run = await store.byLease(id);
    const actor = asker?.lease === id ? asker.actor : platform;
    if (run) await (run.lease === id ? runs.begin(run, actor) : runs.tell(run, 'compute.held', actor));
  }
  for (const id of moved) {
    const run = await store.byLease(id);
    if (run) await runs.tell(run);
  }
};
