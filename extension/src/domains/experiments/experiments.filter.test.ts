import { expect, it } from 'vitest';
import { trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { metricAxis, paramAxes } from './experiments.axes.js';
import { brushed, isFiltering, noFilter, ofInterest } from './experiments.filter.js';

const trials = trialsOf(40);
const numbers = (text: string, state: (typeof noFilter)['state'] = null) =>
  ofInterest(trials, { text, state }, 'accuracy').map(({ number }) => number);

it('looks at all where nothing is asked', () => {
  expect(ofInterest(trials, noFilter, 'accuracy')).toBe(trials);
  expect(isFiltering(noFilter)).toBe(false);
  expect(isFiltering({ ...noFilter, brushes: { value: [] } })).toBe(false);
  expect(isFiltering({ ...noFilter, text: ' a' })).toBe(true);
});

it('finds by state, words and conditions, all of which have to hold', () => {
  expect(numbers('', 'failed')).toEqual([6, 13, 20, 27, 34]);
  expect(numbers('RBF definite')).toEqual([13, 27]);
  expect(numbers('kernel=rbf').every(number => number % 2 === 1)).toBe(true);
  expect(numbers('kernel!=rbf').every(number => number % 2 === 0)).toBe(true);
  expect(numbers('C>1 C<=10')).toEqual(
    trials.filter(({ params: { C } }) => Number(C) > 1 && Number(C) <= 10).map(({ number }) => number)
  );
  expect(numbers('accuracy>=0.95')).toEqual(
    trials.filter(({ value }) => value !== null && value >= 0.95).map(({ number }) => number)
  );
  expect(numbers('depth>3')).toEqual([]);
});

it('keeps those in one of the stretches of each axis, without a value too', () => {
  const space = { C: { kind: 'loguniform' as const, low: 1e-3, high: 1e3 } };
  const some = [trialOf(0), trialOf(1), trialOf(2, { params: {} })];
  const axes = [...paramAxes(space, some), metricAxis('accuracy', some)];
  const [C] = axes;
  const at = C?.at(trialOf(1)) ?? 0;
  const keep = (stretches: readonly (readonly [number, number])[]) =>
    brushed(some, { 'param:C': stretches, 'param:gone': [[0, 0]] }, axes).map(({ number }) => number);
  expect(keep([[at, at]])).toEqual([1]);
  expect(
    keep([
      [at, at],
      [-9, C?.none ?? 0]
    ])
  ).toEqual([1, 2]);
  expect(keep([])).toEqual([0, 1, 2]);
});
