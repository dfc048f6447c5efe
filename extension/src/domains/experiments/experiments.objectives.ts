import type { experiments } from '@hopslab/schema';

type Trial = experiments.Trial;
type Experiment = experiments.Experiment;
type Objective = experiments.Objective;

/** What it is about: one metric, or several of which no trial is the best in all. */
export const isSeveral = ({ objectives }: Pick<Experiment, 'objectives'>): boolean => objectives.length > 1;

/** What a complete trial has for one of several metrics. */
export const measured = (
  { state, metrics }: Pick<Trial, 'state' | 'metrics'>,
  metric: string
): number | null =>
  state === 'complete' && Object.hasOwn(metrics, metric) ? (metrics[metric] ?? null) : null;

/** An experiment looked at as if it were about one of its metrics. */
export const asIfOf = (experiment: Experiment, { metric, direction }: Objective): Experiment => ({
  ...experiment,
  metric,
  direction
});

/** Its trials, looked at likewise; the very same ones where they have that as their value anyway. */
export const trialsAsIfOf = (
  experiment: Pick<Experiment, 'metric'>,
  trials: readonly Trial[],
  { metric }: Objective
): readonly Trial[] =>
  metric === experiment.metric ? trials : trials.map(trial => ({ ...trial, value: measured(trial, metric) }));
