import type { notebooks as contract } from '@hopslab/schema';
import type { Actor, Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { storable } from '../../platform/text.js';
import { createLeasesStore, refuseImpossible, type Stock } from '../quota/index.js';
import { executorsOf } from './notebooks.amounts.js';
import type { Memory } from './notebooks.memory.js';
import { createRuns } from './notebooks.runs.js';
import { asksTooOften, change, isAsWanted, putAsk, wantOf, type Want } from './notebooks.elastic.js';
import { createNotebooksStore, resourcesOf, type ComputeRow, type RunRow } from './notebooks.store.js';
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

const absent = () =>
  problem('notebook.absent', 'This notebook server is ending or has ended; start it again on the hub.');

/** What a kernel wants. */
export interface Wish {
  readonly holder: string;
  /** Whether it waits where it gets none now. */
  readonly wait: boolean;
  /** All that the notebook server was started with unless it is said. */
  readonly executors?: number | undefined;
  readonly elastic?: boolean;
}

/** The executors of a running notebook server: asked for, renewed, more or fewer of them, and given back by its kernels. */
export const createCompute = ({ db, stock, memory }: ComputeDeps) => {
  const runOf = async (on: Db, actor: Actor, { project, sandbox }: Inside): Promise<RunRow> => {
    const run = await createNotebooksStore(on).latest(project, actor.user.name);
    if (run?.id !== sandbox || (run.state !== 'starting' && run.state !== 'ready')) throw absent();
    return run;
  };

  const renew = async (trx: Db, run: RunRow, holder: string): Promise<void> => {
    if (!run.compute) return;
    await createLeasesStore(trx).renew(run.compute.id, holder);
    if (run.compute.holder !== holder) await createRuns(trx).tell(run);
  };

  const ask = async (trx: Db, actor: Actor, run: RunRow, want: Want, wish: Wish): Promise<void> => {
    const leases = createLeasesStore(trx);
    if (run.executors === 0)
      throw problem(
        'lease.no-executors',
        'This notebook server has no executors. Stop it on the hub and start it with at least one to use Spark.'
      );
    if (await asksTooOften(trx, run))
      throw problem('lease.too-often', 'Executors were asked for too often; wait a minute.');
    const { project, username: user } = run;
    const least = { ...resourcesOf(run), executors: want.elastic ? 1 : want.executors };
    const there = await stock();
    // The quota may have been lowered, or used up, since the notebook server was started.
    await refuseImpossible(trx, { project, user, resources: least, amounts: executorsOf(least) }, there);
    const id = await putAsk(trx, run, want.executors, want.elastic, wish.holder);
    // A run that has ended meanwhile has given back what it had, and may not get any more.
    if (!(await createNotebooksStore(trx).setExecutorLease(run.id, id))) throw absent();
    await takeTurns(trx, there, { run: run.id, actor });
    const after = await leases.byId(id);
    const { compute } = (await createNotebooksStore(trx).byId(run.id)) ?? {};
    if (compute?.state !== 'held' && !wish.wait)
      throw problem('lease.over-quota', `${after?.why ?? ''} Wait until some of it is given back.`);
  };

  const release = async (run: RunRow, action: string, actor?: Author, seen?: ComputeRow): Promise<void> => {
    await db.transaction(async trx => {
      const leases = createLeasesStore(trx);
      await leases.lock();
      const now = (await createNotebooksStore(trx).byId(run.id))?.compute;
      if (!now || (seen && now.renewed_at !== seen.renewed_at)) return;
      await leases.release(now.id);
      if (now.more) await leases.release(now.more.id);
      await createNotebooksStore(trx).setExecutorLease(run.id, null);
      await createRuns(trx).tell(run, action, actor);
    });
    await memory.follow(run.id);
  };

  return {
    /** Asks, says that the asker is still there, or wants more or fewer; the answer is how it stands. */
    async hold(actor: Actor, inside: Inside, wished: Wish): Promise<contract.Compute> {
      const wish = { ...wished, holder: storable(wished.holder) };
      const run = await db.transaction(async trx => {
        let before = await runOf(trx, actor, inside);
        if (!isAsWanted(before, wantOf(before, wish)) || before.compute?.holder !== wish.holder) {
          await createLeasesStore(trx).lock();
          // Another kernel of the same server may have asked before we had the lock.
          before = await runOf(trx, actor, inside);
          const want = wantOf(before, wish);
          if (!before.compute) await ask(trx, actor, before, want, wish);
          else if (await change(trx, actor, before, before.compute, want))
            await takeTurns(trx, await stock(), { run: before.id, actor });
          before = await runOf(trx, actor, inside);
        }
        await renew(trx, before, wish.holder);
        return runOf(trx, actor, inside);
      });
      if (!run.compute) throw absent();
      // Only who may use the memory is told so.
      await memory.follow(run.id);
      return computeView(run.compute);
    },

    async giveBack(actor: Actor, inside: Inside): Promise<void> {
      await release(await runOf(db, actor, inside), 'compute.given-back', actor);
    },

    /** Takes the executors of a run back whose holder was not heard of since they were seen so. */
    async expire(run: RunRow): Promise<void> {
      if (run.compute) await release(run, 'compute.expired', undefined, run.compute);
    }
  };
};
export type Compute = ReturnType<typeof createCompute>;
