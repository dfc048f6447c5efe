import type { experiments } from '@hopslab/schema';
import type { Point } from '../../ui/index.js';
import { trialSupersedes } from './experiments.order.js';

type Trial = experiments.Trial;

/** The trials of one experiment: taking one in costs the same however many there are. */
export interface TrialSet {
  /** By number. The same array until something changes. */
  readonly rows: readonly Trial[];
  /** The complete ones' values, by number. The same array until something changes. */
  readonly points: readonly Point[];
  /** Whether it was news. */
  take: (trial: Trial) => boolean;
}

export const createTrialSet = (): TrialSet => {
  const known = new Map<number, Trial>();
  let rows: readonly Trial[] | null = null;
  let points: readonly Point[] | null = null;

  const rowsNow = (): readonly Trial[] => (rows ??= [...known.values()].sort((a, b) => a.number - b.number));

  return {
    get rows() {
      return rowsNow();
    },
    get points() {
      return (points ??= rowsNow().flatMap(({ number, state, value }) =>
        state === 'complete' && value !== null ? [{ number, value }] : []
      ));
    },
    take: trial => {
      const before = known.get(trial.number);
      if (before && !trialSupersedes(trial, before)) return false;
      // An event may leave out what the list had, such as the traceback.
      known.set(trial.number, before?.state === trial.state ? { ...before, ...trial } : trial);
      rows = null;
      points = null;
      return true;
    }
  };
};
