import type { experiments as contract } from '@hopslab/schema';
import type { Change } from './experiments.tally.js';
import { frontWith, placeOf } from './front.js';
import type { FrontStore } from './front.store.js';

const isComplete = (known: Change['before']): boolean => known?.state === 'complete';

/** Keeps the marks after changes to trials; how many are marked now, where that may be news. */
export const keepFront = async (
  store: FrontStore,
  changes: readonly Change[],
  objectives: readonly contract.Objective[]
): Promise<number | undefined> => {
  const news = changes.filter(({ before, after }) => isComplete(before) || isComplete(after));
  if (news.length === 0) return undefined;
  const marked = await store.marked();
  // One that was complete and is run again may have kept others off the front.
  const now = news.some(({ before }) => isComplete(before))
    ? frontWith([], await store.complete())
    : frontWith(
        marked.flatMap(({ place }) => place ?? []),
        news.flatMap(
          ({ after: { number, metrics } }) =>
            placeOf(
              number,
              objectives.map(({ metric }) => (Object.hasOwn(metrics, metric) ? metrics[metric] : null)),
              objectives
            ) ?? []
        )
      );
  const before = new Set(marked.map(({ number }) => number));
  const after = new Set(now.map(({ number }) => number));
  await store.turn([...before, ...after].filter(number => before.has(number) !== after.has(number)));
  return after.size;
};
