import type { experiments as contract } from '@hopslab/schema';
import type { Knex } from 'knex';
import type { Db } from '../../platform/db.js';
import { publish } from '../../platform/live.js';
import type { Tally } from './experiments.tally.js';
import type { ExperimentRow, TrialRow } from './experiments.views.js';
import { isOpen, openStates } from './orders.js';

export interface NewExperiment {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly metric: string;
  readonly direction: string;
  readonly also: readonly contract.Objective[];
  readonly algorithm: string;
  readonly space: object;
  readonly planned: number;
  readonly parallel: number;
  readonly code: string;
  readonly pruner: string | null;
  readonly seed: number | null;
  readonly seconds: number | null;
  readonly gpu_hours: number | null;
  readonly tags: readonly string[];
  readonly created_by: string;
  readonly sandbox: string | null;
}

export interface OpenExperiment {
  readonly id: string;
  readonly project: string;
  readonly sandbox: string | null;
  readonly heartbeat_at: Date;
}

/** Who goes on with an experiment, and how far. */
interface NextDriver {
  readonly epoch: number;
  readonly driver: string;
  readonly sandbox: string | null;
  readonly planned: number;
  readonly parallel: number;
}

/** Changes after `from`, up to and with `to`. */
interface Changes {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

type State = contract.Experiment['state'];

export const experimentsChannel = (project: string): string => `experiments:${project}`;

/** What is shown of one; its code, which may be long, is not. */
const shown = [
  ...[
    'id',
    'ordinal',
    'project',
    'name',
    'description',
    'state',
    'reason',
    'metric',
    'direction',
    'algorithm'
  ],
  ...['space', 'planned', 'parallel', 'created_by', 'started_at', 'ended_at', 'presumed', 'seq'],
  ...[
    'counts',
    'best',
    'epoch',
    'pruner',
    'seed',
    'seconds',
    'gpu_hours',
    'tags',
    'note',
    'waiting',
    'also',
    'front'
  ]
].map(column => `e.${column}`);

const next = `nextval('experiment_changes')`;
const count = (state: string): string => `coalesce((counts->>'${state}')::int, 0)`;
const ended = ['stopped', 'queued', 'running'].map(count).join(' + ');

/** Those with a tag, where one is asked for. */
const tagged =
  (table: string, tag: string | undefined) =>
  (query: Knex.QueryBuilder): void => {
    if (tag !== undefined) void query.whereRaw('??.tags @> array[?]::text[]', [table, tag]);
  };

export const createExperimentsStore = (db: Db) => {
  const rows = () => db('experiments as e').select<ExperimentRow[]>(...shown);

  return {
    /** Holds every other change of the project's experiments until the transaction ends. */
    async lock(project: string): Promise<void> {
      await db.raw(`select pg_advisory_xact_lock(hashtext(?))`, [experimentsChannel(project)]);
    },

    /** Wakes those who follow the project once the transaction commits. */
    tell: (project: string): Promise<void> => publish(db, experimentsChannel(project), {}),

    /** Whether it is new: the same id again changes nothing. */
    async insert(row: NewExperiment): Promise<boolean> {
      const made = await db('experiments')
        .insert({
          ...row,
          ...{ space: JSON.stringify(row.space), also: JSON.stringify(row.also), seq: db.raw(next) },
          front: row.also.length === 0 ? null : 0
        })
        .onConflict('id')
        .ignore()
        .returning('id');
      return made.length > 0;
    },

    page: async (
      project: string,
      { below, tag, limit }: { below: number; tag?: string | undefined; limit: number }
    ): Promise<ExperimentRow[]> =>
      rows()
        .where('e.project', project)
        .andWhere('e.ordinal', '<', below)
        .andWhere(tagged('e', tag))
        .orderBy('e.ordinal', 'desc')
        .limit(limit),

    /** How large the experiments of a page are, in bytes. */
    async pageSizes(
      project: string,
      { below, tag, limit }: { below: number; tag?: string | undefined; limit: number }
    ): Promise<number[]> {
      const rows = await db('experiments')
        .where({ project })
        .andWhere('ordinal', '<', below)
        .andWhere(tagged('experiments', tag))
        .orderBy('ordinal', 'desc')
        .limit(limit)
        .select<{ bytes: number }[]>(db.raw('octet_length(space::text) as bytes'));
      return rows.map(({ bytes }) => bytes);
    },

    one: async (project: string, id: string): Promise<ExperimentRow | undefined> =>
      (await rows().where({ 'e.project': project, 'e.id': id }))[0],

    trials: (experiment: string, after: number, limit: number): Promise<TrialRow[]> =>
      db<TrialRow>('trials')
        .where({ experiment })
        .andWhereRaw('number > ?::bigint', [after])
        .orderBy('number')
        .limit(limit),

    /** How large the next trials are, in bytes. */
    async trialSizes(experiment: string, after: number, limit: number): Promise<number[]> {
      const rows = await db('trials')
        .where({ experiment })
        .andWhereRaw('number > ?::bigint', [after])
        .orderBy('number')
        .limit(limit)
        .select<{ bytes: number }[]>(
          db.raw(
            `octet_length(params::text) + octet_length(metrics::text) + coalesce(octet_length(traceback), 0) as bytes`
          )
        );
      return rows.map(({ bytes }) => bytes);
    },

    heartbeat: async (id: string, changed: boolean): Promise<void> => {
      await db('experiments')
        .where({ id })
        .update({ heartbeat_at: db.fn.now(), ...(changed ? { seq: db.raw(next) } : {}) });
    },

    /** The key that the experiment's driver came with. */
    driver: async (id: string): Promise<string | null> =>
      (await db('experiments').where({ id }).first<{ driver: string | null }>('driver')).driver,

    /** Whether its driver, which speaks every second, was heard of late. */
    isHeard: async (id: string): Promise<boolean> =>
      (await db('experiments')
        .where({ id })
        .whereRaw(`heartbeat_at > now() - interval '20 seconds'`)
        .first('id')) !== undefined,

    resume: async (id: string, more: NextDriver): Promise<void> => {
      await db('experiments')
        .where({ id })
        .update({
          ...more,
          ...{ state: 'running', reason: null, ended_at: null, presumed: false },
          ...{ heartbeat_at: db.fn.now(), seq: db.raw(next) }
        });
    },

    annotate: async (
      id: string,
      { tags, note }: { tags: readonly string[]; note: string }
    ): Promise<void> => {
      await db('experiments')
        .where({ id })
        .update({ tags, note, seq: db.raw(next) });
    },

    setTally: async (id: string, { counts, best }: Tally, front?: number): Promise<void> => {
      await db('experiments')
        .where({ id })
        .update({
          counts: JSON.stringify(counts),
          best: best === null ? null : JSON.stringify(best),
          ...(front === undefined ? {} : { front })
        });
    },

    setState: async (
      id: string,
      state: State,
      more: { reason?: string | null; presumed?: boolean } = {}
    ): Promise<void> => {
      await db('experiments')
        .where({ id })
        .update({
          state,
          seq: db.raw(next),
          ...more,
          ...(isOpen({ state }) ? {} : { ended_at: db.fn.now() })
        });
    },

    /** Ends the trials that still wait or run. */
    stopTrials: async (experiment: string, reason: string, presumed: boolean): Promise<void> => {
      await db('trials')
        .where({ experiment })
        .whereIn('state', ['queued', 'running'])
        .update({ state: 'stopped', reason, presumed, ended_at: db.fn.now(), seq: db.raw(next) });
      await db('experiments')
        .where({ id: experiment })
        .update({
          counts: db.raw(`counts || jsonb_build_object('queued', 0, 'running', 0, 'stopped', ${ended})`)
        });
    },

    open: (): Promise<OpenExperiment[]> =>
      db('experiments')
        .whereIn('state', openStates)
        .select<OpenExperiment[]>('id', 'project', 'sandbox', 'heartbeat_at'),

    openOf: (
      project: string,
      users: readonly string[]
    ): Promise<{ id: string; name: string; started_at: Date }[]> =>
      db('experiments')
        .where({ project })
        .whereIn('created_by', users)
        .whereIn('state', openStates)
        .orderBy('ordinal')
        .select<{ id: string; name: string; started_at: Date }[]>('id', 'name', 'started_at'),

    async head(project: string): Promise<number> {
      // An experiment's own change comes after those of its trials.
      const row = await db('experiments')
        .where({ project })
        .max<{ max: number | null }>('seq as max')
        .first();
      return row?.max ?? 0;
    },

    changed: async (project: string, { from, to, limit }: Changes): Promise<ExperimentRow[]> =>
      rows()
        .where('e.project', project)
        .andWhere('e.seq', '>', from)
        .andWhere('e.seq', '<=', to)
        .orderBy('e.seq')
        .limit(limit),

    changedTrials: (project: string, experiment: string, { from, to, limit }: Changes): Promise<TrialRow[]> =>
      db<TrialRow>('trials')
        .where({ experiment })
        .andWhere('seq', '>', from)
        .andWhere('seq', '<=', to)
        .whereExists(db('experiments').where({ project, id: experiment }))
        .orderBy('seq')
        .limit(limit)
  };
};
