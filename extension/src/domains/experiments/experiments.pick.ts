import type { experiments } from '@hopslab/schema';

type Trial = experiments.Trial;

/** Best first; those without a value last, by number. */
export const byValue =
  (direction: experiments.Experiment['direction']) =>
  (a: Trial, b: Trial): number => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null) || a.number - b.number;
    return (direction === 'maximize' ? b.value - a.value : a.value - b.value) || a.number - b.number;
  };

/** At most so many, evenly from the whole list. */
export const evenly = <T>(items: readonly T[], most: number): readonly T[] => {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, n) => items[Math.floor((n * items.length) / most)] as T);
};

/** At most so many, best first: a tenth of them the very best, the others evenly from the rest. */
export const pick = (
  trials: readonly Trial[],
  most: number,
  direction: experiments.Experiment['direction']
): readonly Trial[] => {
  const sorted = trials.toSorted(byValue(direction));
  if (sorted.length <= most) return sorted;
  const top = Math.ceil(most / 10);
  return [...sorted.slice(0, top), ...evenly(sorted.slice(top), most - top)];
};
