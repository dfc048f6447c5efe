import { useMemo, useRef, useState, type JSX } from 'react';
import { Button, ProblemNotice, useWords } from '../../ui/index.js';
import { metricAxes, paramAxes } from './experiments.axes.js';
import { useCalmed } from './experiments.calmed.js';
import { Charts } from './experiments.charts.js';
import { Comparison, comparisonId } from './experiments.comparison.js';
import type { Curves } from './experiments.curves.js';
import type { ExperimentDetail } from './experiments.detail-model.js';
import { brushed, isFiltering, noFilter, ofInterest, type TrialFilter } from './experiments.filter.js';
import { FilterBar } from './experiments.filter-bar.js';
import { CameOf } from './experiments.came-of.js';
import { ExperimentHeader } from './experiments.header.js';
import { HowMade, type ProvenanceProps } from './experiments.provenance-view.js';
import type { ModelsOf } from './experiments.register-dialog.js';
import type { Registering } from './experiments.register.js';
import type { Steering } from './experiments.steering.js';
import type { IModels } from '../models/models.tokens.js';
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
  readonly copyWhole: () => void;
  readonly steering: Steering;
  /** Why I may not carry the trials out; null where I may. */
  readonly saveRefusal: () => string | null;
  readonly saveTrials: (trials: readonly experiments.Trial[]) => void;
  /** These trials in TensorBoard, or all of them. */
  readonly tensorboard: (trials?: readonly experiments.Trial[]) => void;
  readonly log: (trial: experiments.Trial) => void;
  readonly settings: DetailSettings;
  readonly registered: IModels | null;
  readonly openModel: (name: string) => void;
  readonly registering: Registering;
  readonly howMade: ProvenanceProps;
}

export interface DetailSettings {
  readonly chart: boolean;
  readonly bestFirst: boolean;
}

/** How often ten thousand trials are looked through, drawn and sorted again while they come in. */
const every = 200;
/** As many as stand side by side. */
const mostCompared = 8;

type TrialsProps = Pick<
  DetailProps,
  'copyTrial' | 'stopRefusal' | 'steering' | 'saveRefusal' | 'saveTrials' | 'tensorboard' | 'log' | 'settings'
> & {
  readonly experiment: experiments.Experiment;
  readonly trials: readonly experiments.Trial[];
  readonly curves: Curves;
  readonly models: ModelsOf;
};

/** The trials: what is looked at of them, as a picture, as a table, and one of them. */
const Trials = (props: TrialsProps): JSX.Element => {
  const { experiment, trials, curves, copyTrial, saveRefusal, saveTrials, tensorboard, settings } = props;
  const { stopRefusal, steering } = props;
  const words = useWords();
  const [filter, setFilter] = useState<TrialFilter>(noFilter);
  const [opened, setOpened] = useState<{ readonly number: number; readonly by: 'key' | 'pointer' } | null>(
    null
  );
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const table = useRef<HTMLDivElement>(null);
  const { id, metric, space, objectives } = experiment;
  // They and the space are other objects with each event, and never other ones.
  const metrics = useMemo(() => metricAxes(objectives, trials), [id, trials]);
  const axes = useMemo(() => [...paramAxes(space, trials), ...metrics], [id, trials, metrics]);
  const { state, text, brushes } = filter;
  const sought = useMemo(() => ofInterest(trials, { state, text }, metric), [trials, state, text, metric]);
  const left = useMemo(() => brushed(sought, brushes, axes), [sought, brushes, axes]);
  const trial = useMemo(() => trials.find(({ number }) => number === opened?.number), [trials, opened]);
  const compared = useMemo(() => trials.filter(({ number }) => ticked.has(number)), [trials, ticked]);
  const chosen = compared.length > 0 ? compared : isFiltering(filter) ? left : [];
  const tick = (number: number): void => {
    setTicked(before =>
      before.has(number)
        ? new Set([...before].filter(other => other !== number))
        : // The one ticked first makes room.
          new Set([...[...before].slice(-(mostCompared - 1)), number])
    );
  };
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
        >
          <Button
            icon="save"
            disabledReason={saveRefusal()}
            onClick={() => {
              saveTrials(left);
            }}
          >
            {words.__('Save as CSV')}
          </Button>
          {chosen.length > 0 && (
            <Button
              onClick={() => {
                tensorboard(chosen);
              }}
            >
              {words._n('%1 trial in TensorBoard', '%1 trials in TensorBoard', chosen.length)}
            </Button>
          )}
          {compared.length > 1 && (
            <Button
              icon="down"
              onClick={() => {
                document.getElementById(comparisonId(id))?.focus();
              }}
            >
              {words.__('Compare %1 trials', compared.length)}
            </Button>
          )}
        </FilterBar>
      )}
      {settings.chart && trials.length > 0 && (
        <Charts
          experiment={experiment}
          trials={sought}
          left={left}
          axes={axes}
          metrics={metrics}
          curves={curves}
          brushes={brushes}
          onBrush={(axis, stretches) => {
            setFilter(before => ({ ...before, brushes: { ...before.brushes, [axis]: stretches } }));
          }}
          opened={opened?.number ?? null}
          onOpen={number => {
            setOpened({ number, by: 'pointer' });
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
          ticked={ticked}
          onTick={tick}
          onOpen={(number, by) => {
            setOpened({ number, by });
          }}
        />
        {trial && (
          <TrialDetails
            experiment={experiment}
            trial={trial}
            curves={curves}
            focused={opened?.by === 'key'}
            close={close}
            stopRefusal={stopRefusal()}
            stop={() => steering.stopTrial(trial.number)}
            copy={() => {
              copyTrial(trial);
            }}
            tensorboard={() => {
              tensorboard([trial]);
            }}
            log={() => {
              props.log(trial);
            }}
            models={props.models}
          />
        )}
      </div>
      {compared.length > 0 && (
        <Comparison
          experiment={experiment}
          trials={compared}
          close={() => {
            setTicked(new Set());
          }}
        />
      )}
    </>
  );
};

/** The tab of one experiment. */
export const ExperimentView = (props: DetailProps): JSX.Element => {
  const { model, list, stopRefusal, stop, copyBest, copyTrial, saveRefusal, saveTrials, settings } = props;
  const { tensorboard } = props;
  const { copyWhole, steering, registered, openModel } = props;
  const words = useWords();
  const trials = useCalmed(model.trials, every);
  const { experiment } = model;
  const models = { registering: props.registering, known: registered?.state ?? null };
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
        tensorboard={() => {
          tensorboard();
        }}
        copyWhole={copyWhole}
        steering={steering}
        models={models}
      />
      {registered && <CameOf experiment={experiment.id} models={registered} open={openModel} />}
      {model.problem && <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />}
      <Trials
        experiment={experiment}
        trials={trials}
        curves={model.curves}
        copyTrial={copyTrial}
        stopRefusal={stopRefusal}
        steering={steering}
        saveRefusal={saveRefusal}
        saveTrials={saveTrials}
        tensorboard={tensorboard}
        log={props.log}
        models={models}
        settings={settings}
      />
      <HowMade {...props.howMade} />
    </div>
  );
};
