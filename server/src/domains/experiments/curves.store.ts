import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { extended, type KeptCurve } from './curves.js';

type CurveRow = KeptCurve & { readonly experiment: string };

const columns = ['attempt', 'stride', 'indexes', 'steps', 'points'];

const upsert = `
  insert into trial_curves (experiment, number, ${columns.join(', ')})
  select ?, number, ${columns.join(', ')}
  from jsonb_to_recordset(?::jsonb) as given (
    number int, attempt int, stride int, indexes int[], steps float8[], points float8[])
  on conflict (experiment, number) do update set ${columns.map(column => `${column} = excluded.${column}`).join(', ')}`;

export const createCurvesStore = (db: Db) => ({
  /** Adds points to the curves of trials, in the transaction that holds the project's lock. */
  async extend(experiment: string, reports: readonly contract.CurveReport[]): Promise<void> {
    if (reports.length === 0) return;
    const rows = await db<CurveRow>('trial_curves')
      .where({ experiment })
      .andWhereRaw('number = any(?::int[])', [reports.map(({ number }) => number)]);
    const before = new Map<number, KeptCurve>(rows.map(row => [row.number, row]));
    const now = new Map(before);
    for (const report of reports) {
      const curve = extended(now.get(report.number), report);
      if (curve) now.set(report.number, curve);
    }
    const changed = [...now.values()]
      .filter(curve => curve !== before.get(curve.number))
      .sort((a, b) => a.number - b.number);
    if (changed.length > 0) await db.raw(upsert, [experiment, JSON.stringify(changed)]);
  },

  page: (experiment: string, after: number, limit: number): Promise<KeptCurve[]> =>
    db<CurveRow>('trial_curves')
      .where({ experiment })
      .andWhereRaw('number > ?::bigint', [after])
      .orderBy('number')
      .limit(limit),

  of: (experiment: string, number: number): Promise<KeptCurve[]> =>
    db<CurveRow>('trial_curves').where({ experiment, number })
});
