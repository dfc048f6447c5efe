import type { experiments } from '@hopslab/schema';
import { byValue, evenly } from './experiments.pick.js';

type Trial = experiments.Trial;
type Curve = experiments.Curve;

/** One trial's curve, and how it is drawn. */
export interface CurveLine {
  readonly trial: Trial;
  readonly curve: Curve;
}

interface CurveLines {
  /** The best few, best first: each has its own line in the legend. */
  readonly best: readonly CurveLine[];
  readonly pruned: readonly CurveLine[];
  readonly running: readonly CurveLine[];
  readonly others: readonly CurveLine[];
  /** How many there are, of which these are drawn. */
  readonly count: number;
}

const bestCount = 3;

/** Which curves are drawn: of trials with at least two points, the best and the others evenly. */
export const curveLines = (
  trials: readonly Trial[],
  curves: ReadonlyMap<number, Curve>,
  direction: experiments.Experiment['direction'],
  most: number
): CurveLines => {
  const lines = trials.flatMap(trial => {
    const curve = curves.get(trial.number);
    return curve && curve.steps.length > 1 ? [{ trial, curve }] : [];
  });
  const better = byValue(direction);
  const best = lines
    .filter(({ trial }) => trial.state === 'complete' && trial.value !== null)
    .sort((a, b) => better(a.trial, b.trial))
    .slice(0, bestCount);
  const rest = evenly(
    lines.filter(line => !best.includes(line)),
    Math.max(0, most - best.length)
  );
  const groups = Map.groupBy(rest, ({ trial: { state } }) =>
    state === 'pruned' || state === 'running' ? state : 'others'
  );
  return {
    best,
    pruned: groups.get('pruned') ?? [],
    running: groups.get('running') ?? [],
    others: groups.get('others') ?? [],
    count: lines.length
  };
};
