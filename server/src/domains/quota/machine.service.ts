import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { createLeasesStore } from './leases.store.js';
import { coresSharedBy, machineLimit, type Stock } from './quota.limits.js';
import { readSetLimits } from './quota.set.js';
import { createQuotaStore } from './quota.store.js';
import { amountsView, freeGpus, heldIn, leasesView } from './quota.view.js';
import { totalOf } from './usage.month.js';
import { createUsageStore } from './usage.store.js';

export interface MachineDeps {
  readonly db: Db;
  readonly stock: () => Promise<Stock>;
}

export interface Wanted {
  readonly q?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The whole machine for who looks after it: who holds what of it and may, and nothing of what they do with it. */
export const createMachineService = ({ db, stock }: MachineDeps) => ({
  async machine(): Promise<contract.Machine> {
    const there = await stock();
    const held = (await createLeasesStore(db).active()).filter(row => row.state === 'held');
    return {
      capacity: { limit: amountsView(machineLimit(there)), used: amountsView(heldIn(held)) },
      coresSharedBy,
      gpuTypes: freeGpus(there.gpus.gpus, held),
      noGpuReason: there.gpus.reason,
      defaults: there.defaults
    };
  },

  async leases(): Promise<{ items: contract.MachineLease[]; nextCursor: null }> {
    const rows = await createLeasesStore(db).active();
    const projects = new Map(rows.map(row => [row.id, row.project]));
    const items = leasesView(rows).map(lease => ({ project: projects.get(lease.id) ?? '', ...lease }));
    return { items, nextCursor: null };
  },

  async projects({ q = '', limit, cursor }: Wanted) {
    const store = createQuotaStore(db);
    const names = await store.projects(q, String(afterOf(cursor) ?? ''), limit + 1);
    const [set, limits, leases, month] = await Promise.all([
      store.of(names),
      readSetLimits(db, (await stock()).defaults, names),
      createLeasesStore(db).active(),
      createUsageStore(db).month(names, new Date())
    ]);
    const own = new Map(set.filter(row => row.username === '').map(row => [row.project, row.limits]));
    const held = Map.groupBy(
      leases.filter(row => row.state === 'held'),
      row => row.project
    );
    const used = Map.groupBy(month, row => row.project);
    return pageOf(
      names,
      limit,
      name => name,
      (project): contract.ProjectQuota => ({
        project,
        set: own.get(project) ?? {},
        limits: limits.project(project),
        used: amountsView(heldIn(held.get(project) ?? [])),
        month: totalOf(used.get(project) ?? [])
      })
    );
  }
});
export type MachineService = ReturnType<typeof createMachineService>;
