import type { egress as contract, Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { MemberTotal } from '../../platform/meter.js';

/** A sandbox that runs, and what decides now whether it may reach the internet. */
export interface Door {
  readonly sandbox: string;
  readonly project: string;
  readonly user: string;
  /** Null for who is no member any more. */
  readonly role: Role | null;
  readonly locked: boolean;
  readonly archived: boolean;
  readonly enabled: boolean;
}

/** Every such sandbox. */
export const doorsQuery = `
  select servers.id as sandbox, servers.project, servers.username as "user", members.role, users.locked,
    projects.state <> 'active' as archived, egress_projects.project is not null as enabled
  from notebook_servers as servers
  join projects on projects.name = servers.project
  join users on users.name = servers.username
  left join members on members.project = servers.project and members.username = servers.username
  left join egress_projects on egress_projects.project = servers.project
  where servers.state in ('starting', 'ready')
  order by servers.id`;

type Way = 'sent' | 'received';

export const createEgressStore = (db: Db) => ({
  async door(sandbox: string): Promise<Door | undefined> {
    const { rows } = await db.raw<{ rows: Door[] }>(
      `select * from (${doorsQuery}) as doors where sandbox = ?`,
      sandbox
    );
    return rows[0];
  },

  /** Whether it is on; held as it is until the transaction ends. */
  async lock(project: string): Promise<boolean> {
    await db('projects').where({ name: project }).forNoKeyUpdate().first('name');
    return this.enabled(project);
  },

  enabled: async (project: string): Promise<boolean> =>
    (await db('egress_projects').where({ project }).first('project')) !== undefined,

  async set(project: string, enabled: boolean): Promise<void> {
    if (enabled) await db('egress_projects').insert({ project });
    else await db('egress_projects').where({ project }).delete();
  },

  /** Writes sums whole; one that is written again, or late, changes nothing. */
  async keep(way: Way, totals: readonly MemberTotal[]): Promise<void> {
    await db('egress_bytes')
      .insert(totals.map(total => ({ ...total, way })))
      .onConflict(['project', 'day', 'username', 'way', 'source'])
      .merge({ bytes: db.raw('greatest(egress_bytes.bytes, excluded.bytes)') });
  },

  /** Sums of days, both included; from 29 days before the last where no first one is given. */
  async use(project: string, first: string | null, last: string): Promise<contract.EgressUse[]> {
    const { rows } = await db.raw<{ rows: contract.EgressUse[] }>(
      `select username as "user", to_char(day, 'YYYY-MM-DD') as day,
          coalesce(sum(bytes) filter (where way = 'sent'), 0)::float8 as sent,
          coalesce(sum(bytes) filter (where way = 'received'), 0)::float8 as received
        from egress_bytes
        where project = ? and day between coalesce(?::date, ?::date - 29) and ?::date
        group by egress_bytes.username, egress_bytes.day order by egress_bytes.username, egress_bytes.day`,
      [project, first, last, last]
    );
    return rows;
  }
});
export type EgressStore = ReturnType<typeof createEgressStore>;
