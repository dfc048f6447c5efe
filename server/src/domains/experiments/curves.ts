import { experiments as contract } from '@hopslab/schema';

/**
 * A trial's values on the way, as they are kept: at most 128 points, in the order in which they were reported.
 * Of more, those stay whose index the stride divides, and the stride doubles until they fit. So what is kept depends on
 * what was ever told, not on the order, the batches or the repetitions in which it was.
 */
export interface KeptCurve {
  readonly number: number;
  readonly attempt: number;
  readonly stride: number;
  readonly indexes: readonly number[];
  readonly steps: readonly number[];
  readonly points: readonly number[];
}

type Point = contract.CurveReport['points'][number];

const pointsOf = ({ indexes, steps, points }: KeptCurve): Point[] =>
  indexes.map((index, i) => ({ index, step: steps[i] ?? 0, value: points[i] ?? 0 }));

const thinned = (points: readonly Point[], stride: number): { points: readonly Point[]; stride: number } => {
  const left = points.filter(({ index }) => index % stride === 0);
  return left.length <= contract.mostPoints ? { points: left, stride } : thinned(left, stride * 2);
};

/** The curve with more points of it; the very same where they say nothing new. */
export const extended = (
  before: KeptCurve | undefined,
  { number, attempt, points }: contract.CurveReport
): KeptCurve | undefined => {
  if (points.length === 0 || (before && attempt < before.attempt)) return before;
  const same = before?.attempt === attempt ? before : undefined;
  const known = new Map((same ? pointsOf(same) : []).map(point => [point.index, point]));
  const fresh = points.filter(({ index }) => !known.has(index) && index % (same?.stride ?? 1) === 0);
  if (fresh.length === 0) return before;
  // Of two that came with one index the one that was kept stays; among fresh ones, the last.
  for (const point of fresh) known.set(point.index, point);
  const sorted = [...known.values()].sort((a, b) => a.index - b.index);
  const kept = thinned(sorted, same?.stride ?? 1);
  return {
    number,
    attempt,
    stride: kept.stride,
    indexes: kept.points.map(({ index }) => index),
    steps: kept.points.map(({ step }) => step),
    points: kept.points.map(({ value }) => value)
  };
};

/** At most so many points of a curve, evenly, its first and its last among them. */
export const curveView = ({ number, attempt, steps, points }: KeptCurve, most: number): contract.Curve => {
  const count = Math.min(most, points.length);
  const chosen = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (points.length - 1)) / (count - 1))
  );
  // A program may report its steps in any order; a curve is drawn along them.
  const shown = chosen
    .map(i => ({ step: steps[i] ?? 0, value: points[i] ?? 0 }))
    .sort((a, b) => a.step - b.step);
  return { number, attempt, steps: shown.map(({ step }) => step), values: shown.map(({ value }) => value) };
};
