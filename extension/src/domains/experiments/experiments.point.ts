import type { experiments } from '@hopslab/schema';

type Dimension = experiments.Dimension;
type Value = experiments.Trial['params'][string];
type Params = experiments.Trial['params'];

/** What is entered for each hyperparameter: a number as text, or the index of an option. */
export type PointDraft = Readonly<Record<string, string>>;

const middle = (dimension: Exclude<Dimension, { kind: 'choice' }>): number => {
  const { low, high, kind } = dimension;
  if (kind === 'loguniform' || kind === 'qloguniform') return Number(Math.sqrt(low * high).toPrecision(3));
  const value = (low + high) / 2;
  return kind === 'randint' ? Math.round(value) : value;
};

const textOf = (dimension: Dimension, value: Value | undefined): string => {
  if (dimension.kind === 'choice')
    return String(Math.max(0, value === undefined ? 0 : dimension.options.indexOf(value)));
  return String(typeof value === 'number' ? value : middle(dimension));
};

/** The best point that is known, with the middle of what it has not. */
export const draftOf = ({ space, best }: Pick<experiments.Experiment, 'space' | 'best'>): PointDraft =>
  Object.fromEntries(
    Object.entries(space).map(([name, dimension]) => [name, textOf(dimension, best?.params[name])])
  );

const valueOf = (dimension: Dimension, text: string): Value => {
  if (dimension.kind === 'choice') return dimension.options[Number(text)] ?? null;
  return text.trim() === '' ? Number.NaN : Number(text);
};

/** The hyperparameters that are asked for beside the others, with what is entered for them. */
export const pointOf = (space: experiments.Experiment['space'], draft: PointDraft): Params => {
  const all = new Map(
    Object.entries(space).map(([name, dimension]) => [name, valueOf(dimension, draft[name] ?? '')])
  );
  // One that is not asked for takes those with it that wait for it.
  for (let before = -1; before !== all.size;) {
    before = all.size;
    for (const [name, { when = [] }] of Object.entries(space))
      if (!when.every(({ name: on, in: values }) => all.has(on) && values.includes(all.get(on) ?? null)))
        all.delete(name);
  }
  return Object.fromEntries(all);
};

export type PointFault =
  | { readonly kind: 'number' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'bounds'; readonly low: number; readonly high: number };

/** What is wrong with a value, where anything is. */
export const faultOfValue = (dimension: Dimension, value: Value): PointFault | null => {
  if (dimension.kind === 'choice') return null;
  const { low, high, kind } = dimension;
  if (typeof value !== 'number' || !Number.isFinite(value)) return { kind: 'number' };
  if (kind === 'randint' && !Number.isInteger(value)) return { kind: 'whole' };
  return value < low || value > high ? { kind: 'bounds', low, high } : null;
};
