import type { experiments } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { trialOf, trialsOf } from '../../../ui-tests/sample.js';
import { createTrialSet } from './experiments.trial-set.js';

/** The trials, and how often anything of them was read. */
const watched = (
  trials: readonly experiments.Trial[]
): { trials: experiments.Trial[]; reads: () => number } => {
  let reads = 0;
  const handler = {
    get: (target: experiments.Trial, key: string): unknown => {
      reads += 1;
      return Reflect.get(target, key);
    }
  };
  return { trials: trials.map(trial => new Proxy(trial, handler)), reads: () => reads };
};

describe('a set of trials', () => {
  it('is in order, whatever the order and however often they come', () => {
    const set = createTrialSet();
    for (const number of [3, 0, 2, 0, 1, 3]) set.take(trialOf(number));
    expect(set.rows.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  });

  it('ignores what is older than what it knows', () => {
    const set = createTrialSet();
    set.take(trialOf(0));
    const before = set.rows;
    expect(set.take(trialOf(0, { state: 'running', value: null }))).toBe(false);
    expect(set.rows).toBe(before);
  });

  it('has a point for every complete trial and only for those', () => {
    const set = createTrialSet();
    for (const trial of trialsOf(12)) set.take(trial);
    expect(set.points.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9, 11]);
  });

  it('keeps a traceback that a later message leaves out', () => {
    const set = createTrialSet();
    const { traceback, ...brief } = trialOf(6);
    set.take(trialOf(6));
    set.take(brief);
    expect(set.rows[0]?.traceback).toBe(traceback);
  });

  it('does work in proportion to the number of trials', () => {
    const readsFor = (count: number): number => {
      const { trials, reads } = watched(trialsOf(count));
      const set = createTrialSet();
      for (const trial of trials) set.take(trial);
      expect(set.rows).toHaveLength(count);
      expect(set.points.length).toBeGreaterThan(count / 2);
      return reads();
    };
    expect(readsFor(10_000)).toBeLessThan(20 * readsFor(1000));
  });
});
