import { problem, type ProblemError } from '../../platform/problem.js';
import type { ExperimentRow } from './experiments.views.js';

export const unknown = (project: string, id: string): ProblemError =>
  problem('experiment.unknown', `There is no experiment ${id} in ${project}.`);

export const ended = ({ name, state }: ExperimentRow): ProblemError =>
  problem(
    'experiment.ended',
    `The experiment ${name} is ${state}; nothing can be added to it. Resume it or begin a new one.`
  );

/** Said to people who pause it, or have it go on. */
export const over = ({ name, state }: ExperimentRow, order: 'pause' | 'continue'): ProblemError =>
  problem(
    'experiment.ended',
    order === 'pause'
      ? `The experiment ${name} is ${state}; there is nothing to pause.`
      : `The experiment ${name} is ${state} and cannot go on from a pause. Resume it or begin a new one.`
  );

export const beingStopped = ({ name }: ExperimentRow): ProblemError =>
  problem(
    'experiment.stopping',
    `The experiment ${name} is being stopped; it begins nothing any more. Resume it once it has ended.`
  );

export const queueFull = ({ name, waiting }: ExperimentRow): ProblemError =>
  problem(
    'experiment.queue-full',
    `${waiting} points wait in ${name} and no more fit; wait until some of them were tried.`
  );

export const unknownTrial = ({ name }: ExperimentRow, number: number): ProblemError =>
  problem('trial.unknown', `There is no trial ${number} in ${name}; it may not have begun yet.`);

/** Said to a driver that is not the experiment's any more. */
export const resumedElsewhere = ({ name, epoch }: ExperimentRow): ProblemError =>
  problem(
    'experiment.resumed',
    `The experiment ${name} was resumed elsewhere (as its driver number ${epoch}); nothing more is taken from this one.`
  );

export const stillRunning = ({ name }: ExperimentRow): ProblemError =>
  problem(
    'experiment.running',
    `The experiment ${name} still runs, its notebook was heard just now. Stop it first, or wait for it to end.`
  );
