import type { experiments } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { experimentOf, trialsOf } from '../../../ui-tests/sample.js';
import { draftOf, faultOfValue, pointOf } from './experiments.point.js';

const space: experiments.Experiment['space'] = {
  kernel: { kind: 'choice', options: ['rbf', 'poly', null] },
  C: { kind: 'loguniform', low: 0.01, high: 100 },
  degree: { kind: 'randint', low: 1, high: 4, when: [{ name: 'kernel', in: ['poly'] }] },
  scale: { kind: 'uniform', low: 0, high: 1, when: [{ name: 'degree', in: [3] }] }
};

describe('a point that is picked by hand', () => {
  it('begins with the best, or in the middle', () => {
    const params = { kernel: 'poly', C: 3, degree: 2 };
    expect(draftOf({ space, best: { number: 1, value: 1, params } })).toEqual({
      kernel: '1',
      C: '3',
      degree: '2',
      scale: '0.5'
    });
    expect(draftOf({ space, best: null })).toEqual({ kernel: '0', C: '1', degree: '3', scale: '0.5' });
    const sample = experimentOf(1, trialsOf(5));
    expect(pointOf(sample.space, draftOf(sample))).toEqual(sample.best?.params);
  });

  it('has what is asked for beside the others, and nothing that waits for what is not', () => {
    const draft = { kernel: '1', C: '1', degree: '3', scale: '0.5' };
    expect(pointOf(space, draft)).toEqual({ kernel: 'poly', C: 1, degree: 3, scale: 0.5 });
    expect(pointOf(space, { ...draft, degree: '2' })).toEqual({ kernel: 'poly', C: 1, degree: 2 });
    expect(pointOf(space, { ...draft, kernel: '2' })).toEqual({ kernel: null, C: 1 });
  });

  it.each([
    ['C', '', 'number'],
    ['C', 'x', 'number'],
    ['C', '1000', 'bounds'],
    ['degree', '1.5', 'whole'],
    ['degree', '2', undefined],
    ['kernel', '0', undefined]
  ])('%s is not %j', (name, text, kind) => {
    const dimension = space[name];
    if (!dimension) throw new Error(name);
    const value = pointOf({ x: { ...dimension, when: undefined } }, { x: text })['x'] ?? null;
    expect(faultOfValue(dimension, value)?.kind).toBe(kind);
  });
});
