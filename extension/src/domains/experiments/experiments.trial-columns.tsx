import type { experiments } from '@hopslab/schema';
import type { JSX } from 'react';
import {
  Elapsed,
  formatNumber,
  formatTook,
  StateBadge,
  type Column,
  type Translate
} from '../../ui/index.js';
import { isSeveral, measured } from './experiments.objectives.js';
import { trialTone, trialWord } from './experiments.words.js';

type Trial = experiments.Trial;
type Value = Trial['params'][string] | undefined;

export const valueText = (value: Value): string => {
  if (value === undefined) return '';
  return typeof value === 'number' ? formatNumber(value) : String(value);
};

const sortable = (value: Value): string | number | null =>
  value === undefined || value === null ? null : typeof value === 'boolean' ? Number(value) : value;

const milliseconds = ({ startedAt, endedAt }: Trial): number | null =>
  startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);

export const TrialDuration = ({ trial }: { trial: Trial }): JSX.Element => {
  const took = milliseconds(trial);
  if (took !== null) return <>{formatTook(took)}</>;
  return trial.startedAt !== null && trial.state === 'running' ? <Elapsed since={trial.startedAt} /> : <></>;
};

const frontColumn = (words: Translate): Column<Trial> => ({
  id: 'front',
  title: words.__('Front'),
  width: '6em',
  cell: ({ front }) =>
    front ? (
      <span title={words.__('No other trial is as good in every metric and better in one.')}>
        <span aria-hidden="true">◆ </span>
        {words.__('yes')}
      </span>
    ) : (
      ''
    ),
  sortBy: ({ front }) => (front ? 1 : null)
});

/** The columns of the table of trials; `bestNumber` is told from the others. */
export const trialColumns = (
  experiment: Pick<experiments.Experiment, 'space' | 'metric' | 'objectives'>,
  bestNumber: number | undefined,
  words: Translate
): Column<Trial>[] => {
  const { space, metric, objectives } = experiment;
  return [
    {
      id: 'number',
      title: words.__('Trial'),
      width: '6em',
      align: 'end',
      cell: ({ number }) => number,
      sortBy: ({ number }) => number
    },
    {
      id: 'state',
      title: words.__('State'),
      width: '7.5em',
      cell: ({ state }) => <StateBadge tone={trialTone[state]}>{trialWord(state, words)}</StateBadge>,
      sortBy: ({ state }) => state
    },
    {
      id: 'value',
      title: metric,
      width: 'minmax(8em, 1fr)',
      align: 'end',
      cell: trial => {
        if (trial.value === null) return '';
        const text = formatNumber(trial.value);
        return trial.number === bestNumber ? <strong title={words.__('The best')}>{text}</strong> : text;
      },
      sortBy: trial => trial.value
    },
    ...objectives.slice(1).map((one): Column<Trial> => ({
      id: `metric:${one.metric}`,
      title: one.metric,
      width: 'minmax(8em, 1fr)',
      align: 'end',
      cell: trial => {
        const value = measured(trial, one.metric);
        return value === null ? '' : formatNumber(value);
      },
      sortBy: trial => measured(trial, one.metric)
    })),
    ...(isSeveral(experiment) ? [frontColumn(words)] : []),
    ...Object.keys(space).map((name): Column<Trial> => ({
      id: `param:${name}`,
      title: name,
      width: 'minmax(8em, 1fr)',
      align: space[name]?.kind === 'choice' ? 'start' : 'end',
      cell: ({ params }) => valueText(params[name]),
      sortBy: ({ params }) => sortable(params[name])
    })),
    {
      id: 'duration',
      title: words.__('Duration'),
      width: '7em',
      align: 'end',
      cell: trial => <TrialDuration trial={trial} />,
      sortBy: milliseconds
    },
    {
      id: 'reason',
      title: words.__('Reason'),
      width: 'minmax(12em, 3fr)',
      cell: ({ reason }) => <span title={reason}>{reason}</span>,
      sortBy: ({ reason }) => reason ?? null
    }
  ];
};
