import type { experiments } from '@hopslab/schema';
import { useMemo, type JSX } from 'react';
import { useWords } from '../../ui/index.js';
import { isParam, type Axis } from './experiments.axes.js';
import { useCalmed } from './experiments.calmed.js';
import { fewestTrials, importanceOf } from './experiments.importance.js';

interface Props {
  readonly experiment: experiments.Experiment;
  readonly left: readonly experiments.Trial[];
  readonly axes: readonly Axis[];
}

/** It changes slowly, and looks through all trials. */
const every = 1000;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** How far each hyperparameter decides the metric, as bars with their numbers. */
export const ImportanceChart = ({ experiment, left, axes }: Props): JSX.Element => {
  const words = useWords();
  const given = useMemo(() => ({ left, axes }), [left, axes]);
  const calm = useCalmed(given, every);
  const found = useMemo(() => importanceOf(calm.axes.filter(isParam), calm.left), [calm]);
  if (found.length === 0)
    return (
      <p className="hop-Section-note">
        {words.__('Importance is shown from %1 complete trials on.', fewestTrials)}
      </p>
    );
  return (
    <div className="hop-Importance">
      <ul aria-label={words.__('Importance of the hyperparameters')}>
        {found.map(({ name, share }) => (
          <li key={name}>
            <span className="hop-Importance-name" title={name}>
              {name}
            </span>
            {/* The number beside it says the same. */}
            <span className="hop-Importance-track" aria-hidden="true">
              <span style={{ width: `${Math.min(1, share) * 100}%` }} />
            </span>
            <span className="hop-Importance-share">{percent(share)}</span>
          </li>
        ))}
      </ul>
      <p className="hop-Field-hint">
        {words.__(
          'How much of the differences in %1 each one explains by itself, among the complete trials that are looked at (ranks, Kruskal-Wallis). What some do only together is not in it, and a search that stays near its best shows less than there is.',
          experiment.metric
        )}
      </p>
    </div>
  );
};
