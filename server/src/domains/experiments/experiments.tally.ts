import type { experiments as contract } from '@hopslab/schema';
import type { Known } from './trials.machine.js';

/** What an experiment's trials make of it. */
export interface Tally {
  readonly counts: Partial<contract.Experiment['trialCounts']>;
  readonly best: contract.Experiment['best'];
}

export interface Change {
  readonly before: Known | undefined;
  readonly after: Known;
}

type Best = NonNullable<Tally['best']>;

const candidate = ({ state, number, value, params }: Known): Best | null =>
  state === 'complete' && value !== null ? { number, value, params } : null;

/** The first of equals is the best. */
const better = (one: Best | null, other: Best, direction: contract.Experiment['direction']): Best => {
  if (one === null) return other;
  if (one.value === other.value) return one.number < other.number ? one : other;
  return other.value > one.value === (direction === 'maximize') ? other : one;
};

/** The tally after changes to trials; without a best where the one that had been it has changed: look for it anew. */
export const tallied = (
  { counts, best }: Tally,
  changes: readonly Change[],
  direction: contract.Experiment['direction']
): { readonly counts: Tally['counts']; readonly best?: Tally['best'] } => {
  const now = { ...counts };
  for (const { before, after } of changes) {
    if (before) now[before.state] = (now[before.state] ?? 0) - 1;
    now[after.state] = (now[after.state] ?? 0) + 1;
  }
  if (changes.some(({ before }) => before?.number === best?.number)) return { counts: now };
  return {
    counts: now,
    best: changes
      .map(({ after }) => candidate(after))
      .filter(one => one !== null)
      .reduce<Tally['best']>((so, one) => better(so, one, direction), best)
  };
};
