import { createHash, randomUUID } from 'node:crypto';
import type { experiments as contract } from '@hopslab/schema';
import { personOf, platform, type Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterNumberOf, pageOf } from '../../platform/page.js';
import { demand } from '../../platform/verdict.js';
import { curveView } from './curves.js';
import { createCurvesStore } from './curves.store.js';
import { assetOf, changeExperiment, findExperiment, pictureOf } from './experiments.change.js';
import { canOnExperiment, rightsOnExperiment } from './experiments.policy.js';
import { checkObjectives } from './experiments.objectives.js';
import { ended, resumedElsewhere, stillRunning } from './experiments.refusals.js';
import { checkSpace } from './experiments.space.js';
import { createExperimentsStore, type NewExperiment } from './experiments.store.js';
import { experimentView, trialView, type ExperimentRow } from './experiments.views.js';
import { isOpen } from './orders.js';
import { createOrdersStore } from './orders.store.js';
import { takeReports } from './trials.intake.js';
import { hasEnded } from './trials.machine.js';

export interface ExperimentsDeps {
  readonly db: Db;
}

interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

type Asked = Pick<
  NewExperiment,
  | 'name'
  | 'description'
  | 'metric'
  | 'algorithm'
  | 'planned'
  | 'parallel'
  | 'code'
  | 'pruner'
  | 'seed'
  | 'tags'
  | 'also'
> & {
  readonly time: number | null;
  readonly gpuHours: number | null;
  readonly direction: contract.Experiment['direction'];
  readonly space: contract.Experiment['space'];
};

/** Where an experiment comes from. */
interface Origin {
  readonly sandbox: string | null;
  /** The driver's own key for it; empty where it gave none. */
  readonly key: string;
}

/** What a driver says at once, and which of the experiment's drivers it is. */
interface Said {
  readonly trials: readonly contract.TrialReport[];
  readonly curves: readonly contract.CurveReport[];
  readonly epoch: number;
}

/** People who may not run experiments in a project any more, and why, in words. */
interface EndedRights {
  readonly project: string;
  readonly users: readonly string[];
  readonly why: string;
}

const idOf = (parts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const mostBytes = 2 ** 20;
const bytesOfPoint = 32;

const noOrders: contract.Orders = { stop: [], enqueue: [] };

/** How many of a page's rows go into one answer, at least one: what they hold is their writers' choice. */
const fitting = (sizes: readonly number[]): number => {
  let held = 0;
  const over = sizes.findIndex(bytes => (held += bytes) > mostBytes);
  return Math.max(1, over < 0 ? sizes.length : over);
};

export const createExperimentsService = ({ db }: ExperimentsDeps) => {
  const find = findExperiment;

  /** Changes an experiment under its project's lock; answers its state afterwards. */
  const change = (
    project: string,
    id: string,
    act: (trx: Db, row: ExperimentRow) => Promise<void>
  ): Promise<contract.Experiment> =>
    changeExperiment(db, { project, id }, async (trx, row) => {
      await act(trx, row);
      return pictureOf(trx, project, id);
    });

  return {
    async list(project: string, { limit, cursor, tag }: Paging & { readonly tag?: string | undefined }) {
      const store = createExperimentsStore(db);
      const below = afterNumberOf(cursor) ?? Number.MAX_SAFE_INTEGER;
      const most = fitting(await store.pageSizes(project, { below, tag, limit }));
      return pageOf(
        await store.page(project, { below, tag, limit: most + 1 }),
        most,
        row => row.ordinal,
        experimentView
      );
    },

    get: (project: string, id: string) => pictureOf(db, project, id),

    async trials(project: string, id: string, { limit, cursor }: Paging) {
      await find(db, project, id);
      const store = createExperimentsStore(db);
      const after = afterNumberOf(cursor) ?? -1;
      const most = fitting(await store.trialSizes(id, after, limit));
      return pageOf(await store.trials(id, after, most + 1), most, row => row.number, trialView);
    },

    async curves(
      project: string,
      id: string,
      {
        limit,
        cursor,
        points,
        trial
      }: Paging & { readonly points: number; readonly trial?: number | undefined }
    ) {
      await find(db, project, id);
      const store = createCurvesStore(db);
      const most = Math.min(limit, Math.floor(mostBytes / (points * bytesOfPoint)));
      const rows = await (trial === undefined
        ? store.page(id, afterNumberOf(cursor) ?? -1, most + 1)
        : store.of(id, trial));
      return pageOf(
        rows,
        most,
        row => row.number,
        row => curveView(row, points)
      );
    },

    /** With a key it begins once, even where a server died between making it and answering. */
    async create(actor: Actor, project: string, asked: Asked, { sandbox, key }: Origin) {
      checkSpace(asked.space);
      checkObjectives(asked);
      const id = key === '' ? randomUUID() : idOf([project, actor.user.name, key]);
      await db.transaction(async trx => {
        const store = createExperimentsStore(trx);
        await store.lock(project);
        const { time: seconds, gpuHours: gpu_hours, ...rest } = asked;
        const made = { ...rest, seconds, gpu_hours, id, project, created_by: actor.user.name, sandbox };
        if (!(await store.insert({ ...made, tags: [...new Set(rest.tags)] }))) return;
        const data = { name: asked.name, planned: asked.planned };
        await record(trx, {
          actor,
          project,
          action: 'experiment.started',
          asset: assetOf(id),
          data
        });
        await store.tell(project);
      });
      return pictureOf(db, project, id);
    },

    /** Takes a driver's reports, all or none, and its heartbeat; the state in the answer tells it whether to go on. */
    async report(actor: Actor, project: string, id: string, { trials, curves, epoch }: Said) {
      const before = await find(db, project, id);
      demand(canOnExperiment(personOf(actor), 'experiment.report', before.created_by));
      return db.transaction(async trx => {
        const store = createExperimentsStore(trx);
        await store.lock(project);
        const row = await find(trx, project, id);
        if (epoch !== row.epoch) throw resumedElsewhere(row);
        // After a presumed end only ends are news; after a real one nothing is, and a repetition is no fault.
        const news = isOpen(row) ? trials : trials.filter(hasEnded);
        const changed = await takeReports(trx, row, news);
        if (changed > 0 && !isOpen(row) && !row.presumed) throw ended(row);
        const orders = createOrdersStore(trx);
        if (isOpen(row) || row.presumed) {
          await createCurvesStore(trx).extend(id, curves);
          await orders.taken(id, news);
        }
        await store.heartbeat(id, changed > 0);
        if (changed > 0) await store.tell(project);
        return { state: row.state, orders: isOpen(row) ? await orders.told(id, row) : noOrders };
      });
    },

    /** With a key it is resumed once, however often that is asked for. */
    resume: (
      actor: Actor,
      project: string,
      id: string,
      { planned, parallel }: { planned?: number | undefined; parallel: number },
      { sandbox, key }: Origin
    ) =>
      change(project, id, async (trx, row) => {
        demand(canOnExperiment(personOf(actor), 'experiment.report', row.created_by));
        const store = createExperimentsStore(trx);
        if (key !== '' && (await store.driver(id)) === key) return;
        if (isOpen(row) && (await store.isHeard(id))) throw stillRunning(row);
        await store.stopTrials(id, 'Its notebook was gone; the experiment was resumed.', true);
        const epoch = row.epoch + 1;
        await store.resume(id, { epoch, driver: key, sandbox, planned: planned ?? row.planned, parallel });
        await record(trx, {
          actor,
          project,
          action: 'experiment.resumed',
          asset: assetOf(id),
          data: { name: row.name, epoch }
        });
      }),

    finish: (
      actor: Actor,
      project: string,
      id: string,
      {
        state,
        reason,
        epoch
      }: { state: 'complete' | 'stopped' | 'failed'; reason?: string | undefined; epoch: number }
    ) =>
      change(project, id, async (trx, row) => {
        demand(canOnExperiment(personOf(actor), 'experiment.report', row.created_by));
        if (epoch !== row.epoch) throw resumedElsewhere(row);
        if (!isOpen(row) && row.state === state) return;
        if (!isOpen(row) && !row.presumed) throw ended(row);
        const store = createExperimentsStore(trx);
        await store.stopTrials(id, 'The sweep ended before it did.', false);
        await store.setState(id, state, {
          reason: reason === undefined ? null : reason,
          presumed: false
        });
        await record(trx, {
          actor,
          project,
          action: 'experiment.ended',
          asset: assetOf(id),
          data: { state }
        });
      }),

    rightsOn: async (project: string, id: string) =>
      rightsOnExperiment((await find(db, project, id)).created_by),

    /** What somebody runs in a project now. */
    running: async (project: string, user: string) => {
      const rows = await createExperimentsStore(db).openOf(project, [user]);
      return rows.map(row => ({ id: row.id, name: row.name, startedAt: row.started_at.toISOString() }));
    },

    /** Stops what people run, for good, in the transaction that ends their right to. Trials that ended are kept. */
    endThoseOf: async (trx: Db, { project, users, why }: EndedRights): Promise<void> => {
      const store = createExperimentsStore(trx);
      await store.lock(project);
      const rows = await store.openOf(project, users);
      for (const { id } of rows) {
        await store.stopTrials(id, why, false);
        await store.setState(id, 'stopped', { reason: why, presumed: false });
        const data = { state: 'stopped', reason: why };
        await record(trx, { actor: platform, project, action: 'experiment.ended', asset: assetOf(id), data });
      }
      if (rows.length > 0) await store.tell(project);
    },

    /** Ends an experiment whose driver is gone, for what the platform knows. */
    presumeEnded: (project: string, id: string, heardAt: Date, reason: string) =>
      change(project, id, async (trx, row) => {
        const store = createExperimentsStore(trx);
        const stillSilent = (await store.open()).some(
          one => one.id === id && one.heartbeat_at.getTime() === heardAt.getTime()
        );
        if (!isOpen(row) || !stillSilent) return;
        await store.stopTrials(id, reason, true);
        await store.setState(id, 'failed', { reason, presumed: true });
        await record(trx, {
          actor: platform,
          project,
          action: 'experiment.ended',
          asset: assetOf(id),
          data: { state: 'failed', reason }
        });
      })
  };
};
export type ExperimentsService = ReturnType<typeof createExperimentsService>;
