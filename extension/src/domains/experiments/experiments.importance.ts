import type { experiments } from '@hopslab/schema';
import type { Axis } from './experiments.axes.js';
import { evenly } from './experiments.pick.js';

interface Importance {
  readonly name: string;
  /** From 0, no more than chance, to 1, it alone decides. */
  readonly share: number;
}

/** Fewer complete trials say nothing. */
export const fewestTrials = 10;
/** More are taken evenly: it is counted again while trials come in. */
const mostTrials = 5000;
const mostBins = 8;
const fewestInBin = 5;

interface Measured {
  readonly trial: experiments.Trial;
  readonly value: number;
}

/** The rank of each value; equal ones share their mean rank. */
export const ranks = (values: readonly number[]): readonly number[] => {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const found = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to++;
    for (let at = from; at <= to; at++) found[order[at] ?? 0] = (from + to) / 2;
    from = to + 1;
  }
  return found;
};

/** The group of each trial: its option, or one of as many stretches of its number as hold enough trials each. */
const groupsOf = (axis: Axis, trials: readonly Measured[]): readonly number[] => {
  const places = trials.map(({ trial }) => axis.at(trial));
  if (axis.options) return places;
  const there = places.filter(place => place !== axis.none);
  const position = new Map(ranks(there).map((rank, index) => [there[index], rank]));
  const bins = Math.max(2, Math.min(mostBins, Math.floor(there.length / fewestInBin)));
  return places.map(place => {
    const rank = position.get(place);
    return rank === undefined ? -1 : Math.floor((rank * bins) / there.length);
  });
};

/** How much of the spread of the ranks lies between the groups; as much as chance makes is taken off. */
const between = (ranked: readonly number[], groups: readonly number[]): number => {
  const count = ranked.length;
  const mean = (count - 1) / 2;
  const sums = new Map<number, { sum: number; count: number }>();
  let whole = 0;
  ranked.forEach((rank, index) => {
    const key = groups[index] ?? 0;
    const sum = sums.get(key) ?? { sum: 0, count: 0 };
    sum.sum += rank - mean;
    sum.count++;
    sums.set(key, sum);
    whole += (rank - mean) ** 2;
  });
  const freedom = sums.size - 1;
  if (whole === 0 || freedom === 0 || count <= sums.size) return 0;
  let explained = 0;
  for (const { sum, count: size } of sums.values()) explained += sum ** 2 / size;
  return Math.max(0, (((count - 1) * explained) / whole - freedom) / (count - sums.size));
};

/**
 * How far each hyperparameter by itself decides the metric, most first: the effect size epsilon squared of the
 * Kruskal-Wallis test (Kruskal and Wallis 1952; Tomczak and Tomczak 2014) over its options or stretches. Ranks, so
 * that a loss that went astray does not decide. What two do only together is not seen.
 */
export const importanceOf = (
  axes: readonly Axis[],
  trials: readonly experiments.Trial[]
): readonly Importance[] => {
  const complete = trials.flatMap(trial =>
    trial.state === 'complete' && trial.value !== null ? [{ trial, value: trial.value }] : []
  );
  if (complete.length < fewestTrials) return [];
  const taken = evenly(complete, mostTrials);
  const ranked = ranks(taken.map(({ value }) => value));
  return axes
    .map(axis => ({ name: axis.name, share: between(ranked, groupsOf(axis, taken)) }))
    .sort((a, b) => b.share - a.share);
};
