import type { experiments } from '@hopslab/schema';
import { formatNumber } from '../../ui/format.js';
import type { ParallelAxis } from '../../ui/index.js';
import { measured } from './experiments.objectives.js';

type Trial = experiments.Trial;
type Value = Trial['params'][string];

/**
 * A hyperparameter or the metric, as every trial stands on it. Its unit is the number, its decimal logarithm, or the
 * place among the options.
 */
export interface Axis extends ParallelAxis {
  readonly at: (trial: Trial) => number;
  /** What a place on it is called. */
  readonly text: (at: number) => string;
  /** Set where it is not numbers but options, in order. */
  readonly options?: readonly string[];
}

/** How far below the lower end the place without a value is, as a part of the length. */
const below = 0.14;
const mostTicks = 6;
const mostOptions = 12;

/** Round numbers across a range. */
export const roundTicks = (low: number, high: number): readonly number[] => {
  const rough = (high - low) / (mostTicks - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, n) => Number(((first + n) * step).toPrecision(12)));
};

/** Powers of ten across a range of logarithms; between them too where there are few. */
const logTicks = (low: number, high: number): readonly number[] => {
  if (high - low < 1.5)
    return roundTicks(10 ** low, 10 ** high)
      .filter(value => value > 0)
      .map(Math.log10);
  const every = Math.ceil((high - low) / mostTicks);
  const first = Math.ceil(low - 1e-9);
  return Array.from(
    { length: Math.floor((Math.floor(high + 1e-9) - first) / every) + 1 },
    (_, n) => first + n * every
  );
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

interface Scale {
  readonly id: string;
  readonly name: string;
  readonly of: (trial: Trial) => unknown;
  readonly log: boolean;
}

const spread = (low: number, high: number): readonly [number, number] =>
  low < high ? [low, high] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];

/** An axis of numbers over the values that trials have, and over the range given. */
const numbers = (scale: Scale, trials: readonly Trial[], range: readonly number[]): Axis => {
  const { id, name, of, log } = scale;
  const unit = (value: number): number => (log ? Math.log10(value) : value);
  const fits = (value: unknown): value is number => isNumber(value) && (!log || value > 0);
  let [low, high] = [Infinity, -Infinity];
  const widen = (value: number): void => {
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const value of range) if (fits(value)) widen(unit(value));
  let hasNone = false;
  for (const trial of trials) {
    const value = of(trial);
    if (fits(value)) widen(unit(value));
    else hasNone = true;
  }
  if (low > high) [low, high] = [0, 1];
  [low, high] = spread(low, high);
  const none = low - below * (high - low);
  const text = (at: number): string => formatNumber(log ? 10 ** at : at);
  const tick = (at: number): string => (log && Number.isInteger(at) && at < -4 ? `1e${at}` : text(at));
  return {
    id,
    name,
    low,
    high,
    none,
    hasNone,
    text,
    ticks: (log ? logTicks(low, high) : roundTicks(low, high)).map(at => ({ at, text: tick(at) })),
    at: trial => {
      const value = of(trial);
      return fits(value) ? unit(value) : none;
    }
  };
};

/** An axis of options, in their order; one that a trial has all the same comes after them. */
const choices = (name: string, options: readonly Value[], trials: readonly Trial[]): Axis => {
  const places = new Map<string, number>();
  const words: string[] = [];
  const add = (value: Value): void => {
    const key = JSON.stringify(value);
    if (places.has(key)) return;
    places.set(key, places.size);
    words.push(String(value));
  };
  options.forEach(add);
  let hasNone = false;
  for (const { params } of trials) {
    const value = params[name];
    if (value === undefined) hasNone = true;
    else add(value);
  }
  const [low, high] = spread(0, words.length - 1);
  const none = low - below * (high - low);
  const every = Math.ceil(words.length / mostOptions);
  return {
    id: `param:${name}`,
    name,
    low,
    high,
    none,
    hasNone,
    options: words,
    text: at => words[Math.round(at)] ?? '',
    ticks: words.map((text, at) => ({ at, text })).filter(({ at }) => at % every === 0),
    at: ({ params }) => {
      const value = params[name];
      return value === undefined ? none : (places.get(JSON.stringify(value)) ?? none);
    }
  };
};

const isLog = (kind: experiments.Dimension['kind']): boolean =>
  kind === 'loguniform' || kind === 'qloguniform';

const measureAxis = (
  id: string,
  name: string,
  of: (trial: Trial) => number | null,
  trials: readonly Trial[]
): Axis => {
  const values = trials.map(of).filter(isNumber);
  let [least, most] = [Infinity, 0];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  // A loss that went astray would press all others together.
  const log = least > 0 && most / least > 1000;
  return numbers({ id, name, of, log }, trials, []);
};

/** Whether it is a hyperparameter's. */
export const isParam = ({ id }: Pick<Axis, 'id'>): boolean => id.startsWith('param:');

export const metricAxis = (metric: string, trials: readonly Trial[]): Axis =>
  measureAxis('value', metric, ({ value }) => value, trials);

/** An axis for each metric, in their order; where there are several, those of their complete trials. */
export const metricAxes = (
  objectives: readonly experiments.Objective[],
  trials: readonly Trial[]
): readonly Axis[] =>
  objectives.map(({ metric }, index) =>
    objectives.length === 1
      ? metricAxis(metric, trials)
      : measureAxis(
          index === 0 ? 'value' : `metric:${metric}`,
          metric,
          trial => measured(trial, metric),
          trials
        )
  );

/** An axis for each hyperparameter, in the order of the space. */
export const paramAxes = (
  space: experiments.Experiment['space'],
  trials: readonly Trial[]
): readonly Axis[] =>
  Object.entries(space).map(([name, dimension]) => {
    if (dimension.kind === 'choice') return choices(name, dimension.options, trials);
    const scale = {
      id: `param:${name}`,
      name,
      of: ({ params }: Trial) => params[name],
      log: isLog(dimension.kind)
    };
    return numbers(scale, trials, [dimension.low, dimension.high]);
  });
