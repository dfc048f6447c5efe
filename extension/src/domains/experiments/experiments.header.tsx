import type { experiments } from '@hopslab/schema';
import {
  Button,
  Elapsed,
  formatDuration,
  formatNumber,
  formatTime,
  Notice,
  StateBadge,
  useWords
} from '../../ui/index.js';
import type { JSX, ReactNode } from 'react';
import { endedTrials, hasEnded } from './experiments.order.js';
import { directionWord, experimentTone, experimentWord } from './experiments.words.js';

export interface HeaderProps {
  readonly experiment: experiments.Experiment;
  readonly stopping: boolean;
  /** Why I may not stop it; null where I may. */
  readonly stopRefusal: string | null;
  readonly stop: () => void;
  readonly copyBest: () => void;
  readonly tensorboard: () => void;
}

const valueText = (value: experiments.Trial['params'][string]): string =>
  typeof value === 'number' ? formatNumber(value) : String(value);

const Fact = ({ name, children }: { name: string; children: ReactNode }): JSX.Element => (
  <div className="hop-Fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Duration = ({ experiment }: { experiment: experiments.Experiment }): JSX.Element =>
  experiment.endedAt === null ? (
    <Elapsed since={experiment.startedAt} />
  ) : (
    <>{formatDuration(Date.parse(experiment.endedAt) - Date.parse(experiment.startedAt))}</>
  );

const Best = ({ experiment, copyBest }: Pick<HeaderProps, 'experiment' | 'copyBest'>): JSX.Element => {
  const words = useWords();
  const { best, metric } = experiment;
  if (!best)
    return (
      <p className="hop-Quiet">
        {hasEnded(experiment)
          ? words.__('No trial was completed, so there is no best one.')
          : words.__('No trial is complete yet, so there is no best one.')}
      </p>
    );
  return (
    <div className="hop-Best">
      <div className="hop-Best-value">
        <span className="hop-Quiet">{words.__('Best %1', metric)}</span>
        <strong>{formatNumber(best.value)}</strong>
        <span className="hop-Quiet">{words.__('trial %1', best.number)}</span>
      </div>
      <ul className="hop-Best-params" aria-label={words.__('Its hyperparameters')}>
        {Object.entries(best.params).map(([name, value]) => (
          <li key={name} title={`${name} = ${String(value)}`}>
            <span className="hop-Quiet">{name}</span> {valueText(value)}
          </li>
        ))}
      </ul>
      <Button onClick={copyBest}>{words.__('Copy as code')}</Button>
    </div>
  );
};

/** What the experiment is, how it stands, its best trial, and the way to stop it. */
export const ExperimentHeader = (props: HeaderProps): JSX.Element => {
  const words = useWords();
  const { experiment, stopping, stopRefusal, stop, copyBest, tensorboard } = props;
  const ended = hasEnded(experiment);
  const state = stopping && !ended ? 'stopping' : experiment.state;
  return (
    <header className="hop-ExperimentHeader">
      <div className="hop-ExperimentHeader-title">
        <h2 title={experiment.name}>{experiment.name}</h2>
        <span role="status">
          <StateBadge tone={experimentTone[state]}>{experimentWord(state, words)}</StateBadge>
        </span>
        <Button onClick={tensorboard}>{words.__('TensorBoard')}</Button>
        {!ended && (
          <Button
            look="danger"
            icon="stop"
            busy={state === 'stopping'}
            disabledReason={stopRefusal}
            onClick={stop}
          >
            {state === 'stopping' ? words.__('Stopping…') : words.__('Stop')}
          </Button>
        )}
      </div>
      {experiment.description && <p>{experiment.description}</p>}
      <dl className="hop-ExperimentHeader-facts">
        <Fact name={words.__('Metric')}>
          {experiment.metric}{' '}
          <span className="hop-Quiet">({directionWord(experiment.direction, words)})</span>
        </Fact>
        <Fact name={words.__('Trials')}>
          {words.__('%1 of %2', endedTrials(experiment), experiment.planned)}
        </Fact>
        <Fact name={words.__('In parallel')}>{experiment.parallel}</Fact>
        <Fact name={words.__('Algorithm')}>{experiment.algorithm}</Fact>
        <Fact name={words.__('Started by')}>{experiment.createdBy}</Fact>
        <Fact name={words.__('Started')}>{formatTime(experiment.startedAt)}</Fact>
        <Fact name={words.__('Duration')}>
          <Duration experiment={experiment} />
        </Fact>
      </dl>
      {experiment.reason !== undefined && (
        <Notice
          tone={experiment.state === 'failed' ? 'error' : 'info'}
          title={
            experiment.state === 'failed'
              ? words.__('The experiment failed')
              : words.__('The experiment ended early')
          }
        >
          <p>{experiment.reason}</p>
        </Notice>
      )}
      <Best experiment={experiment} copyBest={copyBest} />
    </header>
  );
};
