import { expect, it } from 'vitest';
import { labelPlaces } from './line-ends.js';

it('moves a label on where another one is, and only there', () => {
  const ends = [
    { x: 100, y: 0.9 },
    { x: 100, y: 0.901 },
    { x: 50, y: 0.9 },
    { x: 100, y: 0.1 },
    { x: 99, y: 0.9 }
  ];
  expect(labelPlaces(ends, [0, 1])).toEqual([0, 1, 0, 0, 2]);
  expect(labelPlaces(ends, [0.899, 0.902])).toEqual([0, 0, 0, 0, 1]);
  expect(labelPlaces([{ x: 5, y: 1 }], [1])).toEqual([0]);
  expect(labelPlaces([], [])).toEqual([]);
});
