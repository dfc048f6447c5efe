import type { experiments } from '@hopslab/schema';

type Experiment = experiments.Experiment;
type Trial = experiments.Trial;

const trialStage: Readonly<Record<Trial['state'], number>> = {
  queued: 0,
  running: 1,
  complete: 2,
  pruned: 2,
  failed: 2,
  stopped: 2
};

const stage: Readonly<Record<Experiment['state'], number>> = {
  running: 0,
  paused: 0,
  draining: 1,
  stopping: 1,
  complete: 2,
  stopped: 2,
  failed: 2
};

export const hasEnded = ({ state }: Pick<Experiment, 'state'>): boolean => stage[state] === 2;

/** Trials that have ended, however they did. */
export const endedTrials = ({ trialCounts }: Pick<Experiment, 'trialCounts'>): number =>
  trialCounts.complete + trialCounts.pruned + trialCounts.failed + trialCounts.stopped;

const begun = ({ startedAt }: Trial): number => (startedAt === null ? 0 : Date.parse(startedAt));

/**
 * Whether what has just come in is at least as new as what is known. Lists and events overtake each other and carry
 * no version: a later attempt began later, and within one attempt things only go forward.
 */
export const trialSupersedes = (next: Trial, known: Trial): boolean =>
  begun(next) === begun(known)
    ? trialStage[next.state] >= trialStage[known.state]
    : begun(next) > begun(known);

/** The same for experiments: each driver is the next, its states go forward, and the number of ended trials grows. */
export const experimentSupersedes = (next: Experiment, known: Experiment): boolean => {
  if (next.epoch !== known.epoch) return next.epoch > known.epoch;
  return stage[next.state] === stage[known.state]
    ? endedTrials(next) >= endedTrials(known)
    : stage[next.state] > stage[known.state];
};
