import type { experiments } from '@hopslab/schema';

type Trial = experiments.Trial;
type Value = Trial['params'][string] | undefined;

/** One line of a comparison: what each of those compared has for it. */
export interface Compared<N extends string = string> {
  readonly name: N;
  readonly values: readonly Value[];
  readonly differ: boolean;
}

/** Several things by all the names that any of them has something for. */
export const compareBy = <T, N extends string = string>(
  items: readonly T[],
  of: (item: T) => Readonly<Partial<Record<N, Value>>>
): readonly Compared<N>[] => {
  const named = items.map(of);
  const names = [...new Set(named.flatMap(one => Object.keys(one) as N[]))];
  return names.map(name => {
    const values = named.map(one => (Object.hasOwn(one, name) ? one[name] : undefined));
    return { name, values, differ: new Set(values.map(value => JSON.stringify(value))).size > 1 };
  });
};

/** The hyperparameters, then the metrics, of several trials side by side. */
export const compareTrials = (
  trials: readonly Trial[]
): { readonly params: readonly Compared[]; readonly metrics: readonly Compared[] } => ({
  params: compareBy(trials, ({ params }) => params),
  metrics: compareBy(trials, ({ metrics }) => metrics)
});
