import type { experiments } from '@hopslab/schema';
import { evenly } from './experiments.pick.js';

type Direction = experiments.Experiment['direction'];

/** What a line keeps of a trial that has ended; a search has thousands of them, and several are compared. */
export interface Ended {
  readonly number: number;
  /** When, in milliseconds. */
  readonly at: number;
  /** What a complete one reached; null for the others, which have cost as much. */
  readonly value: number | null;
}

/** The best value once so many trials had ended. */
export interface BestPoint {
  readonly count: number;
  readonly value: number;
}

const mostPoints = 500;

/**
 * How the best value grew with the number of trials that had ended: the points where it got better, and where it
 * stands. `told` is how it stands as the experiment itself says, which is known before its trials are fetched.
 */
export const bestLine = (
  ended: readonly Ended[],
  direction: Direction,
  told: BestPoint | null
): readonly BestPoint[] => {
  const isBetter = (value: number, than: number | undefined): boolean =>
    than === undefined || (direction === 'maximize' ? value > than : value < than);
  const points: BestPoint[] = [];
  const take = (count: number, value: number | null): void => {
    if (value !== null && isBetter(value, points.at(-1)?.value)) points.push({ count, value });
  };
  const inOrder = ended.toSorted((a, b) => a.at - b.at || a.number - b.number);
  for (const [index, { value }] of inOrder.entries()) take(index + 1, value);
  const count = Math.max(ended.length, told?.count ?? 0);
  take(count, told?.value ?? null);
  const last = points.at(-1);
  if (last === undefined) return [];
  const end = { count, value: last.value };
  const before = last.count === count ? points.slice(0, -1) : points;
  return [...evenly(before, mostPoints - 1), end];
};
