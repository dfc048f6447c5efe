import type { experiments } from '@hopslab/schema';
import { useMemo, useState, type JSX } from 'react';
import { Button, TrialsChart, useWords } from '../../ui/index.js';
import type { Axis } from './experiments.axes.js';
import type { Curves } from './experiments.curves.js';
import type { Brushes, Stretch } from './experiments.filter.js';
import { ImportanceChart } from './experiments.importance-chart.js';
import { LearningCurves } from './experiments.learning-curves.js';
import { ParallelCoordinates } from './experiments.parallel.js';
import { thin } from './experiments.thin.js';

interface Props {
  readonly experiment: experiments.Experiment;
  /** Those with the state and the words that are looked for, then those that are left of them. */
  readonly trials: readonly experiments.Trial[];
  readonly left: readonly experiments.Trial[];
  readonly axes: readonly Axis[];
  readonly metric: Axis;
  readonly curves: Curves;
  readonly brushes: Brushes;
  readonly onBrush: (axis: string, stretches: readonly Stretch[]) => void;
}

const mostPoints = 1500;

const BestSoFar = ({ experiment, left }: Props): JSX.Element => {
  const words = useWords();
  const points = useMemo(
    () =>
      thin(
        left.flatMap(({ number, state, value }) =>
          state === 'complete' && value !== null ? [{ number, value }] : []
        ),
        mostPoints
      ),
    [left]
  );
  if (points.length === 0)
    return <p className="hop-Section-note">{words.__('None of these trials is complete.')}</p>;
  return (
    <TrialsChart
      points={points}
      metric={experiment.metric}
      direction={experiment.direction}
      fileName={experiment.name}
    />
  );
};

const charts = {
  best: BestSoFar,
  parallel: ParallelCoordinates,
  importance: ImportanceChart,
  curves: LearningCurves
};
type ChartId = keyof typeof charts;

/** One picture of the trials at a time, so that the table stays in sight. */
export const Charts = (props: Props): JSX.Element => {
  const words = useWords();
  const [shown, setShown] = useState<ChartId>('best');
  const names: Readonly<Record<ChartId, string>> = {
    best: words.__('Best so far'),
    parallel: words.__('Parallel coordinates'),
    importance: words.__('Importance'),
    curves: words.__('Learning curves')
  };
  const Shown = charts[shown];
  return (
    <section className="hop-Charts" aria-label={words.__('Charts')}>
      <div className="hop-Charts-choice" role="group" aria-label={words.__('What the chart shows')}>
        {(Object.keys(charts) as ChartId[]).map(id => (
          <Button
            key={id}
            look="bare"
            pressed={id === shown}
            onClick={() => {
              setShown(id);
            }}
          >
            {names[id]}
          </Button>
        ))}
      </div>
      <Shown {...props} />
    </section>
  );
};
