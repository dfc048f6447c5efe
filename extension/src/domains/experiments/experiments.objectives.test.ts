import { describe, expect, it } from 'vitest';
import type { experiments } from '@hopslab/schema';
import { experimentOf, severalOf, trialOf } from '../../../ui-tests/sample.js';
import { metricAxes } from './experiments.axes.js';
import { experimentAsCode, trialAsCode } from './experiments.code.js';
import { trialsAsCsv } from './experiments.csv.js';
import { ofInterest } from './experiments.filter.js';
import { isSeveral, trialsAsIfOf } from './experiments.objectives.js';
import { compareExperiments, winners } from './experiments.several-rows.js';

const trials = severalOf(20);
const front = trials.filter(trial => trial.front).length;
const experiment = experimentOf(1, trials, {
  objectives: [
    { metric: 'accuracy', direction: 'maximize' },
    { metric: 'size', direction: 'minimize' }
  ],
  best: null,
  front
});
const [, size] = experiment.objectives as [experiments.Objective, experiments.Objective];

describe('an experiment of several metrics', () => {
  it('is looked at as if it were about one of them', () => {
    expect(isSeveral(experiment)).toBe(true);
    expect(trialsAsIfOf(experiment, trials, experiment.objectives[0] ?? size)).toBe(trials);
    const looked = trialsAsIfOf(
      experiment,
      [...trials, trialOf(99, { state: 'running', metrics: { size: 3 } })],
      size
    );
    expect(looked[0]?.value).toBe(trials[0]?.metrics['size']);
    expect(looked.at(-1)?.value).toBeNull();
  });

  it('has an axis for each, of complete trials only', () => {
    const axes = metricAxes(experiment.objectives, trials);
    expect(axes.map(({ id, name }) => [id, name])).toEqual([
      ['value', 'accuracy'],
      ['metric:size', 'size']
    ]);
    expect(axes[1]?.at(trials[0] as experiments.Trial)).toBe(trials[0]?.metrics['size']);
    expect(axes[1]?.at(trialOf(6, { metrics: { size: 3 } }))).toBe(axes[1]?.none);
  });

  it('is filtered by each, and by the front', () => {
    const least = Math.min(...trials.flatMap(({ metrics }) => metrics['size'] ?? []));
    expect(ofInterest(trials, { state: null, text: `size<=${least}` }, 'accuracy')).toHaveLength(1);
    expect(ofInterest(trials, { state: null, text: 'front' }, 'accuracy')).toHaveLength(front);
  });

  it('keeps all of them as code and as a table', () => {
    const code = experimentAsCode(experiment);
    expect(code).toContain('    metric=["accuracy", "size"],\n    direction=["maximize", "minimize"],\n');
    const trial = trialOf(3, { value: 0.5, metrics: { accuracy: 0.5, size: 8 }, front: true });
    expect(trialAsCode(experiment, trial)).toContain(', trial 3: accuracy 0.5, size 8\n');
    const [head, line] = trialsAsCsv(experiment, [trial]).split('\r\n');
    const cells = Object.fromEntries(head?.split(',').map((name, n) => [name, line?.split(',')[n]]) ?? []);
    expect(cells).toMatchObject({ accuracy: '0.5', metric_size: '8', front: 'true' });
  });

  it('stands beside others without a best value', () => {
    const other = experimentOf(2, trials);
    const { facts } = compareExperiments([experiment, other]);
    expect(facts.find(({ name }) => name === 'best')?.differ).toBe(true);
    expect(facts.find(({ name }) => name === 'metric')?.differ).toBe(true);
    expect(winners([experiment, other])).toEqual(new Set());
  });
});
