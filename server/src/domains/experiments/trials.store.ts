import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

const rankOf = (state: string): string =>
  `case ${state} when 'queued' then 0 when 'running' then 1 else 2 end`;

// A report takes the place of all that was known where it is of a later attempt, or the driver's own word about an
// end that the platform had only presumed; else what it leaves out stays.
const anew = '(excluded.attempt > trials.attempt or trials.presumed)';
const kept = (column: string): string =>
  `${column} = case when ${anew} then excluded.${column} else coalesce(excluded.${column}, trials.${column}) end`;

const told = [
  'attempt',
  'state',
  'params',
  'value',
  'metrics',
  'reason',
  'traceback',
  'executor',
  'started_at',
  'ended_at'
];
const row = (table: string): string => told.map(column => `${table}.${column}`).join(', ');

/**
 * The same rules as in `experiments.reports.ts`, against what is stored: a lower attempt changes nothing, an ended
 * attempt stays as it is, no state goes back. What says nothing new is not a change.
 */
const upsert = `
  insert into trials (experiment, number, attempt, state, params, value, metrics, reason, traceback, executor, started_at, ended_at, seq)
  select ?, number, attempt, state, params, value, metrics, reason, traceback, executor, "startedAt", "endedAt", nextval('experiment_changes')
  from jsonb_to_recordset(?::jsonb) as given (
    number int, attempt int, state text, params jsonb, value float8, metrics jsonb, reason text, traceback text,
    executor text, "startedAt" timestamptz, "endedAt" timestamptz)
  on conflict (experiment, number) do update set
    attempt = excluded.attempt,
    state = excluded.state,
    params = excluded.params,
    metrics = case when ${anew} then excluded.metrics else trials.metrics || excluded.metrics end,
    ${['value', 'reason', 'traceback', 'executor', 'started_at', 'ended_at'].map(kept).join(',\n    ')},
    presumed = false,
    seq = excluded.seq
  where (excluded.attempt > trials.attempt
      or (excluded.attempt = trials.attempt
        and (${rankOf('trials.state')} < 2 or (trials.presumed and ${rankOf('excluded.state')} = 2))
        and ${rankOf('excluded.state')} >= ${rankOf('trials.state')}))
    and (${row('trials')}) is distinct from (${row('excluded')})
  returning number`;

/** Writes one report per trial, all at once, in the transaction that holds the project's lock; how many changed something. */
export const storeReports = async (
  db: Db,
  experiment: string,
  reports: readonly contract.TrialReport[]
): Promise<number> => {
  if (reports.length === 0) return 0;
  const { rows } = await db.raw<{ rows: unknown[] }>(upsert, [experiment, JSON.stringify(reports)]);
  return rows.length;
};
