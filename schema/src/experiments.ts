import { z } from 'zod';
import { inProject } from './access.js';
import { Id, list, Name, Page, ProjectParams, Text, Time } from './common.js';
import { endpoint, json } from './endpoint.js';

const Finite = z.number();
const ParamName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a Python identifier')
  .max(100);
const Scalar = z.union([z.string().max(1000), Finite, z.boolean(), z.null()]);

/** Only trials where the dimension `name` has one of the values `in` are given this one; all of them have to hold. */
const when = z
  .array(z.strictObject({ name: ParamName, in: z.array(Scalar).min(1).max(1000) }))
  .max(20)
  .optional();
const positive = { low: Finite.positive(), high: Finite.positive() };

/** One dimension of a search space. */
export const Dimension = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('uniform'), low: Finite, high: Finite, when }),
    z.strictObject({ kind: z.literal('loguniform'), ...positive, when }),
    z.strictObject({ kind: z.literal('quniform'), low: Finite, high: Finite, step: Finite.positive(), when }),
    z.strictObject({ kind: z.literal('qloguniform'), ...positive, step: Finite.positive(), when }),
    z.strictObject({
      kind: z.literal('randint'),
      low: z.int(),
      high: z.int(),
      step: z.int().positive().optional(),
      when
    }),
    z.strictObject({ kind: z.literal('choice'), options: z.array(Scalar).min(1).max(1000), when })
  ])
  .meta({ id: 'Dimension' });
export type Dimension = z.infer<typeof Dimension>;

/**
 * `paused`: nothing new is begun, what runs goes on. `draining`: it stops once what runs has ended. `stopping`: what
 * runs is being stopped. The last three are ends.
 */
export const experimentStates = [
  'running',
  'paused',
  'draining',
  'stopping',
  'complete',
  'stopped',
  'failed'
] as const;
export const trialStates = ['queued', 'running', 'complete', 'pruned', 'failed', 'stopped'] as const;
export const TrialState = z.enum(trialStates);
export const Direction = z.enum(['maximize', 'minimize']);

/** A metric, and whether more or less of it is better. */
export const Objective = z.strictObject({ metric: z.string().min(1).max(200), direction: Direction });
export type Objective = z.infer<typeof Objective>;

/** With more of them nearly no trial is better than another in all. */
export const mostObjectives = 4;

export const Params = z.record(ParamName, Scalar);

/** A word or two by which experiments are found. */
export const Tag = z
  .string()
  .min(1)
  .max(40, 'at most 40 characters')
  .refine(tag => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp},]/u.test(tag), 'no commas, line breaks or invisible characters')
  .refine(tag => tag === tag.trim(), 'no spaces around it');
export const Tags = z.array(Tag).max(20, 'at most 20 tags');

/** What people set beside the space, kept so that whoever resumes it goes on in the same way. */
const SearchSettings = {
  /** By name, with options such as `median:warmup=3`; null without one, or with one that has no name. */
  pruner: z.string().min(1).max(200).nullable(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .nullable(),
  /** Seconds after which nothing new is begun; null without an end. */
  time: Finite.positive().max(1e9).nullable(),
  gpuHours: Finite.positive().max(1e9).nullable()
};

/** What lists and streams show many of has to be small: the most that one of them may have, as JSON. */
const small = <S extends z.ZodType>(schema: S, kibibytes: number): S =>
  schema.refine(
    value => JSON.stringify(value).length <= kibibytes * 1024,
    `larger than ${kibibytes} KiB as JSON`
  );

/**
 * What an attempt at a trial took of its machine, as its worker measured it; memory in bytes, at most at once. Of the
 * GPUs that it saw, whoever else used them: how many, how busy in percent (not told of parts of a GPU), memory in all.
 */
const Usage = z.strictObject({
  cpuSeconds: Finite.min(0).max(1e12),
  peakMemory: z.int().min(0),
  gpu: z
    .strictObject({
      count: z.int().min(1).max(1000),
      busy: Finite.min(0).max(100).optional(),
      peakMemory: z.int().min(0)
    })
    .optional()
});

export const Trial = z
  .strictObject({
    number: z.int().min(0),
    /** Counted from 1: one that is run again is the next. */
    attempt: z.int().min(1),
    state: TrialState,
    params: Params,
    /** The (first) metric, when the trial is complete. */
    value: Finite.nullable(),
    metrics: z.record(z.string().max(200), Finite),
    /** Of several metrics: no other trial is as good in all of them and better in one. */
    front: z.literal(true).optional(),
    /** Why it failed or was stopped: one line. */
    reason: z.string().optional(),
    traceback: z.string().optional(),
    executor: z.string().nullable(),
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    usage: Usage.optional(),
    /** Somebody picked its hyperparameters by hand. */
    picked: z.literal(true).optional(),
    /** Somebody asked for its stop; it is not run again. */
    stopAsked: z.literal(true).optional()
  })
  .meta({ id: 'Trial' });
export type Trial = z.infer<typeof Trial>;

export const Experiment = z
  .strictObject({
    id: Id,
    name: z.string(),
    description: z.string(),
    state: z.enum(experimentStates),
    reason: z.string().optional(),
    metric: z.string(),
    direction: Direction,
    /** Every metric that it is about, the one above first; of several no trial is the best. */
    objectives: z.array(Objective).min(1).max(mostObjectives),
    algorithm: z.string(),
    space: z.record(ParamName, Dimension),
    planned: z.int(),
    parallel: z.int(),
    ...SearchSettings,
    tags: z.array(z.string()),
    note: z.string(),
    /** Points that were picked by hand and no driver has taken yet. */
    waiting: z.int().min(0),
    /** Which of its drivers it listens to, counted from 1: each that resumes it is the next. */
    epoch: z.int().min(1),
    best: z.strictObject({ number: z.int(), value: Finite, params: Params }).nullable(),
    /** Of several metrics how many trials are on the front; null where there is one. */
    front: z.int().min(0).nullable(),
    trialCounts: z.record(TrialState, z.int()),
    createdBy: Name,
    startedAt: Time,
    endedAt: Time.nullable()
  })
  .meta({ id: 'Experiment' });
export type Experiment = z.infer<typeof Experiment>;

/** What people write about an experiment; what its driver does to it is not theirs to compare. */
export const experimentVersion = ({ tags, note }: Experiment): unknown => ({ tags, note });

/** The most points that are kept of a trial. */
export const mostPoints = 128;

/** A value on the way: the attempt's `index`-th, counted from 0. */
const Point = z.strictObject({
  index: z.int().min(0).max(2_000_000_000),
  step: z.int().min(0),
  value: Finite
});

/** The values of one trial on the way, thinned evenly where there were more than are kept. */
export const Curve = z
  .strictObject({
    number: z.int().min(0),
    attempt: z.int().min(1),
    steps: z.array(z.int().min(0)),
    values: z.array(Finite)
  })
  .meta({ id: 'Curve' });
export type Curve = z.infer<typeof Curve>;

/** Of a driver that is not the experiment's any more nothing is taken. */
const Epoch = z.int().min(1).max(1_000_000).default(1);

export const ExperimentParams = z.strictObject({ p: Name, id: Id });

export const listExperiments = endpoint({
  id: 'listExperiments',
  method: 'GET',
  path: '/projects/{p}/experiments',
  summary: 'The project’s experiments, newest first; those with a tag where one is given',
  access: inProject('experiment.view'),
  params: ProjectParams,
  query: Page.extend({ tag: Tag.optional() }),
  reply: json(list(Experiment)),
  problems: []
});

export const createExperiment = endpoint({
  id: 'createExperiment',
  method: 'POST',
  path: '/projects/{p}/experiments',
  summary: 'Register a sweep that a driver is about to run',
  access: inProject('experiment.run', ['sandbox', 'token']),
  params: ProjectParams,
  body: z.strictObject({
    name: z.string().min(1).max(200),
    description: Text.default(''),
    metric: z.string().min(1).max(200),
    direction: Direction,
    /** Further metrics, where it is about several at once. */
    also: z
      .array(Objective)
      .max(mostObjectives - 1)
      .default([]),
    algorithm: z.string().min(1).max(50),
    space: small(z.record(ParamName, Dimension), 64),
    planned: z.int().min(1).max(1_000_000),
    parallel: z.int().min(1).max(10_000),
    code: z.string().max(200_000).default(''),
    pruner: SearchSettings.pruner.default(null),
    seed: SearchSettings.seed.default(null),
    time: SearchSettings.time.default(null),
    gpuHours: SearchSettings.gpuHours.default(null),
    tags: Tags.default([])
  }),
  reply: json(Experiment, 201),
  problems: [],
  idempotent: true
});

export const getExperiment = endpoint({
  id: 'getExperiment',
  method: 'GET',
  path: '/projects/{p}/experiments/{id}',
  summary: 'One experiment',
  access: inProject('experiment.view'),
  params: ExperimentParams,
  reply: json(Experiment),
  problems: ['experiment.unknown'],
  version: experimentVersion
});

export const listTrials = endpoint({
  id: 'listTrials',
  method: 'GET',
  path: '/projects/{p}/experiments/{id}/trials',
  summary: 'The experiment’s trials, by number',
  access: inProject('experiment.view'),
  params: ExperimentParams,
  query: Page,
  reply: json(list(Trial)),
  problems: ['experiment.unknown']
});

export const listCurves = endpoint({
  id: 'listCurves',
  method: 'GET',
  path: '/projects/{p}/experiments/{id}/metrics',
  summary:
    'The learning curves of the experiment’s trials, by number; of each as many points as are asked for',
  access: inProject('experiment.view'),
  params: ExperimentParams,
  query: z.strictObject({
    ...Page.shape,
    /** The most points of one curve. */
    points: z.coerce.number().int().min(2).max(mostPoints).default(mostPoints),
    /** This trial’s only. */
    trial: z.coerce.number().int().min(0).max(1_000_000).optional()
  }),
  reply: json(list(Curve)),
  problems: ['experiment.unknown']
});

/** One report of one attempt at a trial; what is not given is left as it was. */
export const TrialReport = z.strictObject({
  number: z.int().min(0).max(1_000_000),
  attempt: z.int().min(1).max(1000).default(1),
  state: TrialState,
  params: small(Params, 16),
  value: Finite.nullable().default(null),
  metrics: small(z.record(z.string().max(200), Finite), 64).default({}),
  reason: z.string().max(1000).optional(),
  traceback: z.string().max(100_000).optional(),
  executor: z.string().max(200).nullable().default(null),
  startedAt: Time.nullable().default(null),
  endedAt: Time.nullable().default(null),
  usage: Usage.optional(),
  picked: z.boolean().default(false),
  /** Which point that was told as an order it is; with this the order is confirmed. */
  point: Id.nullable().default(null)
});
export type TrialReport = z.infer<typeof TrialReport>;

/** Points of one attempt at a trial, in any order; those that are there already change nothing. */
export const CurveReport = z.strictObject({
  number: z.int().min(0).max(1_000_000),
  attempt: z.int().min(1).max(1000).default(1),
  points: z.array(Point).max(mostPoints)
});
export type CurveReport = z.infer<typeof CurveReport>;

/** What people ask of a running experiment, told until it is done: until a trial has ended, and a point is a trial. */
export const Orders = z.strictObject({
  /** Numbers of trials to stop. */
  stop: z.array(z.int().min(0)),
  /** Points to try next. */
  enqueue: z.array(z.strictObject({ id: Id, params: Params }))
});
export type Orders = z.infer<typeof Orders>;

export const reportTrials = endpoint({
  id: 'reportTrials',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/trials/batch',
  summary:
    'Deliver reports (idempotent by trial and attempt; an ended attempt never changes) and a heartbeat; be told the orders',
  access: inProject('experiment.report', ['sandbox', 'token']),
  params: ExperimentParams,
  body: z.strictObject({
    trials: z.array(TrialReport).max(1000),
    curves: z.array(CurveReport).max(1000).default([]),
    epoch: Epoch
  }),
  reply: json(z.strictObject({ state: z.enum(experimentStates), orders: Orders })),
  problems: ['experiment.unknown', 'experiment.ended', 'experiment.resumed']
});

export const finishExperiment = endpoint({
  id: 'finishExperiment',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/finish',
  summary: 'The driver says how the sweep ended',
  access: inProject('experiment.report', ['sandbox', 'token']),
  params: ExperimentParams,
  body: z.strictObject({
    state: z.enum(['complete', 'stopped', 'failed']),
    reason: z.string().max(1000).optional(),
    epoch: Epoch
  }),
  reply: json(Experiment),
  problems: ['experiment.unknown', 'experiment.ended', 'experiment.resumed']
});

export const resumeExperiment = endpoint({
  id: 'resumeExperiment',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/resume',
  summary: 'Go on with an experiment that has ended or whose driver is gone, as its next driver',
  access: inProject('experiment.run', ['sandbox', 'token']),
  params: ExperimentParams,
  body: z.strictObject({
    planned: z.int().min(1).max(1_000_000).optional(),
    parallel: z.int().min(1).max(10_000)
  }),
  reply: json(Experiment),
  problems: ['experiment.unknown', 'experiment.running'],
  idempotent: true
});

export const stopExperiment = endpoint({
  id: 'stopExperiment',
  method: 'POST',
  path: '/projects/{p}/experiments/{id}/stop',
  summary: 'Ask the sweep to stop, at once or after the trials that run; what is done is kept',
  access: inProject('experiment.stop'),
  params: ExperimentParams,
  query: z.strictObject({ after: z.enum(['running']).optional() }),
  reply: json(Experiment, 202),
  problems: ['experiment.unknown']
});
