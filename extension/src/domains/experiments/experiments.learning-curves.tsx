import type { experiments } from '@hopslab/schema';
import { useEffect, useMemo, type JSX } from 'react';
import { CurvesChart, useWords, type CurveGroup } from '../../ui/index.js';
import { useCalmed } from './experiments.calmed.js';
import { curveLines, type CurveLine } from './experiments.curve-lines.js';
import type { Curves } from './experiments.curves.js';

interface Props {
  readonly experiment: experiments.Experiment;
  readonly left: readonly experiments.Trial[];
  readonly curves: Curves;
}

const mostLines = 150;
const every = 200;

const looks = ['first', 'second', 'third'] as const;
const drawn = (lines: readonly CurveLine[]): CurveGroup['lines'] => lines.map(({ curve }) => curve);

/** What the trials reported on their way, all together. */
export const LearningCurves = ({ experiment, left, curves }: Props): JSX.Element => {
  const words = useWords();
  useEffect(() => {
    const showing = curves.show();
    return () => {
      showing.dispose();
    };
  }, [curves]);
  const all = useCalmed(curves.all, every);
  const { direction, metric } = experiment;
  const lines = useMemo(() => curveLines(left, all, direction, mostLines), [left, all, direction]);
  const groups = useMemo(
    () =>
      [
        { name: words.__('others'), look: 'faint' as const, lines: drawn(lines.others) },
        { name: words.__('ended early'), look: 'dashed' as const, lines: drawn(lines.pruned) },
        { name: words.__('running'), look: 'dotted' as const, lines: drawn(lines.running) },
        ...lines.best
          .map((line, n) => ({
            name:
              n === 0
                ? words.__('trial %1, the best', line.trial.number)
                : words.__('trial %1', line.trial.number),
            look: looks[n] ?? 'third',
            lines: [line.curve]
          }))
          .reverse()
      ].filter(group => group.lines.length > 0),
    [lines, words]
  );
  if (lines.count === 0)
    return (
      <p className="hop-Section-note">
        {curves.loading === 'loading'
          ? words.__('Loading…')
          : words.__(
              'None of these trials has a curve: a trial that calls trial.report(value, step) on its way has one.'
            )}
      </p>
    );
  const shown = Math.min(lines.count, mostLines);
  return (
    <>
      <CurvesChart
        label={words.__('Learning curves of %1 trials: %2 by step', lines.count, metric)}
        groups={groups}
        metric={metric}
        fileName={words.__('%1 learning curves', experiment.name)}
      />
      {shown < lines.count && (
        <p className="hop-Field-hint">
          {words.__(
            '%1 of %2 curves are drawn: the best, and of the others some evenly.',
            shown,
            lines.count
          )}
        </p>
      )}
    </>
  );
};

/** What one trial reported on its way. */
export const OwnCurve = ({
  experiment,
  trial,
  curves
}: {
  readonly experiment: experiments.Experiment;
  readonly trial: experiments.Trial;
  readonly curves: Curves;
}): JSX.Element | null => {
  const words = useWords();
  const { number } = trial;
  useEffect(() => {
    void curves.fetchOne(number);
  }, [curves, number, trial.state]);
  const curve = useCalmed(curves.all.get(number), every);
  const groups = useMemo(
    () => (curve ? [{ name: words.__('trial %1', number), look: 'first' as const, lines: [curve] }] : []),
    [curve, number, words]
  );
  if (curve?.number !== number || curve.steps.length < 2) return null;
  return (
    <div className="hop-TrialDetails-curve">
      <h4>{words.__('On its way')}</h4>
      <CurvesChart
        label={words.__('Learning curve of trial %1', number)}
        groups={groups}
        metric={experiment.metric}
        fileName={words.__('%1 trial %2', experiment.name, number)}
        height={180}
      />
    </div>
  );
};
