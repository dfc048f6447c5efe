import { describe, expect, it } from 'vitest';
import { staircase, type Spot } from './staircase.js';

const spot = (number: number, x: number, y: number): Spot => ({ number, x, y, front: true });

describe('the line along a front', () => {
  it('goes through its trials by corners that one of them reaches', () => {
    const less = { metric: 'size', direction: 'minimize' } as const;
    const more = { metric: 'accuracy', direction: 'maximize' } as const;
    // More accuracy costs more size: what is small is reached first, and its accuracy holds until the next one.
    expect(staircase([spot(1, 9, 0.9), spot(0, 2, 0.5)], less, more)).toEqual([
      [2, 0.5],
      [9, 0.5],
      [9, 0.9]
    ]);
    expect(staircase([spot(0, 0.5, 2), spot(1, 0.9, 9)], more, less)).toEqual([
      [0.9, 9],
      [0.5, 9],
      [0.5, 2]
    ]);
    expect(staircase([], less, more)).toEqual([]);
  });
});
