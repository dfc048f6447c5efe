import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bestSoFar } from './best-so-far.js';

it('follows the best, by number, in either direction', () => {
  const points = [
    { number: 2, value: 0.5 },
    { number: 0, value: 0.7 },
    { number: 1, value: 0.9 }
  ];
  expect(bestSoFar(points, 'maximize').map(({ value }) => value)).toEqual([0.7, 0.9, 0.9]);
  expect(bestSoFar(points, 'minimize').map(({ value }) => value)).toEqual([0.7, 0.7, 0.5]);
});

it('ends with the best of all and never gets worse', () => {
  const points = fc.array(fc.record({ number: fc.nat(), value: fc.double({ noNaN: true }) }), {
    minLength: 1
  });
  fc.assert(
    fc.property(points, given => {
      const best = bestSoFar(given, 'maximize').map(({ value }) => value);
      expect(best.at(-1)).toBe(Math.max(...given.map(({ value }) => value)));
      expect(best.every((value, index) => index === 0 || value >= (best[index - 1] ?? value))).toBe(true);
    })
  );
});
