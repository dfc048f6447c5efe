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
import { isSeveral } from './experiments.objectives.js';
import { endedTrials, hasEnded } from './experiments.order.js';
import { RegisterButton, type ModelsOf } from './experiments.register-dialog.js';
import type { Steering } from './experiments.steering.js';
import { SteeringBar } from './experiments.steering-bar.js';
import { Annotations } from './experiments.tags.js';
import { directionWord, experimentTone, experimentWord } from './experiments.words.js';

export interface HeaderProps {
  readonly experiment: experiments.Experiment;
  readonly stopping: boolean;
  /** Why I may not stop it; null where I may. */
  readonly stopRefusal: string | null;
  readonly stop: () => void;
  readonly copyBest: () => void;
  readonly tensorboard: () => void;
  /** Copies the program that begins it once more, to be changed. */
  readonly copyWhole: () => void;
  readonly steering: Steering;
  readonly models: ModelsOf;
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

/** Of several metrics no trial is the best in all. */
const OnFront = ({ experiment }: Pick<HeaderProps, 'experiment'>): JSX.Element => {
  const words = useWords();
  const { front } = experiment;
  if (!front)
    return (
      <p className="hop-Quiet">
        {hasEnded(experiment)
          ? words.__('No trial was completed, so none is on the front.')
          : words.__('No trial is complete yet, so none is on the front.')}
      </p>
    );
  return (
    <div className="hop-Best">
      <div className="hop-Best-value">
        <strong>{words._n('%1 trial on the front', '%1 trials on the front', front)}</strong>
      </div>
      <p className="hop-Quiet">
        {words.__(
          'No trial is the best in all: choose one of these, and copy its hyperparameters where it is opened.'
        )}
      </p>
    </div>
  );
};

type BestProps = Pick<HeaderProps, 'experiment' | 'copyBest' | 'models'>;

const Best = ({ experiment, copyBest, models }: BestProps): JSX.Element => {
  const words = useWords();
  const { best, metric } = experiment;
  if (isSeveral(experiment)) return <OnFront experiment={experiment} />;
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
      <div className="hop-Best-acts">
        <Button onClick={copyBest}>{words.__('Copy hyperparameters')}</Button>
        <RegisterButton experiment={experiment} trial={best.number} {...models} />
      </div>
    </div>
  );
};

/** What the experiment is, how it stands, its best trial, and the way to stop it. */
export const ExperimentHeader = (props: HeaderProps): JSX.Element => {
  const words = useWords();
  const { experiment, stopping, stopRefusal, stop, copyBest, tensorboard, copyWhole, steering, models } =
    props;
  const ended = hasEnded(experiment);
  const state = stopping && !ended ? 'stopping' : experiment.state;
  return (
    <header className="hop-ExperimentHeader">
      <div className="hop-ExperimentHeader-title">
        <h2 title={experiment.name}>{experiment.name}</h2>
        <span role="status">
          <StateBadge tone={experimentTone[state]}>{experimentWord(state, words)}</StateBadge>
        </span>
        <div className="hop-Steering">
          <Button onClick={copyWhole}>{words.__('Copy search as code')}</Button>
          <Button onClick={tensorboard}>{words.__('TensorBoard')}</Button>
        </div>
        {!ended && (
          <SteeringBar
            experiment={experiment}
            stopping={state === 'stopping'}
            refusal={stopRefusal}
            stop={stop}
            steering={steering}
          />
        )}
      </div>
      {experiment.description && <p>{experiment.description}</p>}
      <Annotations experiment={experiment} steering={steering} />
      <dl className="hop-ExperimentHeader-facts">
        <Fact name={isSeveral(experiment) ? words.__('Metrics') : words.__('Metric')}>
          {experiment.objectives.map(({ metric, direction }, index) => (
            <span key={metric}>
              {index > 0 && ', '}
              {metric} <span className="hop-Quiet">({directionWord(direction, words)})</span>
            </span>
          ))}
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
      {experiment.waiting > 0 && (
        <p>
          {ended
            ? words._n(
                '%1 point that was picked by hand was not tried; it is tried first when the experiment is resumed.',
                '%1 points that were picked by hand were not tried; they are tried first when the experiment is resumed.',
                experiment.waiting
              )
            : words._n(
                '%1 point that was picked by hand is on its way to the notebook.',
                '%1 points that were picked by hand are on their way to the notebook.',
                experiment.waiting
              )}
        </p>
      )}
      <Best experiment={experiment} copyBest={copyBest} models={models} />
    </header>
  );
};
