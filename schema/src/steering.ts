import { z } from 'zod';
import { inProject } from './access.js';
import { Id, Name, Text, Time } from './common.js';
import { endpoint, json } from './endpoint.js';
import { Experiment, experimentVersion, ExperimentParams, Params, Tags, Trial } from './experiments.js';

/** Hyperparameters that somebody picked by hand and that are to be tried. */
export const Point = z
  .strictObject({ id: Id, params: Params, askedBy: Name, askedAt: Time })
  .meta({ id: 'Point' });
export type Point = z.infer<typeof Point>;

export const pauseExperiment = endpoint({
  id: 'pauseExperiment',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/pause',
  summary: 'Begin no new trial until it is continued; those that run go on to their end',
  access: inProject('experiment.stop'),
  params: ExperimentParams,
  reply: json(Experiment, 202),
  problems: ['experiment.unknown', 'experiment.ended', 'experiment.stopping']
});

export const continueExperiment = endpoint({
  id: 'continueExperiment',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/continue',
  summary: 'Begin new trials again after a pause',
  access: inProject('experiment.run'),
  params: ExperimentParams,
  reply: json(Experiment, 202),
  problems: ['experiment.unknown', 'experiment.ended', 'experiment.stopping']
});

export const stopTrial = endpoint({
  id: 'stopTrial',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/trials/{n}/stop',
  summary: 'Ask for the stop of one trial; one that has ended stays as it is',
  access: inProject('experiment.stop'),
  params: ExperimentParams.extend({ n: z.coerce.number().int().min(0).max(1_000_000) }),
  reply: json(Trial, 202),
  problems: ['experiment.unknown', 'trial.unknown']
});

export const enqueueTrial = endpoint({
  id: 'enqueueTrial',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/trials',
  summary: 'Have a point tried next that was picked by hand, in addition to the planned trials',
  access: inProject('experiment.run'),
  params: ExperimentParams,
  body: z.strictObject({ params: Params }),
  reply: json(Point, 202),
  problems: ['experiment.unknown', 'experiment.ended', 'experiment.stopping', 'experiment.queue-full'],
  idempotent: true
});

export const annotateExperiment = endpoint({
  id: 'annotateExperiment',
  method: 'PATCH',
  path: '/projects/{p}/experiments/{id}',
  summary: 'Change the tags or the note of an experiment',
  access: inProject('experiment.annotate'),
  params: ExperimentParams,
  body: z.strictObject({ tags: Tags.optional(), note: Text.optional() }),
  reply: json(Experiment),
  problems: ['experiment.unknown'],
  version: experimentVersion
});
