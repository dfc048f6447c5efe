import type { Db } from '../../platform/db.js';
import { monthOf, type MonthRow } from './usage.month.js';

export interface UsageRow {
  /** A user, or a day. */
  readonly of: string;
  readonly coreHours: number;
  readonly memoryHours: number;
  readonly gpuHours: Readonly<Record<string, number>>;
}

const hour = '3600000.0';
/** The ledger counts memory in MiB, for milliseconds. */
const gibibyteHour = `(1024 * ${hour})`;
const day = `to_char(day, 'YYYY-MM-DD')`;

export const createUsageStore = (db: Db) => ({
  /** What every user of some projects (`null`: of all) has used of the month that an instant lies in. */
  async month(projects: readonly string[] | null, now: Date): Promise<MonthRow[]> {
    const { from, turns } = monthOf(now);
    return db('usage')
      .modify(query => {
        if (projects) void query.whereIn('project', [...projects]);
      })
      .andWhere('day', '>=', from.toISOString().slice(0, 10))
      .andWhere('day', '<', turns.toISOString().slice(0, 10))
      .groupBy('project', 'username')
      .select<MonthRow[]>('project', 'username')
      .select(
        db.raw(`coalesce(sum(amount) filter (where kind = 'cores') / ${hour}, 0)::float8 as "coreHours"`),
        db.raw(`coalesce(sum(amount) filter (where kind like 'gpu:%') / ${hour}, 0)::float8 as "gpuHours"`)
      );
  },

  /** What a project has used, by user or by day, in a time of days (both included). */
  async of(project: string, from: string, to: string, by: 'user' | 'day'): Promise<UsageRow[]> {
    const { rows } = await db.raw<{ rows: UsageRow[] }>(
      `select "of",
          coalesce(sum(amount) filter (where kind = 'cores') / ${hour}, 0)::float8 as "coreHours",
          coalesce(sum(amount) filter (where kind = 'memory') / ${gibibyteHour}, 0)::float8 as "memoryHours",
          coalesce(jsonb_object_agg(substr(kind, 5), (amount / ${hour})::float8) filter (where kind like 'gpu:%'), '{}')
            as "gpuHours"
        from (
          select ${by === 'user' ? 'username' : day} as "of", kind, sum(amount) as amount
          from usage where project = ? and day between ? and ?
          group by 1, 2
        ) as counted
        group by 1 order by 1`,
      [project, from, to]
    );
    return rows;
  }
});
