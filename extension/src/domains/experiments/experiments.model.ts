import { experiments, roleCan } from '@hopslab/schema';
import { Signal } from '@lumino/signaling';
import { createRefresher } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createLoading } from './experiments.loading.js';
import { experimentSupersedes } from './experiments.order.js';
import type { IExperiments } from './experiments.tokens.js';

type Experiment = experiments.Experiment;

const pageSize = 100;

/** Where a new one belongs among the newest first. */
const placeOf = (items: readonly Experiment[], { startedAt }: Experiment): number => {
  const begun = Date.parse(startedAt);
  const after = items.findIndex(item => Date.parse(item.startedAt) < begun);
  return after === -1 ? items.length : after;
};

export const createExperimentsModel = (project: IProject): IExperiments => {
  const stateChanged = new Signal<object, void>({});
  const stopping = new Set<string>();
  const known = new Map<string, Experiment>();
  let order: readonly Experiment[] = [];
  let ordered = true;
  const loading = createLoading(project, () => {
    stateChanged.emit();
  });
  let cursor: string | null = null;
  let disposed = false;

  const put = (next: Experiment): boolean => {
    const before = known.get(next.id);
    if (before && !experimentSupersedes(next, before)) return false;
    known.set(next.id, next);
    if (next.state !== 'running') stopping.delete(next.id);
    if (!before) order = order.toSpliced(placeOf(order, next), 0, next);
    else ordered = false;
    return true;
  };

  const take = (next: Experiment): void => {
    if (put(next)) stateChanged.emit();
  };

  const fetchPage = async (p: string, after: string | null): Promise<string | null> => {
    const query = { limit: pageSize, ...(after !== null && { cursor: after }) };
    const page = await project.api.call(experiments.listExperiments, { params: { p }, query });
    for (const item of page.items) put(item);
    return page.nextCursor;
  };

  /** Fetches as many pages as are shown, so that none of them stays old. */
  const reload = createRefresher(() =>
    loading.attempt(async p => {
      const wanted = Math.max(1, known.size);
      let fetched = 0;
      let next: string | null = null;
      do {
        next = await fetchPage(p, next);
        fetched += pageSize;
      } while (next !== null && fetched < wanted);
      cursor = next;
    })
  );

  const loadMore = createRefresher(() =>
    loading.attempt(async p => {
      if (cursor !== null) cursor = await fetchPage(p, cursor);
    })
  );

  const listening = [project.on('experiment', take)];
  const onMissed = (): void => void reload();
  project.missed.connect(onMissed);
  void reload();

  return {
    get items() {
      if (!ordered) order = order.map(({ id }) => known.get(id)).filter(item => item !== undefined);
      ordered = true;
      return order;
    },
    get loading() {
      return loading.state;
    },
    get problem() {
      return loading.problem;
    },
    get hasMore() {
      return cursor !== null;
    },
    stateChanged,
    get: id => known.get(id),
    take,
    reload,
    loadMore,
    stop: async id => {
      const p = project.me?.project?.name;
      if (p === undefined || stopping.has(id)) return;
      stopping.add(id);
      stateChanged.emit();
      try {
        take(await project.api.call(experiments.stopExperiment, { params: { p, id }, query: {} }));
      } finally {
        stopping.delete(id);
        stateChanged.emit();
      }
    },
    isStopping: id => stopping.has(id) || known.get(id)?.state === 'stopping',
    mayStop: ({ createdBy }) => {
      const me = project.me;
      if (!me?.project) return false;
      return createdBy === me.user.name || roleCan(me.project.role, 'experiment.stop-others');
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      loading.giveUp();
      project.missed.disconnect(onMissed);
      for (const listener of listening) listener.dispose();
      Signal.clearData(stateChanged);
    }
  };
};
