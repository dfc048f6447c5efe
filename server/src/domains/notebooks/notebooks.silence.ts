import type { WatchedRow } from './notebooks.store.js';

/** Milliseconds without a word after which executors are taken back: several times what a kernel is asked to keep. */
const longest = 45_000;
/** The most that counts between two looks: we may have been held up, and did not listen. */
const mostPerLook = 2_000;

/**
 * Finds executors whose holder says nothing any more. Silence is counted on a clock that nobody sets and that stands
 * still while the machine sleeps, and only while we listen: our own absence is nobody's death.
 */
export const createSilence = (now: () => number = () => performance.now()) => {
  let counted = new Map<string, { readonly heard: string; readonly silent: number }>();
  let last = now();

  return <R extends Pick<WatchedRow, 'id' | 'compute'>>(runs: readonly R[]): R[] => {
    const passed = Math.min(now() - last, mostPerLook);
    last = now();
    const seen: typeof counted = new Map();
    const silent: R[] = [];
    for (const run of runs) {
      if (!run.compute) continue;
      const { id } = run;
      // A lease that has grown is another one, and nobody was heard through that.
      const { renewed_at: heard } = run.compute;
      const before = counted.get(id);
      const so = { heard, silent: before?.heard === heard ? before.silent + passed : 0 };
      seen.set(id, so);
      if (so.silent >= longest) silent.push(run);
    }
    counted = seen;
    return silent;
  };
};
