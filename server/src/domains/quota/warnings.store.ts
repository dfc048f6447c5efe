import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { Uptime } from '../../platform/uptime.js';

export interface WarningKey {
  readonly project: string;
  /** Empty: the project's own limit. */
  readonly username: string;
  readonly what: contract.Warning['what'];
}

export interface WarningRow extends WarningKey {
  readonly since: Date;
  readonly ends_at: Date;
  /** When the grace began, on the clock of a boot. */
  readonly boot: string;
  readonly begun_up: number;
  /** Its grace is over. */
  readonly overdue: boolean;
}

/** Whether a notebook server (`notebook_servers`, with `leases`) has to end: what it uses was used up a grace ago. */
export const overdueQuery = `exists (
  select from quota_warnings as warning
  where warning.project = notebook_servers.project and warning.username in ('', notebook_servers.username)
    and warning.overdue and warning.what in ('core-hours', 'gpu-hours')
    and case warning.what when 'gpu-hours' then leases.total_gpus > 0
      else leases.total_cores > 0 or notebook_servers.executor_lease is not null end)`;

export const createWarningsStore = (db: Db) => ({
  all: (): Promise<WarningRow[]> => db<WarningRow>('quota_warnings'),

  of: (project: string): Promise<WarningRow[]> =>
    db<WarningRow>('quota_warnings').where({ project }).orderBy(['username', 'what']),

  /** Begins a grace, or begins it anew. */
  start: async (
    { project, username, what }: WarningKey,
    uptime: Uptime,
    graceMinutes: number
  ): Promise<void> => {
    const grace = {
      boot: uptime.boot,
      begun_up: uptime.now(),
      ends_at: db.raw(`now() + ? * interval '1 minute'`, [graceMinutes])
    };
    await db('quota_warnings')
      .insert({ project, username, what, ...grace })
      .onConflict(['project', 'username', 'what'])
      .merge(grace);
  },

  makeOverdue: async ({ project, username, what }: WarningKey): Promise<void> => {
    await db('quota_warnings').where({ project, username, what }).update({ overdue: true });
  },

  remove: async ({ project, username, what }: WarningKey): Promise<void> => {
    await db('quota_warnings').where({ project, username, what }).delete();
  }
});
