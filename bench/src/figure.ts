import type { Bench } from './bench.ts';

/** What a figure has to reach: our own number, or its ratio to the peer's; `goal` is what comes after the bar. */
export interface Bar {
  readonly of: 'ours' | 'ratio';
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly goal?: number;
}

/** One figure. `ours` and `peer` each make one run and answer with its number; they take turns. */
export interface Figure {
  readonly name: string;
  /** What is measured, in one line. */
  readonly title: string;
  readonly unit: string;
  readonly bar: Bar;
  /** What people would use instead, with its version; none where there is nothing like it. */
  readonly peerName?: string;
  ours(bench: Bench): Promise<number>;
  peer?(bench: Bench): Promise<number>;
}

export interface Runs {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
}

const median = (numbers: readonly number[]): number | null => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
};

const rounded = (number: number): number => Number(number.toPrecision(4));
const orNull = (number: number | null): number | null => (number === null ? null : rounded(number));

const meets = ({ atMost = Infinity, atLeast = -Infinity }: Bar, value: number): boolean =>
  value <= atMost && value >= atLeast;

/** The figure's line: medians of its runs, their ratio, and whether the bar is met. */
export const lineOf = (figure: Figure, runs: Runs) => {
  const [ours, peer] = [median(runs.ours), median(runs.peer)];
  const ratio = ours === null || peer === null ? null : ours / peer;
  const judged = figure.bar.of === 'ours' ? ours : ratio;
  return {
    figure: figure.name,
    title: figure.title,
    unit: figure.unit,
    ours: orNull(ours),
    peer: orNull(peer),
    peerName: figure.peerName ?? null,
    ratio: orNull(ratio),
    bar: figure.bar,
    met: judged !== null && meets(figure.bar, judged),
    runs: { ours: runs.ours.map(rounded), peer: runs.peer.map(rounded) }
  };
};
