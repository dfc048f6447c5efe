import type { notebooks as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { Amounts, Held } from './notebooks.ledger.js';

export interface LeaseRow {
  readonly id: string;
  readonly project: string;
  readonly username: string;
  readonly purpose: string;
  readonly executors: number;
  readonly cores: number;
  readonly memory: number;
  readonly gpus: number;
  readonly total_cores: number;
  readonly total_memory: number;
  readonly gpu_indexes: readonly number[];
  readonly since: Date;
}

export interface NewLease {
  readonly id: string;
  readonly project: string;
  readonly user: string;
  readonly purpose: string;
  readonly resources: contract.Resources;
  readonly total: Amounts;
  readonly gpuIndexes: readonly number[];
}

/** What a lease counts for. */
export const heldBy = (row: LeaseRow): Held => ({
  project: row.project,
  user: row.username,
  amounts: {
    cores: row.total_cores,
    memory: row.total_memory,
    gpus: row.gpu_indexes.length,
    servers: row.purpose === 'notebook' ? 1 : 0
  }
});

export const createLeasesStore = (db: Db) => ({
  /** One at a time counts and grants, until the transaction ends. */
  lock: async (): Promise<void> => {
    await db.raw(`select pg_advisory_xact_lock(hashtext('leases'))`);
  },

  held: (project?: string): Promise<LeaseRow[]> =>
    db<LeaseRow>('leases')
      .whereNull('released_at')
      .modify(query => {
        if (project !== undefined) void query.andWhere({ project });
      })
      .orderBy('since'),

  insert: async ({ resources, total, gpuIndexes, user, ...lease }: NewLease): Promise<void> => {
    const { gpuType, ...asked } = resources;
    await db('leases').insert({
      ...lease,
      ...asked,
      username: user,
      gpu_type: gpuType ?? null,
      total_cores: total.cores,
      total_memory: total.memory,
      gpu_indexes: gpuIndexes
    });
  },

  release: async (id: string): Promise<void> => {
    await db('leases').where({ id }).whereNull('released_at').update({ released_at: db.fn.now() });
  }
});
