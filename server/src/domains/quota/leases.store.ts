import type { notebooks as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { machineUptime, type Uptime } from '../../platform/uptime.js';
import type { Amounts, Held } from './quota.ledger.js';

const machine = machineUptime();

export type LeasePurpose = 'notebook' | 'spark';

/** One that is held or waits; what was given back stays in the table for the record. */
export interface LeaseRow {
  readonly id: string;
  readonly project: string;
  readonly username: string;
  readonly purpose: LeasePurpose;
  readonly state: 'queued' | 'held';
  readonly executors: number;
  /** Of one executor. */
  readonly cores: number;
  readonly memory: number;
  readonly gpu_type: string | null;
  readonly total_cores: number;
  readonly total_memory: number;
  readonly total_gpus: number;
  readonly gpu_indexes: readonly number[];
  /** The types of those, counted when they were granted. */
  readonly gpu_types: Readonly<Record<string, number>>;
  readonly asked_at: Date;
  readonly granted_at: Date | null;
  readonly renewed_at: Date | null;
  readonly holder: string | null;
  readonly position: number | null;
  readonly why: string | null;
  /** Whether it takes what there is, and may be asked to give some back. */
  readonly elastic: boolean;
  /** How many executors it is asked to keep, and why; null while nobody asks. */
  readonly keep: number | null;
  readonly keep_why: string | null;
}

export interface NewLease {
  readonly id: string;
  readonly project: string;
  readonly user: string;
  readonly purpose: LeasePurpose;
  /** What the notebook server was asked to work with. */
  readonly resources: contract.Resources;
  /** What this lease counts. */
  readonly total: Amounts;
  readonly holder?: string;
  readonly elastic?: boolean;
  /** The lease that it asks for more than. */
  readonly follows?: string;
}

/** What a lease counts for. */
export const heldBy = (row: LeaseRow): Held => ({
  project: row.project,
  user: row.username,
  amounts: {
    cores: row.total_cores,
    memory: row.total_memory,
    gpus: row.total_gpus,
    gpuTypes: row.gpu_types,
    servers: row.purpose === 'notebook' ? 1 : 0
  }
});

/** Asks for more executors than a lease of the same projectUser has, by that lease, in the order of asking. */
export const growthsOf = (rows: readonly LeaseRow[]): ReadonlyMap<string, LeaseRow> => {
  const keyOf = ({ project, username }: LeaseRow): string => `${project} ${username}`;
  const spark = rows.filter(({ purpose }) => purpose === 'spark');
  const held = new Map(spark.filter(({ state }) => state === 'held').map(row => [keyOf(row), row.id]));
  return new Map(
    spark.flatMap(row => {
      const of = row.state === 'queued' ? held.get(keyOf(row)) : undefined;
      return of === undefined ? [] : [[of, row] as const];
    })
  );
};

/** Leases are timed on a clock that nobody sets, so that what is metered is what passed: `usage.meter.ts`. */
export const createLeasesStore = (db: Db, uptime: Uptime = machine) => ({
  /** One at a time counts and grants, until the transaction ends. */
  lock: async (): Promise<void> => {
    await db.raw(`select pg_advisory_xact_lock(hashtext('leases'))`);
  },

  /** What is held, and what waits, in the order of asking. */
  active: (project?: string): Promise<LeaseRow[]> =>
    db<LeaseRow>('leases')
      .whereNot('state', 'released')
      .modify(query => {
        if (project !== undefined) void query.andWhere({ project });
      })
      .orderBy('turn'),

  byId: (id: string): Promise<LeaseRow | undefined> => db<LeaseRow>('leases').where({ id }).first(),

  /** Puts an ask at the end of the queue. */
  insert: async ({ resources, total, user, ...lease }: NewLease): Promise<void> => {
    const { gpuType, ...asked } = resources;
    await db('leases').insert({
      ...lease,
      ...asked,
      state: 'queued',
      username: user,
      gpu_type: gpuType ?? null,
      total_cores: total.cores,
      total_memory: total.memory,
      total_gpus: total.gpus,
      gpu_indexes: [],
      renewed_at: db.fn.now()
    });
  },

  grant: async (
    id: string,
    gpuIndexes: readonly number[],
    gpuTypes: Readonly<Record<string, number>>
  ): Promise<void> => {
    const now = uptime.now();
    await db('leases')
      .where({ id })
      .update({
        state: 'held',
        granted_at: db.fn.now(),
        boot: uptime.boot,
        granted_up: now,
        metered_up: now,
        gpu_indexes: gpuIndexes,
        gpu_types: JSON.stringify(gpuTypes),
        position: null,
        why: null
      });
  },

  keepWaiting: async (id: string, position: number, why: string): Promise<void> => {
    await db('leases').where({ id }).update({ position, why });
  },

  renew: async (id: string, holder: string): Promise<void> => {
    await db('leases').where({ id }).update({ holder, renewed_at: db.fn.now() });
  },

  release: async (id: string): Promise<boolean> => {
    const released = await db('leases')
      .where({ id })
      .whereNot('state', 'released')
      .update({
        state: 'released',
        released_at: db.fn.now(),
        // What was granted before the machine's last start ended with it, at an instant that nobody saw.
        released_up: db.raw('case when boot = ? then greatest(metered_up, ?::bigint) else metered_up end', [
          uptime.boot,
          uptime.now()
        ])
      });
    return released === 1;
  },

  /** How often a projectUser has asked for executors within the last minute: for the first, or for more. */
  async askedLately(project: string, username: string, what: 'first' | 'more'): Promise<number> {
    const [row] = await db('leases')
      .where({ project, username, purpose: 'spark' })
      .modify(query => {
        if (what === 'first') void query.whereNull('follows');
        // What asks for more is never granted itself: the lease that has more is another one.
        else void query.whereNotNull('follows').whereNull('granted_at');
      })
      .andWhereRaw(`asked_at > now() - interval '1 minute'`)
      .count<{ count: number }[]>('* as count');
    return row?.count ?? 0;
  }
});
