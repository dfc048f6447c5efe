import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestLine, type Ended } from './experiments.best-line.js';

/** Trials that ended one after the other. */
const endedWith = (...values: (number | null)[]): Ended[] =>
  values.map((value, number) => ({ number, at: number * 1000, value }));

describe('the line of the best so far', () => {
  it('has the points where it gets better, and where it stands', () => {
    expect(bestLine(endedWith(null, 0.5, 0.4, 0.7, null), 'maximize', null)).toEqual([
      { count: 2, value: 0.5 },
      { count: 4, value: 0.7 },
      { count: 5, value: 0.7 }
    ]);
    expect(bestLine(endedWith(0.5, 0.4), 'minimize', null)).toEqual([
      { count: 1, value: 0.5 },
      { count: 2, value: 0.4 }
    ]);
    expect(bestLine(endedWith(null, null), 'maximize', null)).toEqual([]);
  });

  it('counts trials as they ended, not as they were begun', () => {
    const [first, second] = endedWith(0.5, 0.9) as [Ended, Ended];
    expect(bestLine([{ ...first, at: 5000 }, second], 'maximize', null)).toEqual([
      { count: 1, value: 0.9 },
      { count: 2, value: 0.9 }
    ]);
  });

  it('goes on to what the experiment says before its trials are known', () => {
    expect(bestLine(endedWith(0.5), 'maximize', { count: 3, value: 0.8 })).toEqual([
      { count: 1, value: 0.5 },
      { count: 3, value: 0.8 }
    ]);
    expect(bestLine(endedWith(0.5, 0.6), 'maximize', { count: 1, value: 0.5 }).at(-1)).toEqual({
      count: 2,
      value: 0.6
    });
  });

  it('never gets worse, ends with the best and stays small', () => {
    const trials = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1 });
    fc.assert(
      fc.property(trials, values => {
        const points = bestLine(endedWith(...values), 'minimize', null);
        const reached = values.filter(value => value !== null);
        expect(points.at(-1)?.value).toBe(reached.length > 0 ? Math.min(...reached) : undefined);
        expect(points.every(({ value }, n) => n === 0 || value <= (points[n - 1]?.value ?? value))).toBe(
          true
        );
      })
    );
    const rising = bestLine(endedWith(...Array.from({ length: 20_000 }, (_, n) => n)), 'maximize', null);
    expect(rising.length).toBeLessThanOrEqual(500);
    expect(rising.at(0)).toEqual({ count: 1, value: 0 });
    expect(rising.at(-1)).toEqual({ count: 20_000, value: 19_999 });
  });
});
