import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { ProblemNotice, TrialsChart, useWords } from '../../ui/index.js';
import type { ExperimentDetail } from './experiments.detail-model.js';
import { ExperimentHeader } from './experiments.header.js';
import { thin } from './experiments.thin.js';
import type { IExperiments } from './experiments.tokens.js';
import { TrialTable } from './experiments.trial-table.js';

export interface DetailProps {
  readonly model: ExperimentDetail;
  readonly list: IExperiments;
  readonly stopRefusal: () => string | null;
  readonly stop: () => void;
  readonly copyBest: () => void;
  readonly settings: DetailSettings;
}

export interface DetailSettings {
  readonly chart: boolean;
  readonly bestFirst: boolean;
}

const mostPoints = 1500;
const drawEvery = 250;

/** The latest value, but a new one at most every quarter of a second: a chart is dear to draw. */
const useCalmed = <T,>(value: T): T => {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  latest.current = value;
  useEffect(() => {
    if (shown === value || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      setShown(latest.current);
    }, drawEvery);
  }, [shown, value]);
  useEffect(
    () => () => {
      clearTimeout(timer.current ?? undefined);
    },
    []
  );
  return shown;
};

/** The tab of one experiment. */
export const ExperimentView = (props: DetailProps): JSX.Element => {
  const { model, list, stopRefusal, stop, copyBest, settings } = props;
  const words = useWords();
  const points = useCalmed(model.points);
  const drawn = useMemo(() => thin(points, mostPoints), [points]);
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
      {settings.chart && points.length > 0 && (
        <TrialsChart
          points={drawn}
          metric={experiment.metric}
          direction={experiment.direction}
          fileName={experiment.name}
        />
      )}
      <TrialTable experiment={experiment} trials={model.trials} bestFirst={settings.bestFirst} />
    </div>
  );
};
