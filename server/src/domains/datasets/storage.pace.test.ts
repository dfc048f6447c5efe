import { describe, expect, it } from 'vitest';
import { overdueBy, usualPace, type Countable } from './storage.pace.js';

const minute = 60_000;
const due = (what: Partial<Countable>, now: number): boolean =>
  overdueBy({ begun: 0, tookMs: 10, writtenAt: undefined, over: false, ...what }, now, usualPace) >= 0;

describe('when a dataset is counted again', () => {
  it('is within the minute while something can write it, be it large', () => {
    expect(due({ writtenAt: 0 }, minute / 4)).toBe(true);
    expect(due({ writtenAt: 0, tookMs: 10_000 }, minute - 10_000)).toBe(true);
  });
  it('is by the budget where it is huge: a fifth of the time at most', () => {
    expect(due({ writtenAt: 0, tookMs: minute }, 4 * minute)).toBe(false);
    expect(due({ writtenAt: 0, tookMs: minute }, 5 * minute)).toBe(true);
  });
  it('is soon where its project stores too much', () => {
    expect(due({ writtenAt: 0, over: true }, 3_000)).toBe(true);
    expect(due({ writtenAt: 0, over: true, tookMs: 4_000 }, 3_000)).toBe(false);
  });
  it('is once more after the last that could write it has gone, and then seldom', () => {
    expect(due({ writtenAt: 1 }, minute)).toBe(true);
    expect(due({ begun: 2, writtenAt: 1 }, 2 * minute)).toBe(false);
    expect(due({ begun: 2, writtenAt: 1 }, 61 * minute)).toBe(true);
  });
  it('is after each start of the server, what something writes first', () => {
    expect(overdueBy({ begun: undefined, tookMs: 0, writtenAt: 5, over: false }, 9, usualPace)).toBe(
      Infinity
    );
    expect(due({ begun: undefined }, 0)).toBe(true);
  });
});
