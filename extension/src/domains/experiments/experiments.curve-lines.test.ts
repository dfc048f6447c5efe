import { expect, it } from 'vitest';
import { trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { curveLines } from './experiments.curve-lines.js';

const curveOf = (number: number, points = 3) => ({
  number,
  attempt: 1,
  steps: Array.from({ length: points }, (_, n) => n),
  values: Array.from({ length: points }, (_, n) => n / 10)
});
const of = (numbers: readonly number[]) => new Map(numbers.map(number => [number, curveOf(number)]));

it('tells the best, the pruned and the running from the others', () => {
  const trials = [...trialsOf(22), trialOf(22, { state: 'running', value: null })];
  const lines = curveLines(trials, of(trials.map(({ number }) => number)), 'maximize', 100);
  expect(lines.best.map(({ trial }) => trial.value)).toEqual(
    trials
      .flatMap(({ value }) => value ?? [])
      .sort((a, b) => b - a)
      .slice(0, 3)
  );
  expect(lines.pruned.map(({ trial }) => trial.number)).toEqual([10, 21]);
  expect(lines.running.map(({ trial }) => trial.number)).toEqual([22]);
  expect(lines.others).toHaveLength(lines.count - 6);
});

it('leaves out single points, draws no more than it may and says how many there are', () => {
  const trials = trialsOf(1000);
  const curves = of(trials.map(({ number }) => number)).set(3, curveOf(3, 1));
  const { best, pruned, others, count } = curveLines(trials, curves, 'minimize', 100);
  expect(count).toBe(999);
  expect(best.length + pruned.length + others.length).toBe(100);
  expect(curveLines(trials, new Map(), 'minimize', 100).count).toBe(0);
});
