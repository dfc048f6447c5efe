import type { experiments as contract, steering } from '@hopslab/schema';
import { personOf, type Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import type { Precondition } from '../../platform/version.js';
import { demand } from '../../platform/verdict.js';
import { assetOf, changeExperiment, pictureOf } from './experiments.change.js';
import { checkPoint } from './experiments.points.js';
import { canOnExperiment } from './experiments.policy.js';
import { beingStopped, ended, over, queueFull, unknownTrial } from './experiments.refusals.js';
import { createExperimentsStore } from './experiments.store.js';
import { experimentView, trialView, type ExperimentRow } from './experiments.views.js';
import { isOpen, steered, type Order } from './orders.js';
import { createOrdersStore, pointView } from './orders.store.js';

interface Which {
  readonly project: string;
  readonly id: string;
}

const mostWaiting = 1000;
const mostPlanned = 1_000_000;

const actions: Readonly<Record<Order, string>> = {
  pause: 'experiment.pause-requested',
  continue: 'experiment.continued',
  stop: 'experiment.stop-requested',
  'stop after running': 'experiment.stop-requested'
};

const tooLate = (row: ExperimentRow, order?: Order) => {
  if (isOpen(row)) return beingStopped(row);
  return order === 'pause' || order === 'continue' ? over(row, order) : ended(row);
};

/** What people ask of an experiment while it runs, and what they write on it. Drivers are told with their next answer. */
export const createSteering = ({ db }: { readonly db: Db }) => {
  /** Changes one that whoever asks may steer: their own, or anybody's as data owner. */
  const steer = <T>(
    actor: Actor,
    which: Which,
    act: (trx: Db, row: ExperimentRow) => Promise<T>
  ): Promise<T> =>
    changeExperiment(db, which, (trx, row) => {
      demand(canOnExperiment(personOf(actor), 'experiment.stop', row.created_by));
      return act(trx, row);
    });

  const write = (
    trx: Db,
    actor: Actor,
    { project, id }: Which,
    action: string,
    data: Record<string, unknown>
  ) => record(trx, { actor, project, action, asset: assetOf(id), data });

  return {
    /** Asked again it changes nothing, and is no fault. */
    order: (actor: Actor, which: Which, order: Order): Promise<contract.Experiment> =>
      steer(actor, which, async (trx, row) => {
        const state = steered(row.state, order);
        if (state === null) throw tooLate(row, order);
        if (state !== row.state) {
          await createExperimentsStore(trx).setState(row.id, state);
          const data = { name: row.name, ...(order === 'stop after running' ? { after: 'running' } : {}) };
          await write(trx, actor, which, actions[order], data);
        }
        return pictureOf(trx, which.project, which.id);
      }),

    stopTrial: (actor: Actor, which: Which, number: number): Promise<contract.Trial> =>
      steer(actor, which, async (trx, row) => {
        const orders = createOrdersStore(trx);
        if (await orders.askStop(row.id, number))
          await write(trx, actor, which, 'experiment.trial-stop-requested', { name: row.name, number });
        const trial = await orders.trial(row.id, number);
        if (!trial) throw unknownTrial(row, number);
        return trialView(trial);
      }),

    enqueue: (actor: Actor, which: Which, params: contract.Trial['params']): Promise<steering.Point> =>
      steer(actor, which, async (trx, row) => {
        if (row.state !== 'running' && row.state !== 'paused') throw tooLate(row);
        checkPoint(row.space, params);
        if (row.waiting >= mostWaiting || row.planned >= mostPlanned) throw queueFull(row);
        const point = await createOrdersStore(trx).addPoint(row.id, params, actor.user.name);
        await write(trx, actor, which, 'experiment.point-added', { name: row.name });
        return pointView(point);
      }),

    /** Anybody's, by anybody in the project. */
    annotate: (
      actor: Actor,
      which: Which,
      { tags, note }: { readonly tags?: readonly string[] | undefined; readonly note?: string | undefined },
      unchanged: Precondition
    ): Promise<contract.Experiment> =>
      changeExperiment(db, which, async (trx, row) => {
        const before = experimentView(row);
        unchanged(before);
        const after = { tags: tags ? [...new Set(tags)] : before.tags, note: note ?? before.note };
        if (JSON.stringify(after) === JSON.stringify({ tags: before.tags, note: before.note })) return before;
        await createExperimentsStore(trx).annotate(row.id, after);
        const data = { name: row.name, ...(tags ? { tags: after.tags } : {}) };
        await write(trx, actor, which, 'experiment.annotated', data);
        return pictureOf(trx, which.project, which.id);
      })
  };
};
export type Steering = ReturnType<typeof createSteering>;
