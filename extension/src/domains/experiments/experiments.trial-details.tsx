import type { experiments } from '@hopslab/schema';
import { useEffect, useRef, type JSX } from 'react';
import {
  Button,
  formatBytes,
  formatNumber,
  formatTime,
  formatTook,
  StateBadge,
  useWords,
  type Translate
} from '../../ui/index.js';
import type { Curves } from './experiments.curves.js';
import { GpuFacts } from './experiments.gpu-facts.js';
import { RegisterButton, type ModelsOf } from './experiments.register-dialog.js';
import { OwnCurve } from './experiments.learning-curves.js';
import { isSeveral } from './experiments.objectives.js';
import { TrialDuration, valueText } from './experiments.trial-columns.js';
import { StopTrial } from './experiments.stop-trial.js';
import { trialTone, trialWord } from './experiments.words.js';

type Trial = experiments.Trial;

interface Props {
  readonly experiment: experiments.Experiment;
  readonly trial: Trial;
  readonly curves: Curves;
  /** Whether it gets the focus as it opens. */
  readonly focused: boolean;
  readonly close: () => void;
  readonly copy: () => void;
  readonly tensorboard: () => void;
  /** Opens what it has printed. */
  readonly log: () => void;
  /** Why I may not stop it; null where I may. */
  readonly stopRefusal: string | null;
  readonly stop: () => Promise<void>;
  readonly models: ModelsOf;
}

/** What became of it and why, as a sentence. */
const outcome = (experiment: experiments.Experiment, trial: Trial, words: Translate): string => {
  const { metric, best } = experiment;
  const { state, value, reason = '', number } = trial;
  const why = reason === '' ? '' : `: ${reason.replace(/\.$/, '')}`;
  switch (state) {
    case 'queued':
      return words.__('It waits for an executor that is free.');
    case 'running':
      return words.__('It runs now.');
    case 'complete':
      if (value === null) return words.__('It is complete.');
      if (isSeveral(experiment))
        return trial.front
          ? words.__(
              'It is complete and on the front: no other trial is as good in every metric and better in one.'
            )
          : words.__('It is complete; another trial is as good in every metric and better in one.');
      return number === best?.number
        ? words.__('It is complete with the best %1 of all, %2.', metric, formatNumber(value))
        : words.__('It is complete with %1 %2.', metric, formatNumber(value));
    case 'pruned':
      return words.__('It was ended early as it did not look promising%1.', why);
    case 'failed':
      return words.__('It failed%1.', why);
    case 'stopped':
      return words.__('It was stopped before its end%1.', why);
  }
};

const Pairs = ({ title, pairs }: { title: string; pairs: readonly (readonly [string, string])[] }) =>
  pairs.length === 0 ? null : (
    <>
      <h4>{title}</h4>
      <dl className="hop-Facts">
        {pairs.map(([name, value]) => (
          <div key={name} className="hop-Facts-pair">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );

/** All that is known of one trial. */
export const TrialDetails = (props: Props): JSX.Element => {
  const { experiment, trial, curves, focused, close, copy, tensorboard, log, stopRefusal, stop } = props;
  const words = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  const { number, attempt, state, params, metrics, traceback, startedAt, executor, usage } = trial;
  useEffect(() => {
    if (focused) title.current?.focus();
  }, [number, focused]);
  const unbegun = state === 'queued' ? words.__('It has not begun, so there is nothing to show.') : null;
  const absent = Object.keys(experiment.space).filter(name => !(name in params));
  return (
    <section
      className="hop-TrialDetails"
      aria-label={words.__('Trial %1', number)}
      onKeyDown={event => {
        // One pressed in a dialog is the dialog’s.
        if (event.key !== 'Escape' || (event.target as Element).closest('dialog')) return;
        event.stopPropagation();
        close();
      }}
    >
      <div className="hop-TrialDetails-title">
        <h3 ref={title} tabIndex={-1}>
          {words.__('Trial %1', number)}
        </h3>
        <StateBadge tone={trialTone[state]}>{trialWord(state, words)}</StateBadge>
        <Button look="bare" icon="cross" iconOnly onClick={close}>
          {words.__('Close trial %1', number)}
        </Button>
      </div>
      <div className="hop-TrialDetails-body">
        <p>
          {outcome(experiment, trial, words)}
          {trial.picked && ` ${words.__('Somebody picked it by hand.')}`}
        </p>
        <StopTrial key={number} trial={trial} refusal={stopRefusal} stop={stop} />
        <dl className="hop-ExperimentHeader-facts">
          <div className="hop-Fact">
            <dt>{words.__('Started')}</dt>
            <dd>{startedAt === null ? words.__('not yet') : formatTime(startedAt)}</dd>
          </div>
          <div className="hop-Fact">
            <dt>{words.__('Duration')}</dt>
            <dd>{startedAt === null ? '–' : <TrialDuration trial={trial} />}</dd>
          </div>
          <div className="hop-Fact">
            <dt>{words.__('Executor')}</dt>
            <dd>{executor ?? '–'}</dd>
          </div>
          <div className="hop-Fact">
            <dt>{words.__('Attempt')}</dt>
            <dd>{attempt}</dd>
          </div>
          {usage && (
            <>
              <div className="hop-Fact">
                <dt>{words.__('Processor time')}</dt>
                <dd>{formatTook(usage.cpuSeconds * 1000)}</dd>
              </div>
              <div className="hop-Fact">
                <dt>{words.__('Memory at most')}</dt>
                <dd>{formatBytes(usage.peakMemory)}</dd>
              </div>
              {usage.gpu && <GpuFacts gpu={usage.gpu} />}
            </>
          )}
        </dl>
        <Pairs
          title={words.__('Hyperparameters')}
          pairs={[
            ...Object.entries(params).map(([name, value]) => [name, valueText(value)] as const),
            ...absent.map(name => [name, words.__('none: not used with the others')] as const)
          ]}
        />
        <div className="hop-TrialDetails-acts">
          <Button onClick={copy}>{words.__('Copy hyperparameters as code')}</Button>
          <Button disabledReason={unbegun} onClick={tensorboard}>
            {words.__('Open in TensorBoard')}
          </Button>
          <Button disabledReason={unbegun} onClick={log}>
            {words.__('What it printed')}
          </Button>
          <RegisterButton
            experiment={experiment}
            trial={number}
            {...props.models}
            disabledReason={
              state === 'complete' ? null : words.__('Only a trial that is complete leaves a model.')
            }
          />
        </div>
        <Pairs
          title={words.__('Metrics')}
          pairs={Object.entries(metrics).map(([name, value]) => [name, formatNumber(value)] as const)}
        />
        <OwnCurve key={number} experiment={experiment} trial={trial} curves={curves} />
        {traceback !== undefined && (
          <section className="hop-Traceback" aria-label={words.__('Traceback of trial %1', number)}>
            <h4>{words.__('Traceback')}</h4>
            {/* Scrolled by keyboard too, so it has to be reachable. */}
            <pre tabIndex={0}>{traceback}</pre>
          </section>
        )}
      </div>
    </section>
  );
};
