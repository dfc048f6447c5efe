import { randomUUID } from 'node:crypto';
import type { notebooks as contract } from '@hopslab/schema';
import type { Actor, Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { storable } from '../../platform/text.js';
import { createLeasesStore, refuseImpossible, type Stock } from '../quota/index.js';
import { executorsOf } from './notebooks.amounts.js';
import type { Memory } from './notebooks.memory.js';
import { createRuns } from './notebooks.runs.js';
import { createNotebooksStore, resourcesOf, type RunRow } from './notebooks.store.js';
import { takeTurns } from './notebooks.turns.js';
import { computeView } from './notebooks.view.js';

export interface ComputeDeps {
  readonly db: Db;
  readonly stock: () => Promise<Stock>;
  readonly memory: Memory;
}

/** A sandbox, as its own socket names it. */
export interface Inside {
  readonly project: string;
  readonly sandbox: string;
}

/** More often than any person runs cells; without a limit a loop would fill the tables. */
const mostPerMinute = 30;

const absent = () =>
  problem('notebook.absent', 'This notebook server is ending or has ended; start it again on the hub.');

/** The executors of a running notebook server: asked for, renewed and given back by its kernels. */
export const createCompute = ({ db, stock, memory }: ComputeDeps) => {
  const runOf = async (on: Db, actor: Actor, { project, sandbox }: Inside): Promise<RunRow> => {
    const run = await createNotebooksStore(on).latest(project, actor.user.name);
    if (run?.id !== sandbox || (run.state !== 'starting' && run.state !== 'ready')) throw absent();
    return run;
  };

  const renew = (trx: Db, run: RunRow, holder: string): Promise<unknown> | undefined => {
    if (!run.compute) return undefined;
    const renewed = createLeasesStore(trx).renew(run.compute.id, holder);
    return run.compute.holder === holder ? renewed : renewed.then(() => createRuns(trx).tell(run));
  };

  const ask = async (trx: Db, actor: Actor, run: RunRow, holder: string, wait: boolean): Promise<void> => {
    const leases = createLeasesStore(trx);
    if (run.executors === 0)
      throw problem(
        'lease.no-executors',
        'This notebook server has no executors. Stop it on the hub and start it with at least one to use Spark.'
      );
    if ((await leases.askedLately(run.project, run.username)) >= mostPerMinute)
      throw problem('lease.too-often', 'Executors were asked for too often; wait a minute.');
    const id = randomUUID();
    const resources = resourcesOf(run);
    const { project, username: user } = run;
    const total = executorsOf(resources);
    const there = await stock();
    // The quota may have been lowered, or used up, since the notebook server was started.
    await refuseImpossible(trx, { project, user, resources, amounts: total }, there);
    await leases.insert({ id, project, user, purpose: 'spark', resources, total, holder });
    // A run that has ended meanwhile has given back what it had, and may not get any more.
    if (!(await createNotebooksStore(trx).setExecutorLease(run.id, id))) throw absent();
    await takeTurns(trx, there, { lease: id, actor });
    const after = await leases.byId(id);
    if (after?.state === 'queued' && !wait)
      throw problem('lease.over-quota', `${after.why ?? ''} Wait until some of it is given back.`);
  };

  return {
    /** Asks, or says that the asker is still there; the answer is how it stands. */
    async hold(
      actor: Actor,
      inside: Inside,
      { holder: named, wait }: { holder: string; wait: boolean }
    ): Promise<contract.Compute> {
      const holder = storable(named);
      const run = await db.transaction(async trx => {
        const renewing = renew(trx, await runOf(trx, actor, inside), holder);
        if (renewing) await renewing;
        else {
          await createLeasesStore(trx).lock();
          // Another kernel of the same server may have asked before we had the lock.
          const before = await runOf(trx, actor, inside);
          await (renew(trx, before, holder) ?? ask(trx, actor, before, holder, wait));
        }
        return runOf(trx, actor, inside);
      });
      if (!run.compute) throw absent();
      // Only who may use the memory is told so.
      await memory.follow(run.id);
      return computeView(run.compute);
    },

    async giveBack(actor: Actor, inside: Inside): Promise<void> {
      const run = await runOf(db, actor, inside);
      await this.release(run, 'compute.given-back', actor);
    },

    /** Takes the executors of a run back, if it still has that lease. */
    async release(run: RunRow, action: string, actor?: Author): Promise<void> {
      const lease = run.compute?.id;
      if (lease === undefined) return;
      await db.transaction(async trx => {
        if (!(await createLeasesStore(trx).release(lease))) return;
        await createNotebooksStore(trx).setExecutorLease(run.id, null);
        await createRuns(trx).tell(run, action, actor);
      });
      await memory.follow(run.id);
    }
  };
};
export type Compute = ReturnType<typeof createCompute>;
