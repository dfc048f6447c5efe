import { experiments } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { createRefresher, type ApiProblem } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { bestLine, type BestPoint, type Ended } from './experiments.best-line.js';
import { createLoading } from './experiments.loading.js';
import { endedTrials, hasEnded } from './experiments.order.js';
import type { IExperiments, Loading } from './experiments.tokens.js';

/** How the best of one experiment grew, without all else that its trials are. */
export interface Progress extends IDisposable {
  readonly id: string;
  readonly experiment: experiments.Experiment | undefined;
  /** The same array until something changes. */
  readonly line: readonly BestPoint[];
  /** It has more trials than were fetched; the line knows its end nevertheless. */
  readonly cut: boolean;
  readonly loading: Loading;
  readonly problem: ApiProblem | null;
  reload(): Promise<void>;
}

const pageSize = 1000;
/** The most trials that are fetched of one. */
export const mostFetched = 20_000;
/** How long after each page the next one of a running experiment is fetched; the line's end is known at once. */
const pausePerPage = 5000;

const start = { cursor: null, count: 0 };

const endedOf = ({ number, state, value, startedAt, endedAt }: experiments.Trial): Ended | null =>
  state === 'queued' || state === 'running'
    ? null
    : {
        number,
        at: Date.parse(endedAt ?? startedAt ?? '') || 0,
        value: state === 'complete' ? value : null
      };

const toldBy = (experiment: experiments.Experiment | undefined): BestPoint | null =>
  experiment?.best ? { count: endedTrials(experiment), value: experiment.best.value } : null;

export const createProgress = (
  project: IProject,
  list: IExperiments,
  id: string,
  changed: () => void
): Progress => {
  const ended = new Map<number, Ended>();
  const loading = createLoading(project, changed);
  /** Where the first page begins that may still change, and how many trials are before it. */
  let settled: { readonly cursor: string | null; readonly count: number } = start;
  let epoch = 0;
  let cut = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let disposed = false;
  let fetched = 0;
  let pages = 0;
  let drawn: { readonly of: string; readonly line: readonly BestPoint[] } | null = null;

  const take = (trial: experiments.Trial): boolean => {
    const one = endedOf(trial);
    if (one) ended.set(one.number, one);
    else ended.delete(trial.number);
    return one !== null;
  };

  const fetchTrials = async (p: string): Promise<void> => {
    let { cursor, count } = settled;
    let whole = true;
    let more = count < mostFetched;
    pages = 0;
    while (more) {
      const query = { limit: pageSize, ...(cursor !== null && { cursor }) };
      const page: Awaited<ReturnType<typeof fetchPage>> = await fetchPage(p, query);
      if (disposed) return;
      for (const trial of page.items) whole = take(trial) && whole;
      count += page.items.length;
      cursor = page.nextCursor;
      whole &&= cursor !== null;
      if (whole) settled = { cursor, count };
      cut = cursor !== null && count >= mostFetched;
      more = cursor !== null && !cut;
      fetched++;
      pages++;
      changed();
    }
  };
  const fetchPage = (p: string, query: { limit: number; cursor?: string }) =>
    project.api.call(experiments.listTrials, { params: { p, id }, query });

  const reload = createRefresher(() =>
    loading.attempt(async p => {
      const experiment = await project.api.call(experiments.getExperiment, { params: { p, id } });
      list.take(experiment);
      // Whoever resumes it runs some of its trials again.
      if (experiment.epoch !== epoch || hasEnded(experiment)) settled = start;
      ({ epoch } = experiment);
      await fetchTrials(p);
    })
  );

  const listening = project.on('experiment', experiment => {
    if (experiment.id !== id) return;
    if (hasEnded(experiment)) void reload();
    else
      timer ??= setTimeout(
        () => {
          timer = null;
          void reload();
        },
        pausePerPage * Math.max(1, pages)
      );
  });

  return {
    id,
    get experiment() {
      return list.get(id);
    },
    get line() {
      const { experiment } = this;
      if (!experiment) return [];
      // Before the first page is there, its end alone would be drawn as if it were all.
      const told = ended.size > 0 || loading.state !== 'loading' ? toldBy(experiment) : null;
      const of = JSON.stringify([fetched, told, experiment.direction]);
      if (drawn?.of !== of) drawn = { of, line: bestLine([...ended.values()], experiment.direction, told) };
      return drawn.line;
    },
    get cut() {
      return cut;
    },
    get loading() {
      return loading.state;
    },
    get problem() {
      return loading.problem;
    },
    reload,
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      loading.giveUp();
      if (timer) clearTimeout(timer);
      listening.dispose();
    }
  };
};
