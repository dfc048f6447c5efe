import type { experiments } from '@hopslab/schema';
import type { Axis } from './experiments.axes.js';

type Trial = experiments.Trial;

/** A stretch of an axis, in the axis' own unit. */
export type Stretch = readonly [low: number, high: number];

/** Stretches of axes by the axis' id: a trial has to stand in one of each axis'. */
export type Brushes = Readonly<Record<string, readonly Stretch[]>>;

/** Which trials are looked at. */
export interface TrialFilter {
  readonly state: Trial['state'] | null;
  /** Words that are looked for, and conditions such as `C>0.1`; all of them have to hold. */
  readonly text: string;
  readonly brushes: Brushes;
}

export const noFilter: TrialFilter = { state: null, text: '', brushes: {} };

export const isFiltering = ({ state, text, brushes }: TrialFilter): boolean =>
  state !== null || text.trim() !== '' || Object.values(brushes).some(stretches => stretches.length > 0);

type Test = (trial: Trial) => boolean;

const words = new WeakMap<Trial, string>();

/** All that is read of a trial; made once for each, as ten thousand are looked through at every key. */
const wordsOf = (trial: Trial): string => {
  const known = words.get(trial);
  if (known !== undefined) return known;
  const { params, reason, executor, state } = trial;
  const made = [
    ...Object.entries(params).map(([name, value]) => `${name}=${String(value)}`),
    state,
    reason ?? '',
    executor ?? '',
    ...(trial.front ? ['front'] : [])
  ]
    .join('\n')
    .toLowerCase();
  words.set(trial, made);
  return made;
};

const compared: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b
};

/** A condition on a hyperparameter or a metric; null where the word is not one. */
const condition = (word: string, metric: string): Test | null => {
  const [, name, sign, given] = /^([^<>=!]+)(>=|<=|!=|=|<|>)(.+)$/.exec(word) ?? [];
  if (name === undefined || sign === undefined || given === undefined) return null;
  const of = (trial: Trial): unknown =>
    name === metric
      ? trial.value
      : Object.hasOwn(trial.params, name)
        ? trial.params[name]
        : trial.metrics[name];
  const number = Number(given);
  const compare = compared[sign];
  if (compare && Number.isNaN(number)) return null;
  if (compare)
    return trial => {
      const value = of(trial);
      return typeof value === 'number' && compare(value, number);
    };
  const same: Test = trial => {
    const value = of(trial);
    return typeof value === 'number' ? value === number : String(value).toLowerCase() === given.toLowerCase();
  };
  return sign === '=' ? same : trial => !same(trial);
};

const textTest = (text: string, metric: string): readonly Test[] =>
  text
    .trim()
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => {
      const sought = word.toLowerCase();
      return condition(word, metric) ?? (trial => wordsOf(trial).includes(sought));
    });

/** Whether a trial stands in one of the stretches of each axis that has any. */
const brushTests = (brushes: Brushes, axes: readonly Axis[]): readonly Test[] =>
  axes.flatMap(({ id, at }): Test[] => {
    const stretches = brushes[id];
    if (!stretches?.length) return [];
    return [
      trial => {
        const place = at(trial);
        return stretches.some(([low, high]) => low <= place && place <= high);
      }
    ];
  });

const all = (tests: readonly Test[], trials: readonly Trial[]): readonly Trial[] =>
  tests.length === 0 ? trials : trials.filter(trial => tests.every(test => test(trial)));

/** The trials in the state, and with the words, that are looked for. */
export const ofInterest = (
  trials: readonly Trial[],
  { state, text }: Pick<TrialFilter, 'state' | 'text'>,
  metric: string
): readonly Trial[] =>
  all(
    [...(state === null ? [] : [(trial: Trial) => trial.state === state]), ...textTest(text, metric)],
    trials
  );

/** Of these the ones that stand in the stretches of the axes. */
export const brushed = (
  trials: readonly Trial[],
  brushes: Brushes,
  axes: readonly Axis[]
): readonly Trial[] => all(brushTests(brushes, axes), trials);
