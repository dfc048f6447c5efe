import { experiments } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { createRefresher, type ApiProblem } from '../../api/index.js';
import type { Point } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createCurves, type Curves } from './experiments.curves.js';
import { createLoading } from './experiments.loading.js';
import { hasEnded } from './experiments.order.js';
import type { IExperiments, Loading } from './experiments.tokens.js';
import { createTrialSet } from './experiments.trial-set.js';

/** One experiment with all its trials, as its tab shows it. */
export interface ExperimentDetail extends IDisposable {
  readonly id: string;
  readonly experiment: experiments.Experiment | undefined;
  readonly trials: readonly experiments.Trial[];
  readonly points: readonly Point[];
  readonly curves: Curves;
  readonly loading: Loading;
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  /** It is in front: its trials come live from now on, until another one's are. */
  watch(): void;
  reload(): Promise<void>;
}

const pageSize = 1000;
/** How often the trials of a running experiment are fetched while another one has the live stream. */
const pauseUnwatched = 5000;

export const createExperimentDetail = (
  project: IProject,
  list: IExperiments,
  id: string
): ExperimentDetail => {
  const stateChanged = new Signal<object, void>({});
  const trials = createTrialSet();
  const loading = createLoading(project, () => {
    stateChanged.emit();
  });
  const curves = createCurves({
    project,
    id,
    trials: () => trials.rows,
    changed: () => {
      stateChanged.emit();
    }
  });
  let timer: ReturnType<typeof setTimeout> | null = null;
  let disposed = false;

  const fetchAll = async (p: string): Promise<void> => {
    const params = { p, id };
    list.take(await project.api.call(experiments.getExperiment, { params }));
    let cursor: string | null = null;
    do {
      const query = { limit: pageSize, ...(cursor !== null && { cursor }) };
      const page: Awaited<ReturnType<typeof fetchPage>> = await fetchPage(params, query);
      for (const trial of page.items) trials.take(trial);
      cursor = page.nextCursor;
      if (disposed) return;
      stateChanged.emit();
    } while (cursor !== null);
  };

  const fetchPage = (params: { p: string; id: string }, query: { limit: number; cursor?: string }) =>
    project.api.call(experiments.listTrials, { params, query });

  const reload = createRefresher(() => loading.attempt(fetchAll));

  const reloadSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void reload();
    }, pauseUnwatched);
  };

  const listening = [
    project.on('trial', ({ experiment, ...trial }) => {
      if (experiment === id && trials.take(trial)) stateChanged.emit();
    }),
    project.on('experiment', experiment => {
      if (experiment.id !== id) return;
      stateChanged.emit();
      if (hasEnded(experiment)) void reload();
      else if (project.watched !== id) reloadSoon();
    })
  ];
  const onMissed = (): void => void reload();
  const onList = (): void => {
    stateChanged.emit();
  };
  project.missed.connect(onMissed);
  list.stateChanged.connect(onList);
  void reload();

  return {
    id,
    get experiment() {
      return list.get(id);
    },
    get trials() {
      return trials.rows;
    },
    get points() {
      return trials.points;
    },
    curves,
    get loading() {
      return loading.state;
    },
    get problem() {
      return loading.problem;
    },
    stateChanged,
    watch: () => {
      project.watch(id);
    },
    reload,
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      loading.giveUp();
      curves.dispose();
      if (timer) clearTimeout(timer);
      project.missed.disconnect(onMissed);
      list.stateChanged.disconnect(onList);
      for (const listener of listening) listener.dispose();
      Signal.clearData(stateChanged);
    }
  };
};
