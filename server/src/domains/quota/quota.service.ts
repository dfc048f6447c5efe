import type { quota as contract } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import type { Workplace } from '../../ports/workplace.js';
import { createLeasesStore, heldBy, type LeaseRow } from './leases.store.js';
import { stockOf } from './leases.turns.js';
import { sum } from './quota.ledger.js';
import { coresSharedBy, gpuTypesOf, limitsOf } from './quota.limits.js';
import { leaseView } from './quota.view.js';

export interface QuotaDeps {
  readonly db: Db;
  readonly workplace: Pick<Workplace, 'machine' | 'gpus'>;
}

/** What a project may hold, and what is held of it. */
export const createQuotaService = ({ db, workplace }: QuotaDeps) => ({
  async leases(project: string): Promise<{ items: contract.Lease[]; nextCursor: null }> {
    return { items: (await createLeasesStore(db).active(project)).map(leaseView), nextCursor: null };
  },

  async quota(actor: Actor, project: string): Promise<contract.Quota> {
    const [all, { machine, gpus: there }] = await Promise.all([
      createLeasesStore(db).active(),
      stockOf(workplace)
    ]);
    const { gpus, reason } = there;
    const rows = all.filter(row => row.state === 'held');
    const limits = limitsOf(machine, gpus.length);
    const used = (of: (row: LeaseRow) => boolean) => sum(rows.filter(of).map(row => heldBy(row).amounts));
    const here = (row: LeaseRow) => row.project === project;
    return {
      project: { limit: limits.project, used: used(here) },
      user: { limit: limits.user, used: used(row => here(row) && row.username === actor.user.name) },
      machine: { limit: limits.machine, used: used(() => true) },
      coresSharedBy,
      gpuTypes: gpuTypesOf(
        gpus,
        rows.flatMap(row => row.gpu_indexes)
      ),
      noGpuReason: reason
    };
  }
});
export type QuotaService = ReturnType<typeof createQuotaService>;
