import type { experiments } from '@hopslab/schema';
import type { JSX, ReactNode } from 'react';
import { Button, formatNumber, StateBadge, useWords } from '../../ui/index.js';
import { compareTrials, type Compared } from './experiments.compare.js';
import { TrialDuration, valueText } from './experiments.trial-columns.js';
import { trialTone, trialWord } from './experiments.words.js';

interface Props {
  readonly experiment: experiments.Experiment;
  readonly trials: readonly experiments.Trial[];
  readonly close: () => void;
}

/** Where the comparison is, for what leads there. */
export const comparisonId = (experiment: string): string => `hopslab-compared-${experiment}`;

const Line = ({ name, children }: { name: ReactNode; children: ReactNode }): JSX.Element => (
  <tr>
    <th scope="row">{name}</th>
    {children}
  </tr>
);

const Lines = ({ lines }: { lines: readonly Compared[] }): JSX.Element => {
  const words = useWords();
  return (
    <>
      {lines.map(({ name, values, differ }) => (
        <Line
          key={name}
          name={
            <>
              {name} {differ && <span className="hop-Comparison-differs">{words.__('differs')}</span>}
            </>
          }
        >
          {values.map((value, n) => (
            <td key={n} className={differ ? 'hop-mod-differs' : undefined}>
              {value === undefined ? <span className="hop-Quiet">{words.__('none')}</span> : valueText(value)}
            </td>
          ))}
        </Line>
      ))}
    </>
  );
};

/** The trials that were ticked, side by side. */
export const Comparison = ({ experiment, trials, close }: Props): JSX.Element => {
  const words = useWords();
  const { params, metrics } = compareTrials(trials);
  return (
    <section className="hop-Comparison" aria-label={words.__('Compared trials')}>
      <div className="hop-TrialDetails-title">
        <h3 id={comparisonId(experiment.id)} tabIndex={-1}>
          {words._n('%1 trial to compare', '%1 trials compared', trials.length)}
        </h3>
        <Button look="bare" icon="cross" iconOnly onClick={close}>
          {words.__('Compare no trials')}
        </Button>
      </div>
      {trials.length < 2 ? (
        <p className="hop-Section-note">{words.__('Tick another one to see them side by side.')}</p>
      ) : (
        // Scrolled by keyboard too, so it has to be reachable.
        <div className="hop-Comparison-scroll" tabIndex={0} role="group" aria-label={words.__('Comparison')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.__('Trial')}</th>
                {trials.map(({ number }) => (
                  <th key={number} scope="col">
                    {number}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <Line name={words.__('State')}>
                {trials.map(({ number, state }) => (
                  <td key={number}>
                    <StateBadge tone={trialTone[state]}>{trialWord(state, words)}</StateBadge>
                  </td>
                ))}
              </Line>
              <Line name={experiment.metric}>
                {trials.map(({ number, value }) => (
                  <td key={number}>
                    {value === null ? '–' : formatNumber(value)}
                    {number === experiment.best?.number && <strong> {words.__('the best')}</strong>}
                  </td>
                ))}
              </Line>
              <Line name={words.__('Duration')}>
                {trials.map(trial => (
                  <td key={trial.number}>
                    <TrialDuration trial={trial} />
                  </td>
                ))}
              </Line>
              <Lines lines={params} />
              <Lines lines={metrics.filter(({ name }) => name !== experiment.metric)} />
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};
