import { describe, expect, it } from 'vitest';
import { bestSoFar } from '../../ui/best-so-far.js';
import { thin } from './experiments.thin.js';

const points = Array.from({ length: 10_000 }, (_, number) => ({
  number,
  value: Math.sin(number * 12.9898) * number
}));

describe('thinning', () => {
  it('leaves few points alone', () => {
    expect(thin(points.slice(0, 50), 100)).toHaveLength(50);
  });

  it('keeps to the limit and in order', () => {
    const few = thin(points, 500);
    expect(few.length).toBeLessThanOrEqual(500);
    expect(few.map(({ number }) => number)).toEqual(
      few.map(({ number }) => number).toSorted((a, b) => a - b)
    );
  });

  it.each(['maximize', 'minimize'] as const)('does not change the best, to %s', direction => {
    expect(bestSoFar(thin(points, 500), direction).at(-1)?.value).toBe(
      bestSoFar(points, direction).at(-1)?.value
    );
  });
});
