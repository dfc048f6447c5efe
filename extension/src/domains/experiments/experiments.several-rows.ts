import type { experiments } from '@hopslab/schema';
import { formatDuration } from '../../ui/index.js';
import { dimensionAsCode } from './experiments.code.js';
import { compareBy, type Compared } from './experiments.compare.js';

type Experiment = experiments.Experiment;

const factsOf = (one: Experiment) => ({
  state: one.state,
  metric: one.objectives.map(({ metric, direction }) => `${metric} ${direction}`).join(', '),
  best: one.best?.value ?? (one.front === null ? undefined : `${one.front} on the front`),
  complete: one.trialCounts.complete,
  pruned: one.trialCounts.pruned,
  failed: one.trialCounts.failed,
  stopped: one.trialCounts.stopped,
  planned: one.planned,
  parallel: one.parallel,
  algorithm: one.algorithm,
  pruner: one.pruner ?? undefined,
  seed: one.seed ?? undefined,
  createdBy: one.createdBy,
  startedAt: one.startedAt,
  // One that runs takes longer and longer: what it shares with another is when it began.
  duration:
    one.endedAt === null
      ? `since ${one.startedAt}`
      : formatDuration(Date.parse(one.endedAt) - Date.parse(one.startedAt)),
  tags: one.tags.toSorted().join(', ') || undefined
});

export type Fact = keyof ReturnType<typeof factsOf>;

export interface ComparedExperiments {
  readonly facts: readonly Compared<Fact>[];
  /** Of the best trial of each. */
  readonly params: readonly Compared[];
  /** What was searched, as code. */
  readonly space: readonly Compared[];
}

export const compareExperiments = (items: readonly Experiment[]): ComparedExperiments => ({
  facts: compareBy(items, factsOf),
  params: compareBy(items, ({ best }) => best?.params ?? {}),
  space: compareBy(items, ({ space }) =>
    Object.fromEntries(Object.entries(space).map(([name, one]) => [name, dimensionAsCode(one)]))
  )
});

type Measured = Pick<Experiment, 'metric' | 'direction'>;

/** Those that measure the same in the same direction together, in their order. */
export const byMetric = <T>(
  items: readonly T[],
  measured: (item: T) => Measured
): readonly (Measured & { readonly of: readonly T[] })[] => {
  const groups = Map.groupBy(items, item =>
    JSON.stringify([measured(item).metric, measured(item).direction])
  );
  return [...groups.values()].flatMap(of => (of[0] === undefined ? [] : [{ ...measured(of[0]), of }]));
};

/** Of each metric that several have a best value of, those that have the best of these. */
export const winners = (items: readonly Experiment[]): ReadonlySet<string> =>
  new Set(
    byMetric(items, one => one).flatMap(({ direction, of }) => {
      const values = of.flatMap(({ best }) => (best ? [best.value] : []));
      if (values.length < 2) return [];
      const top = direction === 'maximize' ? Math.max(...values) : Math.min(...values);
      return of.filter(({ best }) => best?.value === top).map(({ id }) => id);
    })
  );
