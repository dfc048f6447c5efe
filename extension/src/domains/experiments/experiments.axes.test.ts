import { expect, it } from 'vitest';
import { trialOf } from '../../../ui-tests/sample.js';
import { metricAxis, paramAxes, roundTicks } from './experiments.axes.js';

const of = (params: Record<string, string | number | boolean | null>, number = 0) =>
  trialOf(number, { params, value: 0.5, state: 'complete' });

it('spans the space on the scale that it is searched on', () => {
  const [C, size] = paramAxes(
    { C: { kind: 'loguniform', low: 1e-3, high: 1e3 }, size: { kind: 'randint', low: 1, high: 9 } },
    [of({ C: 10, size: 3 })]
  );
  expect([C?.low, C?.high, C?.at(of({ C: 10 }))]).toEqual([-3, 3, 1]);
  expect(C?.ticks.map(({ text }) => text)).toEqual(['0.001', '0.01', '0.1', '1', '10', '100', '1000']);
  expect([size?.low, size?.high, size?.at(of({ size: 3 }))]).toEqual([1, 9, 3]);
});

it('has a place below its end for trials without the hyperparameter, only where there are such', () => {
  const space = { depth: { kind: 'uniform' as const, low: 0, high: 10 } };
  const [full] = paramAxes(space, [of({ depth: 4 })]);
  const [gaps] = paramAxes(space, [of({ depth: 4 }), of({}, 1)]);
  expect(full?.hasNone).toBe(false);
  expect(gaps?.hasNone).toBe(true);
  expect(gaps?.at(of({}))).toBe(gaps?.none);
  expect(gaps?.none).toBeLessThan(gaps?.low ?? 0);
});

it('gives each option its place, also one that was not in the space, and tells 1 from "1"', () => {
  const [axis] = paramAxes({ kernel: { kind: 'choice', options: ['1', 1, null, true] } }, [
    of({ kernel: 'new' })
  ]);
  expect(axis?.options).toEqual(['1', '1', 'null', 'true', 'new']);
  expect(['1', 1, null, 'new'].map(kernel => axis?.at(of({ kernel })))).toEqual([0, 1, 2, 4]);
});

it('widens for points outside of the space, and stands a single value in its middle', () => {
  const space = { x: { kind: 'uniform' as const, low: 0, high: 1 } };
  expect(paramAxes(space, [of({ x: 5 })])[0]).toMatchObject({ low: 0, high: 5 });
  expect(metricAxis('accuracy', [of({})])).toMatchObject({ low: 0.25, high: 0.75 });
  expect(metricAxis('accuracy', [])).toMatchObject({ low: 0, high: 1 });
});

it('takes logarithms of a metric where one trial went astray', () => {
  const losses = [0.1, 0.2, 1e9].map((value, number) => trialOf(number, { value, state: 'complete' }));
  const axis = metricAxis('loss', losses);
  expect(axis.text(axis.low)).toBe('0.1');
  expect(axis.ticks.length).toBeLessThan(9);
});

it('has round ticks within its ends', () => {
  expect(roundTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(roundTicks(-7, 130)).toEqual([0, 50, 100]);
  expect(roundTicks(0.912, 0.989).every(tick => tick >= 0.912 && tick <= 0.989)).toBe(true);
});
