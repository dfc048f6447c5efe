import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, Id, list, Name, Page, ProjectParams, Text, Time } from './common.js';
import { empty, endpoint, json } from './endpoint.js';
import { Direction } from './experiments.js';

/** A folder of `Models` has this name too. */
export const ModelName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
    'letters, digits, _ and -, beginning with a letter; at most 63 characters'
  );

const mostVersions = 1_000_000;
const Version = z.int().min(1).max(mostVersions);
const VersionInPath = z.coerce.number().int().min(1).max(mostVersions);

const MetricName = z.string().min(1).max(200);
const Metrics = z
  .record(MetricName, z.number())
  .refine(metrics => Object.keys(metrics).length <= 100, 'at most 100 metrics');

/** One version of a model. */
export const ModelVersion = z
  .strictObject({
    name: ModelName,
    version: Version,
    /** `draft`: its files are being written; nobody else is shown it. */
    state: z.enum(['draft', 'ready']),
    description: z.string(),
    metrics: z.record(z.string(), z.number()),
    /** The experiment that it came of, and the trial. */
    experiment: Id.nullable(),
    trial: z.int().min(0).nullable(),
    /** Its folder, as a path of the project’s datasets. */
    path: z.string(),
    /** What its files took when it was registered. */
    bytes: Bytes,
    files: z.int().min(0),
    /** Of the one file that an object was kept in, as it was when it was registered. */
    sha256: z.string().nullable(),
    /** Its folder is not there any more. */
    missing: z.boolean(),
    createdBy: Name,
    createdAt: Time
  })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.infer<typeof ModelVersion>;

/** A model: how many versions it has, and the newest of them. */
export const Model = z
  .strictObject({ name: ModelName, versions: z.int().min(1), newest: ModelVersion })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof Model>;

const ModelParams = z.strictObject({ p: Name, name: ModelName });
const VersionParams = z.strictObject({ p: Name, name: ModelName, version: VersionInPath });

export const listModels = endpoint({
  id: 'listModels',
  method: 'GET',
  path: '/projects/{p}/models',
  summary: 'The project’s models by name, each with its newest version',
  access: inProject('model.view'),
  params: ProjectParams,
  query: z.strictObject({
    ...Page.shape,
    /** Only versions that came of this experiment. */
    experiment: Id.optional()
  }),
  reply: json(list(Model)),
  problems: []
});

export const listModelVersions = endpoint({
  id: 'listModelVersions',
  method: 'GET',
  path: '/projects/{p}/models/{name}',
  summary: 'The versions of a model, newest first',
  access: inProject('model.view'),
  params: ModelParams,
  query: Page,
  reply: json(list(ModelVersion)),
  problems: ['model.unknown']
});

export const getBestModel = endpoint({
  id: 'getBestModel',
  method: 'GET',
  path: '/projects/{p}/models/{name}/best',
  summary: 'The version with the best value of a metric; of equals the newest',
  access: inProject('model.view'),
  params: ModelParams,
  query: z.strictObject({ metric: MetricName, direction: Direction.default('maximize') }),
  reply: json(ModelVersion),
  problems: ['model.unknown']
});

export const getModelVersion = endpoint({
  id: 'getModelVersion',
  method: 'GET',
  path: '/projects/{p}/models/{name}/versions/{version}',
  summary: 'One version of a model',
  access: inProject('model.view'),
  params: VersionParams,
  reply: json(ModelVersion),
  problems: ['model.unknown']
});

export const reserveModel = endpoint({
  id: 'reserveModel',
  method: 'POST',
  path: '/projects/{p}/models/{name}/versions',
  summary: 'Reserve a version, the next free one unless one is given; then write its folder and register it',
  access: inProject('model.register'),
  params: ModelParams,
  body: z.strictObject({
    version: Version.optional(),
    /** A version that is registered already is written anew. */
    overwrite: z.boolean().default(false)
  }),
  reply: json(ModelVersion, 201),
  problems: ['model.version-taken', 'model.too-many'],
  idempotent: true
});

export const registerModel = endpoint({
  id: 'registerModel',
  method: 'PUT',
  path: '/projects/{p}/models/{name}/versions/{version}',
  summary: 'Register a reserved version: its folder is in `Models`, whole. Again, it is described anew',
  access: inProject('model.register'),
  params: VersionParams,
  body: z.strictObject({
    description: Text.default(''),
    metrics: Metrics.default({}),
    experiment: Id.nullable().default(null),
    trial: z.int().min(0).max(1_000_000).nullable().default(null),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'SHA-256 in hexadecimal digits')
      .nullable()
      .default(null)
  }),
  reply: json(ModelVersion),
  problems: ['model.unknown', 'model.files', 'experiment.unknown']
});

export const deleteModel = endpoint({
  id: 'deleteModel',
  method: 'DELETE',
  path: '/projects/{p}/models/{name}/versions/{version}',
  summary: 'Take a version out of the list; its files go to the trash',
  access: inProject('model.delete'),
  params: VersionParams,
  reply: empty,
  problems: ['model.unknown']
});
