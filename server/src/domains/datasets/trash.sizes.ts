import { datasets as words } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { DatasetRef, FileStore } from '../../ports/file-store.js';
import type { Stored } from './storage.store.js';
import { createTrashStore, type TrashRow } from './trash.store.js';

type Sized = Pick<TrashRow, 'id' | 'project' | 'dataset' | 'path' | 'through' | 'kind'>;

/** How much something in the trash is now, and whether it is programs alone; undefined where it is not there. */
export const sizeInTrash = async (files: FileStore, row: Sized, signal?: AbortSignal) => {
  const entry = await files.trash.entry(row.project, row.id);
  if (!entry) return undefined;
  const sum = { bytes: entry.bytes, files: row.kind === 'file' ? 1 : 0 };
  let programs = words.programDatasets.includes(row.dataset) && row.through === null;
  const look = (path: string, kind: string): void => {
    if (kind !== 'folder' && (kind !== 'file' || !words.isProgram(row.dataset, path))) programs = false;
  };
  if (row.kind === 'file') look(row.path, entry.kind);
  for await (const found of files.trash.walk(row.project, row.id)) {
    signal?.throwIfAborted();
    look(found.path, found.kind);
    if (found.kind !== 'file') continue;
    sum.bytes += found.bytes;
    sum.files += 1;
  }
  return { ...sum, programs };
};

/**
 * Counts what was deleted from a dataset as the dataset is counted: who has a file or folder of it open goes on writing
 * there. Answers how much more it is than it was.
 */
export const createTrashCounting =
  ({ db, files }: { readonly db: Db; readonly files: FileStore }) =>
  async (dataset: DatasetRef, signal: AbortSignal): Promise<Stored> => {
    const store = createTrashStore(db);
    const grown = { bytes: 0, files: 0 };
    for (const row of await store.keptOf(dataset)) {
      const size = await sizeInTrash(files, row, signal);
      if (!size || (size.bytes === row.bytes && size.files === row.files)) continue;
      if (!(await store.resize(row.id, size))) continue;
      grown.bytes += size.bytes - row.bytes;
      grown.files += size.files - row.files;
    }
    return grown;
  };
