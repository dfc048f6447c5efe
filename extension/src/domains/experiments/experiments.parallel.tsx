import type { experiments } from '@hopslab/schema';
import { useMemo, type JSX } from 'react';
import { formatNumber, ParallelChart, shadeStrip, useWords } from '../../ui/index.js';
import { isParam, type Axis } from './experiments.axes.js';
import { brushed, type Brushes, type Stretch } from './experiments.filter.js';
import { pick } from './experiments.pick.js';

interface Props {
  readonly experiment: experiments.Experiment;
  /** Those with the state and the words that are looked for. */
  readonly trials: readonly experiments.Trial[];
  readonly axes: readonly Axis[];
  readonly metric: Axis;
  readonly brushes: Brushes;
  readonly onBrush: (axis: string, stretches: readonly Stretch[]) => void;
}

/** As many lines as are drawn within a frame or two. */
const mostLines = 1000;

const Legend = ({ experiment, metric }: Pick<Props, 'experiment' | 'metric'>): JSX.Element => {
  const words = useWords();
  const ends = [metric.text(metric.low), metric.text(metric.high)];
  if (experiment.direction === 'minimize') ends.reverse();
  return (
    <>
      <span className="hop-Shades">
        <span>{words.__('worst %1', ends[0] ?? '')}</span>
        <span className="hop-Shades-strip" style={{ background: shadeStrip }} aria-hidden="true" />
        <span>{words.__('best %1', ends[1] ?? '')}</span>
      </span>
      {experiment.best && (
        <span className="hop-Shades">
          <span className="hop-Shades-best" aria-hidden="true" />
          {words.__('trial %1, the best', experiment.best.number)}
        </span>
      )}
      <span className="hop-Shades">
        <span className="hop-Shades-none" aria-hidden="true" />
        {words.__('no %1', metric.name)}
      </span>
    </>
  );
};

/** All trials across an axis for each hyperparameter and one for the metric. */
export const ParallelCoordinates = (props: Props): JSX.Element => {
  const { experiment, trials, axes, metric, brushes, onBrush } = props;
  const words = useWords();
  const { direction, best } = experiment;
  const chosen = useMemo(() => brushed(trials, brushes, axes), [trials, brushes, axes]);
  const drawn = useMemo(() => {
    const lines = pick(chosen, mostLines, direction);
    // What is not chosen stays as a shadow, as far as there is room.
    const kept = new Set(chosen);
    const others = chosen === trials ? [] : trials.filter(trial => !kept.has(trial));
    return [...lines, ...pick(others, Math.max(0, mostLines - lines.length), direction)];
  }, [trials, chosen, direction]);
  const lines = useMemo(
    () =>
      drawn
        .map(trial => {
          const at = metric.at(trial);
          const part = (at - metric.low) / (metric.high - metric.low);
          return {
            at: axes.map(axis => axis.at(trial)),
            goodness: at === metric.none ? null : direction === 'maximize' ? part : 1 - part,
            isBest: trial.number === best?.number
          };
        })
        .reverse(),
    [drawn, axes, metric, direction, best?.number]
  );
  const label = words.__(
    '%1 of %2 trials across %3 hyperparameters, coloured by %4%5',
    chosen.length,
    trials.length,
    axes.filter(isParam).length,
    metric.name,
    best ? words.__('; the best is trial %1 with %2', best.number, formatNumber(best.value)) : ''
  );
  return (
    <div className="hop-Parallel">
      {/* Many axes have room by scrolling, as the table's columns have. */}
      <div className="hop-Parallel-scroll">
        <div style={{ minWidth: axes.length * 110 }}>
          <ParallelChart
            label={label}
            axes={axes}
            lines={lines}
            brushes={brushes}
            onBrush={onBrush}
            fileName={words.__('%1 parallel coordinates', experiment.name)}
          />
        </div>
      </div>
      <div className="hop-Parallel-legend">
        <Legend experiment={experiment} metric={metric} />
        <span className="hop-Quiet">
          {drawn.length < trials.length
            ? words.__(
                '%1 of %2 trials are drawn, the best of them and of the others evenly; filters go over all.',
                drawn.length,
                trials.length
              )
            : words.__('Drag along an axis to keep only what is there.')}
        </span>
      </div>
    </div>
  );
};
