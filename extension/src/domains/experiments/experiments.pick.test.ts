import { expect, it } from 'vitest';
import { trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { evenly, pick } from './experiments.pick.js';

it('takes all, best first, where they are few', () => {
  const trials = [0.2, null, 0.9].map((value, number) => trialOf(number, { value }));
  expect(pick(trials, 5, 'maximize').map(({ number }) => number)).toEqual([2, 0, 1]);
  expect(pick(trials, 5, 'minimize').map(({ number }) => number)).toEqual([0, 2, 1]);
});

it('takes the very best and of the rest evenly, each once', () => {
  const trials = trialsOf(10_000);
  const picked = pick(trials, 1000, 'maximize');
  const values = trials.flatMap(({ value }) => value ?? []).sort((a, b) => b - a);
  expect(new Set(picked).size).toBe(1000);
  expect(picked.slice(0, 100).map(({ value }) => value)).toEqual(values.slice(0, 100));
  expect(picked.at(-1)?.value).toBeNull();
  expect(evenly([1, 2, 3, 4], 2)).toEqual([1, 3]);
});
