import type { datasets as contract } from '@hopslab/schema';
import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import type { DatasetRef, FileEntry, FileStore } from '../../ports/file-store.js';
import type { DatasetsService } from './datasets.service.js';
import type { StorageService } from './storage.service.js';

export interface FilesDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: DatasetsService;
  readonly storage: StorageService;
  /** Bytes that an upload may have. */
  readonly limit: number;
}

/** What a request is about. */
export interface Place extends DatasetRef {
  readonly path: string;
}

export const refOf = ({ project, dataset }: Place): DatasetRef => ({ project, dataset });

export const view = ({ name, kind, size, modifiedAt }: FileEntry): contract.Entry => ({
  name,
  kind,
  size,
  modifiedAt: modifiedAt.toISOString()
});

/** Journals what was done to a file or folder. */
export const writeRow = (
  trx: Db,
  actor: Author,
  { project, dataset, path }: Place,
  action: string,
  data: Record<string, unknown> = {}
): Promise<void> => record(trx, { actor, project, action, asset: `file:${dataset}/${path}`, data });
