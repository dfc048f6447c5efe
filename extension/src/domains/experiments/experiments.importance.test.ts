import { expect, it } from 'vitest';
import { trialOf } from '../../../ui-tests/sample.js';
import { paramAxes } from './experiments.axes.js';
import { importanceOf, ranks } from './experiments.importance.js';

const space = {
  x: { kind: 'uniform' as const, low: 0, high: 1 },
  noise: { kind: 'uniform' as const, low: 0, high: 1 },
  kind: { kind: 'choice' as const, options: ['a', 'b'] }
};

/** The same numbers in every run. */
const random = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};

const sampled = (count: number, value: (params: { x: number; kind: string }) => number) => {
  const next = random(7);
  return Array.from({ length: count }, (_, number) => {
    const params = { x: next(), noise: next(), kind: next() < 0.5 ? 'a' : 'b' };
    return trialOf(number, { state: 'complete', params, value: value(params) });
  });
};

const shares = (trials: ReturnType<typeof sampled>): Record<string, number> =>
  Object.fromEntries(importanceOf(paramAxes(space, trials), trials).map(({ name, share }) => [name, share]));

it('finds the one that decides, also where the best is in the middle', () => {
  const found = shares(sampled(400, ({ x }) => -((x - 0.5) ** 2)));
  expect(found['x']).toBeGreaterThan(0.8);
  expect(found['noise']).toBeLessThan(0.05);
  expect(found['kind']).toBeLessThan(0.05);
});

it('shares between two that both decide, and sorts them', () => {
  const trials = sampled(400, ({ x, kind }) => x + (kind === 'a' ? 2 : 0));
  expect(importanceOf(paramAxes(space, trials), trials).map(({ name }) => name)).toEqual([
    'kind',
    'x',
    'noise'
  ]);
});

it('is not led astray by one loss that is', () => {
  const trials = sampled(200, ({ x }) => x);
  const [first, ...others] = trials;
  const astray = first ? [{ ...first, value: 1e300 }, ...others] : [];
  expect(shares(astray)['x']).toBeGreaterThan(0.8);
});

it('says nothing where there are few trials, and zero where all came out the same', () => {
  expect(
    importanceOf(
      paramAxes(space, []),
      sampled(9, ({ x }) => x)
    )
  ).toEqual([]);
  expect(Object.values(shares(sampled(30, () => 1)))).toEqual([0, 0, 0]);
});

it('takes trials without the hyperparameter as a group of their own', () => {
  const trials = sampled(200, ({ x }) => x).map(trial =>
    trial.number % 2 ? trial : { ...trial, params: { kind: 'a' }, value: 5 + trial.number / 1000 }
  );
  expect(shares(trials)['noise']).toBeGreaterThan(0.5);
});

it('gives equal values their mean rank', () => {
  expect(ranks([3, 1, 3, 2])).toEqual([2.5, 0, 2.5, 1]);
});
