import type { experiments as contract } from '@hopslab/schema';

/** Where a complete trial is: a number for each metric, all of which are to be made small. */
export interface Place {
  readonly number: number;
  readonly losses: readonly number[];
}

/** So many are marked at most, and those come first that are there first: each batch is compared with all of them. */
const mostOnFront = 2000;

/** Null where the trial lacks one of the metrics: it cannot be compared then. */
export const placeOf = (
  number: number,
  measured: readonly (number | null | undefined)[],
  objectives: readonly contract.Objective[]
): Place | null => {
  const losses = objectives.flatMap(({ direction }, index) => {
    const value = measured[index] ?? null;
    return value === null ? [] : [direction === 'maximize' ? -value : value];
  });
  return losses.length < objectives.length ? null : { number, losses };
};

/** Whether one is as good in every metric, and better in some. */
export const dominates = ({ losses: one }: Place, { losses: other }: Place): boolean => {
  let better = false;
  for (let index = 0; index < one.length; index += 1) {
    const [a = NaN, b = NaN] = [one[index], other[index]];
    if (a > b) return false;
    better ||= a < b;
  }
  return better;
};

/** The front once more trials have ended; what it costs grows with the front and with what is new. */
export const frontWith = (front: readonly Place[], news: readonly Place[], most = mostOnFront): Place[] => {
  let now = [...front];
  for (const one of news) {
    if (now.some(other => dominates(other, one))) continue;
    now = now.filter(other => !dominates(one, other));
    if (now.length < most) now.push(one);
  }
  return now;
};
