import type { experiments } from '@hopslab/schema';

type Trial = experiments.Trial;
type Experiment = experiments.Experiment;

const begin = Date.parse('2026-11-20T09:00:00.000Z');
const at = (seconds: number): string => new Date(begin + seconds * 1000).toISOString();

export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A trial as a driver would report it; every seventh fails, every eleventh is pruned. */
export const trialOf = (number: number, change: Partial<Trial> = {}): Trial => {
  const C = 10 ** (((number * 37) % 60) / 10 - 3);
  const failed = number % 7 === 6;
  const pruned = !failed && number % 11 === 10;
  return {
    number,
    attempt: 1,
    state: failed ? 'failed' : pruned ? 'pruned' : 'complete',
    params: { C, gamma: 10 ** (-((number * 13) % 40) / 10 - 1), kernel: number % 2 ? 'rbf' : 'poly' },
    value: failed || pruned ? null : 0.99 - Math.abs(Math.log10(C) - 0.7) / 12,
    metrics: {},
    ...(failed && {
      reason: 'ValueError: the kernel matrix is not positive semi-definite',
      traceback: `Traceback (most recent call last):\n  File "<experiment>", line 7, in train\n    model.fit(x, y)\nValueError: the kernel matrix is not positive semi-definite`
    }),
    ...(pruned && { reason: 'worse than the median of earlier trials' }),
    executor: '1',
    startedAt: at(number),
    endedAt: at(number + 2.4),
    ...change
  };
};

/** An experiment of which these trials are known. */
export const experimentOf = (
  n: number,
  trials: readonly Trial[],
  change: Partial<Experiment> = {}
): Experiment => {
  const count = (state: Trial['state']): number => trials.filter(trial => trial.state === state).length;
  const [best] = trials
    .flatMap(({ number, value, params }) => (value === null ? [] : [{ number, value, params }]))
    .sort((a, b) => b.value - a.value);
  return {
    id: idOf(n),
    name: `sweep ${n}`,
    description: '',
    state: 'complete',
    metric: 'accuracy',
    direction: 'maximize',
    objectives: [{ metric: change.metric ?? 'accuracy', direction: change.direction ?? 'maximize' }],
    front: null,
    algorithm: 'random',
    space: {
      C: { kind: 'loguniform', low: 1e-3, high: 1e3 },
      gamma: { kind: 'loguniform', low: 1e-5, high: 0.1 },
      kernel: { kind: 'choice', options: ['rbf', 'poly'] }
    },
    planned: 40,
    parallel: 3,
    epoch: 1,
    ...{ pruner: null, seed: null, time: null, gpuHours: null, tags: [], note: '', waiting: 0 },
    best: best ?? null,
    trialCounts: {
      queued: count('queued'),
      running: count('running'),
      complete: count('complete'),
      pruned: count('pruned'),
      failed: count('failed'),
      stopped: count('stopped')
    },
    createdBy: 'ada',
    startedAt: at(n),
    endedAt: at(n + 100),
    ...change
  };
};

export const trialsOf = (count: number): Trial[] =>
  Array.from({ length: count }, (_, number) => trialOf(number));

/** Trials of two metrics: the more accurate a model is, the larger it is, by and large. */
export const severalOf = (count: number): Trial[] => {
  const trials = trialsOf(count).map(trial => {
    const { number, value } = trial;
    if (value === null) return trial;
    const size = Math.round(40 + 400 * (value - 0.5) + ((number * 29) % 90));
    return { ...trial, metrics: { accuracy: value, size } };
  });
  const at = ({ value, metrics }: Trial): readonly [number, number] => [-(value ?? 0), metrics['size'] ?? 0];
  const complete = trials.filter(({ value }) => value !== null);
  return trials.map(trial => {
    const [a, b] = at(trial);
    const front =
      trial.value !== null &&
      !complete.some(other => {
        const [c, d] = at(other);
        return c <= a && d <= b && (c < a || d < b);
      });
    return front ? { ...trial, front: true as const } : trial;
  });
};
