import type { experiments } from '@hopslab/schema';

type Trial = experiments.Trial;
type Value = Trial['params'][string] | undefined;

/** One line of a comparison: what each of the trials has for it. */
export interface Compared {
  readonly name: string;
  readonly values: readonly Value[];
  readonly differ: boolean;
}

const line = (name: string, values: readonly Value[]): Compared => ({
  name,
  values,
  differ: new Set(values.map(value => JSON.stringify(value))).size > 1
});

/** The hyperparameters, then the metrics, of several trials side by side. */
export const compareTrials = (
  trials: readonly Trial[]
): { readonly params: readonly Compared[]; readonly metrics: readonly Compared[] } => {
  const named = (of: (trial: Trial) => Readonly<Record<string, Value>>): readonly Compared[] =>
    [...new Set(trials.flatMap(trial => Object.keys(of(trial))))].map(name =>
      line(
        name,
        trials.map(trial => of(trial)[name])
      )
    );
  return { params: named(({ params }) => params), metrics: named(({ metrics }) => metrics) };
};
