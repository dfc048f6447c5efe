import { experiments as contract } from '@hopslab/schema';
import type { Tally } from './experiments.tally.js';

/** What is shown of an experiment, with what its trials make of it. */
export interface ExperimentRow extends Tally {
  readonly id: string;
  readonly ordinal: number;
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly state: contract.Experiment['state'];
  readonly reason: string | null;
  readonly metric: string;
  readonly direction: contract.Experiment['direction'];
  readonly also: readonly contract.Objective[];
  readonly front: number | null;
  readonly algorithm: string;
  readonly space: contract.Experiment['space'];
  readonly planned: number;
  readonly parallel: number;
  readonly pruner: string | null;
  readonly seed: number | null;
  readonly seconds: number | null;
  readonly gpu_hours: number | null;
  readonly tags: string[];
  readonly note: string;
  readonly waiting: number;
  readonly epoch: number;
  readonly created_by: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly presumed: boolean;
  readonly seq: number;
}

export interface TrialRow {
  readonly experiment: string;
  readonly number: number;
  readonly attempt: number;
  readonly state: contract.Trial['state'];
  readonly params: contract.Trial['params'];
  readonly value: number | null;
  readonly metrics: contract.Trial['metrics'];
  readonly front: boolean;
  readonly reason: string | null;
  readonly traceback: string | null;
  readonly executor: string | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly usage: Exclude<contract.Trial['usage'], undefined> | null;
  readonly picked: boolean;
  readonly stop_asked: boolean;
  readonly seq: number;
}

const none = Object.fromEntries(
  contract.trialStates.map(state => [state, 0])
) as contract.Experiment['trialCounts'];

/** Every metric, the first one first. */
export const objectivesOf = ({
  metric,
  direction,
  also
}: Pick<ExperimentRow, 'metric' | 'direction' | 'also'>): contract.Objective[] => [
  { metric, direction },
  ...also
];

export const experimentView = (row: ExperimentRow): contract.Experiment => ({
  id: row.id,
  name: row.name,
  description: row.description,
  state: row.state,
  ...(row.reason === null ? {} : { reason: row.reason }),
  metric: row.metric,
  direction: row.direction,
  objectives: objectivesOf(row),
  algorithm: row.algorithm,
  space: row.space,
  planned: row.planned,
  parallel: row.parallel,
  pruner: row.pruner,
  seed: row.seed,
  time: row.seconds,
  gpuHours: row.gpu_hours,
  tags: row.tags,
  note: row.note,
  waiting: row.waiting,
  epoch: row.epoch,
  best: row.best,
  front: row.front,
  trialCounts: { ...none, ...row.counts },
  createdBy: row.created_by,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null
});

export const trialView = (row: TrialRow): contract.Trial => ({
  number: row.number,
  attempt: row.attempt,
  state: row.state,
  params: row.params,
  value: row.value,
  metrics: row.metrics,
  ...(row.front ? { front: true as const } : {}),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.traceback === null ? {} : { traceback: row.traceback }),
  executor: row.executor,
  startedAt: row.started_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  ...(row.usage === null ? {} : { usage: row.usage }),
  ...(row.picked ? { picked: true as const } : {}),
  ...(row.stop_asked ? { stopAsked: true as const } : {})
});
