import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Translate } from '../../ui/index.js';

/** What one TensorBoard shows: an experiment, whole or some trials of it, perhaps beside others. */
export type WantedBoard = {
  readonly id: string;
  readonly trials?: number[];
  readonly with?: { readonly experiment: string; readonly trials?: number[] }[];
};

/** Several experiments whole, in one. */
export const boardOf = ([first = '', ...others]: readonly string[]): WantedBoard => ({
  id: first,
  ...(others.length > 0 && { with: others.map(experiment => ({ experiment })) })
});

const isNumbers = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every(Number.isInteger));

/** Whether a command was told what to show; a layout that is restored may hold anything. */
export const isWanted = (args: ReadonlyPartialJSONObject | WantedBoard): args is WantedBoard => {
  const { id, trials, with: others } = args as { id?: unknown; trials?: unknown; with?: unknown };
  if (typeof id !== 'string' || !isNumbers(trials)) return false;
  if (others === undefined) return true;
  return (
    Array.isArray(others) &&
    others.every((other: { experiment?: unknown; trials?: unknown } | null) => {
      return typeof other?.experiment === 'string' && isNumbers(other.trials);
    })
  );
};

/** The same for the same, whichever trial was chosen first. */
export const keyOf = ({ id, trials = [], with: others = [] }: WantedBoard): string =>
  [{ experiment: id, trials }, ...others]
    .map(each => [each.experiment, ...(each.trials ?? []).toSorted((a, b) => a - b)].join('.'))
    .join(',');

/** What a tab is called. */
export const labelOf = (
  { id, trials = [], with: others = [] }: WantedBoard,
  nameOf: (id: string) => string | undefined,
  words: Translate
): string => {
  const name = nameOf(id) ?? words.__('Experiment');
  if (others.length > 0) return words.__('TensorBoard: %1 experiments', others.length + 1);
  const [only] = trials;
  if (only === undefined) return words.__('TensorBoard: %1', name);
  return trials.length === 1
    ? words.__('TensorBoard: %1, trial %2', name, only)
    : words.__('TensorBoard: %1, %2 trials', name, trials.length);
};
