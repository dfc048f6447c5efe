import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, Id, Name, Time } from './common.js';
import { endpoint, json } from './endpoint.js';
import { ExperimentParams } from './experiments.js';

/** The most files that are kept of what an experiment has read. */
export const mostFilesRead = 500;

/** A file of a dataset as it was when it was first opened. */
const FileRead = z.strictObject({
  /** As programs find it, below `/project`. */
  path: z.string().min(1).max(4096),
  size: Bytes,
  modifiedAt: Time
});

const Held = z.strictObject({
  executors: z.int().min(0).max(1_000_000),
  cores: z.int().min(0).max(1_000_000),
  memory: Bytes,
  gpus: z.int().min(0).max(1_000_000)
});

/** What a driver tells of how the experiment is made; told again it replaces what was told before. */
const facts = {
  /** The function that trials call. */
  function: z.string().max(200),
  /** The notebook or file, below `/project`, where one is known. */
  program: z.string().max(4096).nullable(),
  /** Code that was run before the experiment's own and that it needs, cell by cell. */
  before: z.array(z.string().max(200_000)).max(500),
  python: z.string().min(1).max(50),
  /** Every installed package with its version. */
  packages: z
    .record(z.string().min(1).max(200), z.string().max(200))
    .refine(all => Object.keys(all).length <= 5000, 'more than 5,000 packages'),
  /** Of each executor; of the kernel where there are none. */
  resources: Held,
  /** What the kernel and the trials opened, in order of their paths. */
  files: z.array(FileRead).max(mostFilesRead),
  /** How many more there were. */
  filesLeftOut: z.int().min(0).max(1e9)
};

export const Provenance = z
  .strictObject({
    ...facts,
    experiment: Id,
    /** Which of the experiment's drivers it is of. */
    epoch: z.int().min(1),
    /** The cell or program itself. */
    code: z.string(),
    createdBy: Name,
    /** The same for the same Python with the same packages. */
    environment: z.string(),
    toldAt: Time
  })
  .meta({ id: 'Provenance' });
export type Provenance = z.infer<typeof Provenance>;

export const tellProvenance = endpoint({
  id: 'tellProvenance',
  method: 'PUT',
  path: '/projects/{p}/experiments/{id}/provenance',
  summary: 'The driver says what the experiment is made of: code, packages, resources, files read',
  access: inProject('experiment.report', ['sandbox', 'token']),
  params: ExperimentParams,
  body: z.strictObject({ ...facts, epoch: z.int().min(1).max(1_000_000).default(1) }),
  reply: json(z.strictObject({ environment: z.string() })),
  problems: ['experiment.unknown', 'experiment.ended', 'experiment.resumed']
});

export const getProvenance = endpoint({
  id: 'getProvenance',
  method: 'GET',
  path: '/projects/{p}/experiments/{id}/provenance',
  summary: 'What the experiment is made of, as its last driver told it',
  access: inProject('experiment.view'),
  params: ExperimentParams,
  reply: json(Provenance),
  problems: ['experiment.unknown', 'provenance.none']
});
