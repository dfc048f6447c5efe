import { experiments } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { createRefresher } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createLoading } from './experiments.loading.js';
import type { Loading } from './experiments.tokens.js';

type Curve = experiments.Curve;

/** The learning curves of one experiment's trials; fetched while somebody looks at them. */
export interface Curves extends IDisposable {
  /** By the trial's number. Another map whenever something changed. */
  readonly all: ReadonlyMap<number, Curve>;
  readonly loading: Loading;
  /** Fetches all of them now, and keeps those of running trials up to date until it is disposed of. */
  show(): IDisposable;
  /** Fetches one trial's, with all of its points. */
  fetchOne(number: number): Promise<void>;
}

interface Given {
  readonly project: IProject;
  readonly id: string;
  readonly trials: () => readonly experiments.Trial[];
  readonly changed: () => void;
}

const pageSize = 500;
/** How often those of running trials are asked for: their points make no event. */
const pause = 2000;
/** So many are asked for one by one; beyond that the pages are fetched again. */
const mostSingles = 12;

/** Fewer points of each where there are many. */
const pointsFor = (count: number): number =>
  count <= 500 ? experiments.mostPoints : count <= 2000 ? 48 : 16;

export const createCurves = ({ project, id, trials, changed }: Given): Curves => {
  let all = new Map<number, Curve>();
  let shown = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let disposed = false;
  const dirty = new Set<number>();
  const loading = createLoading(project, changed);

  const put = (curves: readonly Curve[]): void => {
    if (curves.length === 0 || disposed) return;
    all = new Map([...all, ...curves.map(curve => [curve.number, curve] as const)]);
    changed();
  };

  const fetchPage = (p: string, query: { points: number; cursor?: string }) =>
    project.api.call(experiments.listCurves, { params: { p, id }, query: { limit: pageSize, ...query } });

  const reload = createRefresher(() =>
    loading.attempt(async p => {
      dirty.clear();
      const points = pointsFor(trials().length);
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof fetchPage>> = await fetchPage(p, {
          points,
          ...(cursor !== null && { cursor })
        });
        put(page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && shown > 0 && !disposed);
    })
  );

  const fetchOne = (number: number): Promise<void> =>
    loading.attempt(async p => {
      const query = { trial: number, points: experiments.mostPoints };
      put((await project.api.call(experiments.listCurves, { params: { p, id }, query })).items);
    });

  const refresh = async (): Promise<void> => {
    for (const { number, state } of trials()) if (state === 'running') dirty.add(number);
    const wanted = [...dirty];
    dirty.clear();
    if (wanted.length > mostSingles) await reload();
    else for (const number of wanted) await fetchOne(number);
  };

  const refreshLater = (): void => {
    if (shown === 0 || disposed) return;
    timer ??= setTimeout(() => {
      void refresh().finally(() => {
        timer = null;
        if (trials().some(({ state }) => state === 'running')) refreshLater();
      });
    }, pause);
  };

  const listening = project.on('trial', ({ experiment, number }) => {
    if (experiment !== id) return;
    dirty.add(number);
    refreshLater();
  });
  const onMissed = (): void => {
    if (shown > 0) void reload();
  };
  project.missed.connect(onMissed);

  return {
    get all() {
      return all;
    },
    get loading() {
      return loading.state;
    },
    show: () => {
      shown++;
      void reload().then(refreshLater);
      let over = false;
      return {
        get isDisposed() {
          return over;
        },
        dispose: () => {
          if (!over) shown--;
          over = true;
        }
      };
    },
    fetchOne,
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      loading.giveUp();
      clearTimeout(timer ?? undefined);
      project.missed.disconnect(onMissed);
      listening.dispose();
    }
  };
};
