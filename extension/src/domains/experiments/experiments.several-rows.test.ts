import { describe, expect, it } from 'vitest';
import { experimentOf, idOf, trialOf } from '../../../ui-tests/sample.js';
import { byMetric, compareExperiments, winners } from './experiments.several-rows.js';

const withBest = (n: number, value: number | null, more = {}) =>
  experimentOf(n, value === null ? [] : [trialOf(0, { value, params: { C: n, kernel: 'rbf' } })], more);
const same = { startedAt: '2026-11-20T09:00:00.000Z', endedAt: '2026-11-20T09:01:00.000Z' };

describe('experiments side by side', () => {
  it('differ in what is not the same, also where one of them has nothing', () => {
    const { facts, params, space } = compareExperiments([
      withBest(1, 0.9, { ...same, pruner: 'median', tags: ['b', 'a'] }),
      withBest(2, 0.9, { ...same, tags: ['a', 'b'], space: { C: { kind: 'uniform', low: 0, high: 1 } } })
    ]);
    expect(facts.filter(({ differ }) => differ).map(({ name }) => name)).toEqual(['pruner']);
    expect(facts.find(({ name }) => name === 'tags')?.values).toEqual(['a, b', 'a, b']);
    expect(params.map(({ name, differ }) => [name, differ])).toEqual([
      ['C', true],
      ['kernel', false]
    ]);
    expect(space.find(({ name }) => name === 'C')?.values).toEqual([
      'loguniform(0.001, 1000)',
      'uniform(0, 1)'
    ]);
    expect(space.every(({ differ }) => differ)).toBe(true);
  });

  it('are alike while they run only where they began together', () => {
    const durations = (...begun: string[]) =>
      compareExperiments(
        begun.map((startedAt, n) => withBest(n, null, { startedAt, endedAt: null }))
      ).facts.find(({ name }) => name === 'duration')?.differ;
    expect(durations(same.startedAt, same.startedAt)).toBe(false);
    expect(durations(same.startedAt, same.endedAt)).toBe(true);
  });

  it('with a parameter that is called as something every object has, compare what they have themselves', () => {
    const odd = experimentOf(1, [trialOf(0, { params: { toString: 1 } })]);
    expect(compareExperiments([odd, withBest(2, 0.5)]).params).toContainEqual({
      name: 'toString',
      values: [1, undefined],
      differ: true
    });
  });

  it('are measured against those with the same metric and direction only', () => {
    const loss = { metric: 'loss', direction: 'minimize' } as const;
    const items = [
      withBest(1, 0.9),
      withBest(2, 0.3, loss),
      withBest(3, 0.95),
      withBest(4, 0.2, loss),
      withBest(5, 0.95),
      withBest(6, 0.1, { metric: 'loss' }),
      withBest(7, null)
    ];
    expect(byMetric(items, one => one).map(({ of }) => of.map(({ id }) => id))).toEqual([
      [1, 3, 5, 7].map(idOf),
      [2, 4].map(idOf),
      [idOf(6)]
    ]);
    expect([...winners(items)]).toEqual([3, 5, 4].map(idOf));
  });
});
