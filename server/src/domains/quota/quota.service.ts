import type { quota as contract } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { createLeasesStore, type LeaseRow } from './leases.store.js';
import { beyond } from './quota.defaults.js';
import type { Amounts } from './quota.ledger.js';
import { amountsOf, coresSharedBy, machineLimit, type Stock } from './quota.limits.js';
import { readSetLimits } from './quota.set.js';
import { createQuotaStore } from './quota.store.js';
import { amountsView, gpuTypesView, heldIn, leasesView, warningView } from './quota.view.js';
import { monthOf, totalOf, usedUpBy } from './usage.month.js';
import { overBy } from './usage.storage.js';
import { createUsageStore } from './usage.store.js';
import { createWarningsStore } from './warnings.store.js';

export interface QuotaDeps {
  readonly db: Db;
  readonly stock: () => Promise<Stock>;
  /** What a project's datasets hold. */
  readonly storage: (project: string) => Promise<contract.Quota['storage']>;
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** What a project may hold, what is held of it, and what it has used. */
export const createQuotaService = ({ db, stock, storage }: QuotaDeps) => {
  const setLimits = async (project: string) => readSetLimits(db, (await stock()).defaults, [project]);

  const projectLimits = async (project: string): Promise<contract.ProjectLimits> => {
    const store = createQuotaStore(db);
    if (!(await store.projectExists(project)))
      throw problem('project.unknown', `There is no project ${project}.`);
    const own = (await store.of([project])).find(row => row.username === '');
    return { set: own?.limits ?? {}, limits: (await setLimits(project)).project(project) };
  };

  const users = async (project: string): Promise<contract.UserQuota[]> => {
    const [members, leases, set, month] = await Promise.all([
      createQuotaStore(db).members(project),
      createLeasesStore(db).active(project),
      setLimits(project),
      createUsageStore(db).month([project], new Date())
    ]);
    return members.map(({ username, display_name: displayName }) => ({
      user: username,
      displayName,
      limits: set.user({ project, user: username }),
      used: amountsView(heldIn(leases.filter(row => row.state === 'held' && row.username === username))),
      month: totalOf(month.filter(row => row.username === username))
    }));
  };

  return {
    async leases(project: string): Promise<{ items: contract.Lease[]; nextCursor: null }> {
      return { items: leasesView(await createLeasesStore(db).active(project)), nextCursor: null };
    },

    async quota(actor: Actor, project: string): Promise<contract.Quota> {
      const user = actor.user.name;
      const now = new Date();
      const there = await stock();
      const [all, set, rows, warnings, stored] = await Promise.all([
        createLeasesStore(db).active(),
        setLimits(project),
        createUsageStore(db).month([project], now),
        createWarningsStore(db).of(project),
        storage(project)
      ]);
      const held = all.filter(row => row.state === 'held');
      const here = held.filter(row => row.project === project);
      const mine = here.filter(row => row.username === user);
      const machine = machineLimit(there);
      const [limits, myLimits] = [set.project(project), set.user({ project, user })];
      const share = (limit: Amounts, of: readonly LeaseRow[]) => ({
        limit: amountsView(limit),
        used: amountsView(heldIn(of))
      });
      const { from, turns } = monthOf(now);
      return {
        project: share(amountsOf(limits, machine), here),
        user: share(amountsOf(myLimits, machine), mine),
        machine: share(machine, held),
        coresSharedBy,
        gpuTypes: gpuTypesView(there.gpus.gpus, held, here, limits),
        noGpuReason: there.gpus.reason,
        limits,
        myLimits,
        month: {
          from: from.toISOString(),
          turns: turns.toISOString(),
          project: totalOf(rows),
          user: totalOf(rows.filter(row => row.username === user))
        },
        storage: stored,
        warnings: warnings.flatMap(row =>
          warningView(row, [
            ...usedUpBy({ project, user: row.username || user }, set, rows, now),
            ...overBy(project, limits, stored)
          ])
        )
      };
    },

    limits: (project: string): Promise<contract.ProjectLimits> => projectLimits(project),

    async put(actor: Actor, project: string, limits: contract.SomeLimits): Promise<contract.ProjectLimits> {
      await projectLimits(project);
      await db.transaction(async trx => {
        await createQuotaStore(trx).put({ project, username: '', limits });
        const asset = `quota:${project}`;
        await record(trx, { actor, project, action: 'quota.set', asset, data: { limits } });
      });
      return projectLimits(project);
    },

    async users(project: string): Promise<{ items: contract.UserQuota[]; nextCursor: null }> {
      return { items: await users(project), nextCursor: null };
    },

    async putUser(actor: Actor, project: string, user: string, limits: contract.UserLimits) {
      const whole = (await setLimits(project)).project(project);
      const above = beyond(limits, whole);
      if (above.length > 0)
        throw problem(
          'quota.above-project',
          `More than ${project} itself may have: ${above.join(', ')}. Give less, or ask the administrator for more.`
        );
      const one = async () => (await users(project)).find(each => each.user === user);
      if (!(await one())) throw problem('member.unknown', `${user} is not a member of ${project}.`);
      await db.transaction(async trx => {
        await createQuotaStore(trx).put({ project, username: user, limits });
        const asset = `quota:${project}/${user}`;
        await record(trx, { actor, project, action: 'quota.set', asset, data: { limits } });
      });
      const after = await one();
      if (!after) throw problem('member.unknown', `${user} is not a member of ${project} any more.`);
      return after;
    },

    async usage(
      project: string,
      { from, to, by }: { from?: string | undefined; to?: string | undefined; by: 'user' | 'day' }
    ): Promise<{ items: contract.Usage[]; nextCursor: null }> {
      const month = monthOf(new Date());
      const last = to ?? day(new Date());
      const first = from ?? (to === undefined ? day(month.from) : `${last.slice(0, 8)}01`);
      return { items: await createUsageStore(db).of(project, first, last, by), nextCursor: null };
    }
  };
};
export type QuotaService = ReturnType<typeof createQuotaService>;
