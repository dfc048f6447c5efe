import { randomUUID } from 'node:crypto';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { createLeaseChanges, createLeasesStore } from '../quota/index.js';
import { executorsOf } from './notebooks.amounts.js';
import { createRuns } from './notebooks.runs.js';
import { createNotebooksStore, resourcesOf, type ComputeRow, type RunRow } from './notebooks.store.js';

/** How many executors a kernel wants, and whether it works with fewer. */
export interface Want {
  readonly executors: number;
  readonly elastic: boolean;
}

/** More often than any person runs cells, or a search gives back; without a limit a loop would fill the tables. */
const mostPerMinute = { first: 30, more: 60 };

export const asksTooOften = async (
  trx: Db,
  { project, username }: RunRow,
  what: keyof typeof mostPerMinute = 'first'
): Promise<boolean> =>
  (await createLeasesStore(trx).askedLately(project, username, what)) >= mostPerMinute[what];

/** What is wanted of a run; never more than it was started with. */
export const wantOf = (
  run: RunRow,
  { executors = run.executors, elastic = false }: { executors?: number | undefined; elastic?: boolean }
): Want => ({ executors: Math.min(executors, run.executors), elastic });

/** Whether nothing is to be changed. */
export const isAsWanted = ({ compute }: RunRow, { executors, elastic }: Want): boolean =>
  compute !== null &&
  compute.elastic === elastic &&
  compute.executors + (compute.more?.executors ?? 0) === executors;

/** Puts an ask for executors at the end of the queue. */
export const putAsk = async (
  trx: Db,
  run: RunRow,
  executors: number,
  elastic: boolean,
  holder: string,
  follows?: string
): Promise<string> => {
  const id = randomUUID();
  const { project, username: user } = run;
  const resources = { ...resourcesOf(run), executors };
  const total = executorsOf(resources);
  await createLeasesStore(trx).insert({
    id,
    project,
    user,
    purpose: 'spark',
    resources,
    total,
    holder,
    elastic,
    ...(follows === undefined ? {} : { follows })
  });
  return id;
};

/**
 * Makes what a run holds and asks for what it wants now: gives back at once what is more, and asks for what is less,
 * behind those who asked before. Under the ledger's lock; answers whether others are to be looked at.
 */
export const change = async (
  trx: Db,
  actor: Actor,
  run: RunRow,
  now: ComputeRow,
  { executors, elastic }: Want
): Promise<boolean> => {
  const [leases, changes, store] = [
    createLeasesStore(trx),
    createLeaseChanges(trx),
    createNotebooksStore(trx)
  ];
  const isHeld = now.state === 'held';
  const held = isHeld ? now.executors : 0;
  let more = isHeld ? now.more : now;
  let lease = isHeld ? now.id : null;
  if (now.elastic !== elastic)
    await changes.setElastic([now.id, ...(now.more ? [now.more.id] : [])], elastic);

  if (lease !== null && executors < held) {
    lease = (await changes.replace(lease, executors)) ?? null;
    if (lease === null) return false;
    await createRuns(trx).tell(run, 'compute.shrunk', actor, { executors });
  }

  const wanted = Math.max(0, executors - held);
  if (more && wanted > 0 && wanted < more.executors) await changes.askForFewer(more.id, wanted);
  else if (wanted !== (more?.executors ?? 0)) {
    // Who asks for more than before asks anew. Asked too often, what was asked stays as it is.
    const isMore = wanted > (more?.executors ?? 0);
    if (isMore && (await asksTooOften(trx, run, lease === null ? 'first' : 'more'))) return true;
    if (more) await leases.release(more.id);
    more = null;
    if (wanted > 0) {
      const id = await putAsk(trx, run, wanted, elastic, now.holder, lease ?? undefined);
      more = { id, executors: wanted, position: null, why: null };
    }
  }
  if (lease === null) await store.followLease(run.id, more?.id ?? null, null);
  else await store.followLease(run.id, lease, more?.id ?? null);
  return true;
};
