import type { experiments } from '@hopslab/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveView, extended, type KeptCurve } from './curves.js';

type Report = experiments.CurveReport;

const point = (index: number) => ({ index, step: index * 10 + 9, value: Math.sin(index) });

const told = (reports: readonly Report[]): KeptCurve | undefined =>
  reports.reduce<KeptCurve | undefined>((curve, report) => extended(curve, report), undefined);

const reports = fc.array(
  fc.record({
    number: fc.constant(7),
    attempt: fc.integer({ min: 1, max: 2 }),
    points: fc.array(fc.integer({ min: 0, max: 600 }).map(point), { maxLength: 128 })
  }),
  { maxLength: 12 }
);

describe('a curve', () => {
  it('is the same in the end, in whatever order, however often and in whatever pieces it is told', () => {
    fc.assert(
      fc.property(
        reports.chain(some =>
          fc.record({
            straight: fc.constant(some),
            bad: fc
              .shuffledSubarray([...some, ...some], {
                minLength: some.length * 2,
                maxLength: some.length * 2
              })
              .map(all => all.flatMap(one => [one, { ...one, points: one.points.toReversed() }]))
          })
        ),
        ({ straight, bad }) => {
          expect(told(bad)).toEqual(told(straight));
        }
      ),
      { numRuns: 200, seed: 20261129 }
    );
  });

  it('never has more points than are kept, evenly spread over all that were told', () => {
    const curve = told(
      Array.from({ length: 100 }, (_, batch) => ({
        number: 0,
        attempt: 1,
        points: Array.from({ length: 100 }, (_point, i) => point(batch * 100 + i))
      }))
    );
    expect(curve).toMatchObject({ stride: 128 });
    expect(curve?.indexes).toEqual(Array.from({ length: 79 }, (_, i) => i * 128));
    expect(curve?.points).toEqual(curve?.indexes.map(index => Math.sin(index)));
  });

  it('says of points that it has, or that a later attempt replaced, that nothing is new', () => {
    const curve = told([{ number: 0, attempt: 2, points: [point(0), point(1)] }]);
    for (const again of [
      { number: 0, attempt: 2, points: [point(1)] },
      { number: 0, attempt: 1, points: [point(2)] },
      { number: 0, attempt: 3, points: [] }
    ])
      expect(extended(curve, again)).toBe(curve);
  });

  it('is shown with as many points as are asked for, from the first to the last', () => {
    const curve = told([{ number: 3, attempt: 1, points: Array.from({ length: 101 }, (_, i) => point(i)) }]);
    if (!curve) throw new Error('no curve');
    expect(curveView(curve, 3)).toEqual({
      number: 3,
      attempt: 1,
      steps: [9, 509, 1009],
      values: [0, 50, 100].map(Math.sin)
    });
    expect(curveView(curve, 128).steps).toHaveLength(101);
    const mixed = [4, 0, 2].map((step, index) => ({ index, step, value: step / 2 }));
    expect(extended(undefined, { number: 0, attempt: 1, points: mixed })).toSatisfy(
      (kept: KeptCurve) => curveView(kept, 128).values.join() === '0,1,2'
    );
  });
});
