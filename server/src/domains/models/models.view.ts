import type { models as contract } from '@hopslab/schema';
import { problem, type ProblemError } from '../../platform/problem.js';
import type { DatasetRef } from '../../ports/file-store.js';

/** A version of a model by its name. */
export interface ModelRef {
  readonly project: string;
  readonly name: string;
  readonly version: number;
}

export interface ModelRow extends ModelRef {
  readonly ready: boolean;
  readonly draft_since: Date | null;
  readonly description: string;
  readonly metrics: contract.ModelVersion['metrics'];
  readonly experiment: string | null;
  readonly trial: number | null;
  readonly bytes: number;
  readonly files: number;
  readonly sha256: string | null;
  readonly created_by: string;
  readonly created_at: Date;
}

const dataset = 'Models';

/** Where the files of a project's models are. */
export const modelsOf = (project: string): DatasetRef => ({ project, dataset });

/** The folder of a version, in that dataset. */
export const folderOf = ({ name, version }: Omit<ModelRef, 'project'>): string => `${name}/${version}`;

/** How the folders begin that a version is written in before it has its own. */
export const draftOf = (version: number): string => `.draft-${version}-`;

export const assetOf = ({ name, version }: Omit<ModelRef, 'project'>): string => `model:${name}/${version}`;

export const unknownModel = ({ project, name, version }: Omit<ModelRef, 'version'> & { version?: number }) =>
  problem(
    'model.unknown',
    version === undefined
      ? `There is no model ${name} in ${project}.`
      : `There is no version ${version} of a model ${name} in ${project}.`
  );

export const badFiles = (ref: ModelRef, why: string): ProblemError =>
  problem(
    'model.files',
    `${dataset}/${folderOf(ref)} ${why} Put the model’s files there and register it again.`
  );

export const modelView = (row: ModelRow, missing: boolean): contract.ModelVersion => ({
  name: row.name,
  version: row.version,
  state: row.ready ? 'ready' : 'draft',
  description: row.description,
  metrics: row.metrics,
  experiment: row.experiment,
  trial: row.trial,
  path: `${dataset}/${folderOf(row)}`,
  bytes: row.bytes,
  files: row.files,
  sha256: row.sha256,
  missing,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString()
});
