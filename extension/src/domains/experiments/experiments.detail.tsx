import { useMemo, useRef, useState, type JSX } from 'react';
import { ProblemNotice, useWords } from '../../ui/index.js';
import { metricAxis, paramAxes } from './experiments.axes.js';
import { useCalmed } from './experiments.calmed.js';
import { Charts } from './experiments.charts.js';
import type { ExperimentDetail } from './experiments.detail-model.js';
import { brushed, isFiltering, noFilter, ofInterest, type TrialFilter } from './experiments.filter.js';
import { FilterBar } from './experiments.filter-bar.js';
import { ExperimentHeader } from './experiments.header.js';
import type { IExperiments } from './experiments.tokens.js';
import { TrialDetails } from './experiments.trial-details.js';
import { TrialTable } from './experiments.trial-table.js';
import type { experiments } from '@hopslab/schema';

export interface DetailProps {
  readonly model: ExperimentDetail;
  readonly list: IExperiments;
  readonly stopRefusal: () => string | null;
  readonly stop: () => void;
  readonly copyBest: () => void;
  readonly copyTrial: (trial: experiments.Trial) => void;
  readonly settings: DetailSettings;
}

export interface DetailSettings {
  readonly chart: boolean;
  readonly bestFirst: boolean;
}

/** How often ten thousand trials are looked through, drawn and sorted again while they come in. */
const every = 200;

type TrialsProps = Pick<DetailProps, 'copyTrial' | 'settings'> & {
  readonly experiment: experiments.Experiment;
  readonly trials: readonly experiments.Trial[];
};

/** The trials: what is looked at of them, as a picture, as a table, and one of them. */
const Trials = ({ experiment, trials, copyTrial, settings }: TrialsProps): JSX.Element => {
  const [filter, setFilter] = useState<TrialFilter>(noFilter);
  const [opened, setOpened] = useState<{ readonly number: number; readonly by: 'key' | 'pointer' } | null>(
    null
  );
  const table = useRef<HTMLDivElement>(null);
  const { id, metric, space } = experiment;
  const measure = useMemo(() => metricAxis(metric, trials), [metric, trials]);
  // The space is another object with each event, and never another space.
  const axes = useMemo(() => [...paramAxes(space, trials), measure], [id, trials, measure]);
  const { state, text, brushes } = filter;
  const sought = useMemo(() => ofInterest(trials, { state, text }, metric), [trials, state, text, metric]);
  const left = useMemo(() => brushed(sought, brushes, axes), [sought, brushes, axes]);
  const trial = useMemo(() => trials.find(({ number }) => number === opened?.number), [trials, opened]);
  const close = (): void => {
    setOpened(null);
    table.current?.querySelector<HTMLElement>('[data-index][tabindex="0"]')?.focus({ preventScroll: true });
  };
  return (
    <>
      {trials.length > 0 && (
        <FilterBar
          filter={filter}
          onChange={setFilter}
          axes={axes}
          trials={trials}
          left={left.length}
          metric={metric}
        />
      )}
      {settings.chart && trials.length > 0 && (
        <Charts
          experiment={experiment}
          trials={sought}
          left={left}
          axes={axes}
          metric={measure}
          brushes={brushes}
          onBrush={(axis, stretches) => {
            setFilter(before => ({ ...before, brushes: { ...before.brushes, [axis]: stretches } }));
          }}
        />
      )}
      <div className="hop-TrialsAndOne" ref={table}>
        <TrialTable
          experiment={experiment}
          trials={left}
          bestFirst={settings.bestFirst}
          filtered={isFiltering(filter)}
          opened={opened?.number ?? null}
          onOpen={(number, by) => {
            setOpened({ number, by });
          }}
        />
        {trial && (
          <TrialDetails
            experiment={experiment}
            trial={trial}
            focused={opened?.by === 'key'}
            close={close}
            copy={() => {
              copyTrial(trial);
            }}
          />
        )}
      </div>
    </>
  );
};

/** The tab of one experiment. */
export const ExperimentView = (props: DetailProps): JSX.Element => {
  const { model, list, stopRefusal, stop, copyBest, copyTrial, settings } = props;
  const words = useWords();
  const trials = useCalmed(model.trials, every);
  const { experiment } = model;
  if (!experiment)
    return model.loading === 'failed' ? (
      <div className="hop-ExperimentView">
        <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />
      </div>
    ) : (
      <p className="hop-Section-note">{words.__('Loading…')}</p>
    );
  return (
    <div className="hop-ExperimentView">
      <ExperimentHeader
        experiment={experiment}
        stopping={list.isStopping(experiment.id)}
        stopRefusal={stopRefusal()}
        stop={stop}
        copyBest={copyBest}
      />
      {model.problem && <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />}
      <Trials experiment={experiment} trials={trials} copyTrial={copyTrial} settings={settings} />
    </div>
  );
};
