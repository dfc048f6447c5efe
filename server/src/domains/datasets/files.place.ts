import type { datasets as contract } from '@hopslab/schema';
import { personOf, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem, ProblemError } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { DatasetRef, FileEntry, FileStore, Replaced } from '../../ports/file-store.js';
import type { Way } from './datasets.policy.js';
import type { DatasetsService } from './datasets.service.js';
import { abroad } from './shares.journal.js';
import { canCarryAt, ownerOf } from './shares.policy.js';
import type { StorageService } from './storage.service.js';

export interface FilesDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: DatasetsService;
  readonly storage: StorageService;
  /** Bytes that an upload may have. */
  readonly limit: number;
}

/** What a request is about; the dataset by the name under which the project has it. */
export interface Place extends DatasetRef {
  readonly path: string;
}

/** Where the dataset lies: with its owner, where it is shared. */
export const refOf = ({ project, dataset }: DatasetRef): DatasetRef =>
  ownerOf(dataset) ?? { project, dataset };

/** Throws for who may not carry a file this way, or where there is no such dataset for them. */
export const admit = async (
  datasets: DatasetsService,
  actor: Author,
  { project, dataset, path }: Place,
  way: Way
): Promise<void> => {
  demand(canCarryAt(personOf(actor), way, await datasets.facts(project, dataset), path));
};

/** What an upload would replace. */
export const replacedAt = async (files: FileStore, place: Place): Promise<Replaced> => {
  try {
    return await files.entry(refOf(place), place.path);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'file.unknown') return null;
    throw error;
  }
};

/** How much another project stores, and may, is told to its own members only. */
export const asSeenFrom = ({ dataset }: DatasetRef, error: unknown): unknown => {
  const owner = ownerOf(dataset);
  if (!owner || !(error instanceof ProblemError) || error.code !== 'quota.storage-full') return error;
  return problem(
    'quota.storage-full',
    `${owner.project}, whose dataset it is, has no room for it; a data owner there can make some.`
  );
};

export const view = ({ name, kind, size, modifiedAt }: FileEntry): contract.Entry => ({
  name,
  kind,
  size,
  modifiedAt: modifiedAt.toISOString()
});

/** Journals what was done to a file or folder, where the dataset is shared in its owner's journal too. */
export const writeRow = async (
  trx: Db,
  actor: Author,
  { project, dataset, path }: Place,
  action: string,
  data: Record<string, unknown> = {}
): Promise<void> => {
  await record(trx, { actor, project, action, asset: `file:${dataset}/${path}`, data });
  const owner = ownerOf(dataset);
  if (!owner) return;
  const asset = `file:${owner.dataset}/${path}`;
  const row = { actor: abroad(actor), project: owner.project, action, asset };
  await record(trx, { ...row, data: { ...data, project } });
};
