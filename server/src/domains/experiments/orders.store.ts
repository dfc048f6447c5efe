import { randomUUID } from 'node:crypto';
import type { experiments as contract, steering } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { TrialRow } from './experiments.views.js';

interface PointRow {
  readonly id: string;
  readonly params: contract.Trial['params'];
  readonly asked_by: string;
  readonly asked_at: Date;
}

// Told in every answer until they are confirmed, so not too many at once.
const toldAtOnce = 100;
const next = `nextval('experiment_changes')`;

export const pointView = ({ id, params, asked_by, asked_at }: PointRow): steering.Point => ({
  id,
  params,
  askedBy: asked_by,
  askedAt: asked_at.toISOString()
});

/** What people ask of a running experiment, changed in the transaction that holds the project's lock. */
export const createOrdersStore = (db: Db) => ({
  /** What its driver is to be told; of one that is being stopped, nothing new. */
  async told(experiment: string, { state }: { state: contract.Experiment['state'] }) {
    const stop = await db('trials')
      .where({ experiment, stop_asked: true })
      .whereIn('state', ['queued', 'running'])
      .orderBy('number')
      .limit(toldAtOnce)
      .select<{ number: number }[]>('number');
    const enqueue =
      state === 'running' || state === 'paused'
        ? await db('experiment_points')
            .where({ experiment, number: null })
            .orderBy('ordinal')
            .limit(toldAtOnce)
            .select<contract.Orders['enqueue']>('id', 'params')
        : [];
    return { stop: stop.map(({ number }) => number), enqueue };
  },

  trial: (experiment: string, number: number): Promise<TrialRow | undefined> =>
    db<TrialRow>('trials').where({ experiment, number }).first(),

  /** Whether it is news. */
  async askStop(experiment: string, number: number): Promise<boolean> {
    const asked = await db('trials')
      .where({ experiment, number, stop_asked: false })
      .whereIn('state', ['queued', 'running'])
      .update({ stop_asked: true, seq: db.raw(next) });
    // An experiment's own change comes after those of its trials.
    if (asked > 0)
      await db('experiments')
        .where({ id: experiment })
        .update({ seq: db.raw(next) });
    return asked > 0;
  },

  async addPoint(experiment: string, params: object, askedBy: string): Promise<PointRow> {
    const [row] = await db('experiment_points')
      .insert({ id: randomUUID(), experiment, params: JSON.stringify(params), asked_by: askedBy })
      .returning<PointRow[]>(['id', 'params', 'asked_by', 'asked_at']);
    await db('experiments')
      .where({ id: experiment })
      .update({ planned: db.raw('planned + 1'), waiting: db.raw('waiting + 1'), seq: db.raw(next) });
    if (!row) throw new Error('a row that was inserted is not returned');
    return row;
  },

  /** Notes which trials points have become; each is one trial, whatever is told later. */
  async taken(experiment: string, reports: readonly contract.TrialReport[]): Promise<void> {
    const points = reports.flatMap(({ point, number }) => (point === null ? [] : [{ id: point, number }]));
    if (points.length === 0) return;
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `update experiment_points set number = given.number
       from jsonb_to_recordset(?::jsonb) as given (id text, number int)
       where experiment_points.id = given.id and experiment = ? and experiment_points.number is null`,
      [JSON.stringify(points), experiment]
    );
    if (rowCount > 0)
      await db('experiments')
        .where({ id: experiment })
        .update({ waiting: db.raw('waiting - ?::int', [rowCount]), seq: db.raw(next) });
  }
});
