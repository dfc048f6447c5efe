import type { experiments } from '@hopslab/schema';
import { useMemo, useState, type JSX } from 'react';
import { Button, SelectField, TrialsChart, useWords } from '../../ui/index.js';
import type { Axis } from './experiments.axes.js';
import type { Curves } from './experiments.curves.js';
import { FrontView } from './experiments.front-view.js';
import type { Brushes, Stretch } from './experiments.filter.js';
import { ImportanceChart } from './experiments.importance-chart.js';
import { LearningCurves } from './experiments.learning-curves.js';
import { asIfOf, isSeveral, trialsAsIfOf } from './experiments.objectives.js';
import { ParallelCoordinates } from './experiments.parallel.js';
import { thin } from './experiments.thin.js';

interface Props {
  readonly experiment: experiments.Experiment;
  /** Those with the state and the words that are looked for, then those that are left of them. */
  readonly trials: readonly experiments.Trial[];
  readonly left: readonly experiments.Trial[];
  readonly axes: readonly Axis[];
  /** One for each metric. */
  readonly metrics: readonly Axis[];
  readonly curves: Curves;
  readonly brushes: Brushes;
  readonly onBrush: (axis: string, stretches: readonly Stretch[]) => void;
  readonly opened: number | null;
  readonly onOpen: (number: number) => void;
}

const mostPoints = 1500;

const BestSoFar = ({ experiment, left }: Pick<Props, 'experiment' | 'left'>): JSX.Element => {
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
  front: FrontView,
  best: BestSoFar,
  parallel: ParallelCoordinates,
  importance: ImportanceChart,
  curves: LearningCurves
};
type ChartId = keyof typeof charts;

/** One picture of the trials at a time, so that the table stays in sight. */
export const Charts = (props: Props): JSX.Element => {
  const words = useWords();
  const { experiment, trials, left, metrics } = props;
  const several = isSeveral(experiment);
  const [shown, setShown] = useState<ChartId>(several ? 'front' : 'best');
  const [chosen, choose] = useState(0);
  const objective = experiment.objectives[chosen];
  const metric = metrics[chosen];
  const looked = useMemo(
    () =>
      objective === undefined || !several
        ? { experiment, trials, left }
        : {
            experiment: asIfOf(experiment, objective),
            trials: trialsAsIfOf(experiment, trials, objective),
            left: trialsAsIfOf(experiment, left, objective)
          },
    [experiment, trials, left, objective?.metric]
  );
  const names: Readonly<Record<ChartId, string>> = {
    front: words.__('Front'),
    best: words.__('Best so far'),
    parallel: words.__('Parallel coordinates'),
    importance: words.__('Importance'),
    curves: words.__('Learning curves')
  };
  const ids = (Object.keys(charts) as ChartId[]).filter(id => several || id !== 'front');
  const Shown = charts[shown];
  // What trials report on their way is the first metric; the front has two by itself.
  const isOfOne = several && shown !== 'front' && shown !== 'curves';
  return (
    <section className="hop-Charts" aria-label={words.__('Charts')}>
      <div className="hop-Charts-choice" role="group" aria-label={words.__('What the chart shows')}>
        {ids.map(id => (
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
      {isOfOne && (
        <SelectField
          label={words.__('Metric of the chart')}
          value={String(chosen)}
          options={experiment.objectives.map(({ metric: value }, index) => ({
            value: String(index),
            label: value
          }))}
          onChange={value => {
            choose(Number(value));
          }}
        />
      )}
      {metric && <Shown {...props} {...(isOfOne && looked)} metric={metric} />}
    </section>
  );
};
