import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { TrialRow } from './experiments.views.js';
import type { Known } from './trials.machine.js';

const columns = [
  'attempt',
  'state',
  'params',
  'value',
  'metrics',
  'reason',
  'traceback',
  'executor',
  'started_at',
  'ended_at',
  'presumed',
  'picked',
  'usage'
];
const row = (table: string): string => columns.map(column => `${table}.${column}`).join(', ');

// What says nothing new is not a change.
const upsert = `
  insert into trials (experiment, number, ${columns.join(', ')}, seq)
  select ?, number, attempt, state, params, value, metrics, reason, traceback, executor, "startedAt", "endedAt", presumed,
    picked, usage,
    nextval('experiment_changes')
  from jsonb_to_recordset(?::jsonb) as given (
    number int, attempt int, state text, params jsonb, value float8, metrics jsonb, reason text, traceback text,
    executor text, "startedAt" timestamptz, "endedAt" timestamptz, presumed boolean, picked boolean, usage jsonb)
  on conflict (experiment, number) do update set
    ${columns.map(column => `${column} = excluded.${column}`).join(', ')}, seq = excluded.seq
  where (${row('trials')}) is distinct from (${row('excluded')})
  returning number`;

type KnownRow = TrialRow & { readonly presumed: boolean };

const known = (found: KnownRow): Known => ({
  number: found.number,
  attempt: found.attempt,
  state: found.state,
  params: found.params,
  value: found.value,
  metrics: found.metrics,
  ...(found.reason === null ? {} : { reason: found.reason }),
  ...(found.traceback === null ? {} : { traceback: found.traceback }),
  executor: found.executor,
  startedAt: found.started_at?.toISOString() ?? null,
  endedAt: found.ended_at?.toISOString() ?? null,
  ...(found.usage === null ? {} : { usage: found.usage }),
  picked: found.picked,
  point: null,
  presumed: found.presumed
});

/** Trials, written in the transaction that holds the project's lock. */
export const createTrialsStore = (db: Db) => ({
  async known(experiment: string, numbers: readonly number[]): Promise<Map<number, Known>> {
    const rows = await db<KnownRow>('trials')
      .where({ experiment })
      .andWhereRaw('number = any(?::int[])', [[...numbers]]);
    return new Map(rows.map(found => [found.number, known(found)]));
  },

  /** Writes them all at once; the numbers of those that are not as they were. */
  async write(experiment: string, trials: readonly Known[]): Promise<Set<number>> {
    if (trials.length === 0) return new Set();
    const { rows } = await db.raw<{ rows: { number: number }[] }>(upsert, [
      experiment,
      JSON.stringify(trials)
    ]);
    return new Set(rows.map(({ number }) => number));
  },

  /** Looks through all of them. */
  async best(
    experiment: string,
    direction: contract.Experiment['direction']
  ): Promise<contract.Experiment['best']> {
    const found = await db<TrialRow>('trials')
      .where({ experiment, state: 'complete' })
      .whereNotNull('value')
      .orderBy([{ column: 'value', order: direction === 'maximize' ? 'desc' : 'asc' }, { column: 'number' }])
      .first('number', 'value', 'params');
    return (found as contract.Experiment['best'] | undefined) ?? null;
  }
});
