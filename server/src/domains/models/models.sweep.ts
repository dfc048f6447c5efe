import { platform } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { ProblemError } from '../../platform/problem.js';
import type { DatasetRef, FileStore } from '../../ports/file-store.js';
import { createModelsStore } from './models.store.js';
import { assetOf, draftOf, modelsOf, type ModelRow } from './models.view.js';

export interface ModelsSweepDeps {
  readonly db: Db;
  readonly files: Pick<FileStore, 'list' | 'remove'>;
  /** Counts a change of a dataset in its transaction. */
  readonly count: (trx: Db, dataset: DatasetRef, more: { bytes: number; files: number }) => Promise<void>;
  /** After how many hours nobody is taken to go on with a version. */
  readonly hours?: number;
}

/**
 * Gives up versions that nobody went on with, and removes the folders that they were written in. A folder that has its
 * final name stays: it is whole, and can be registered as the version that it is.
 */
export const createModelsSweep = ({ db, files, count, hours = 24 }: ModelsSweepDeps) => {
  const draftsOf = async ({ project, name, version }: ModelRow): Promise<string[]> => {
    try {
      const page = { limit: 1000, q: draftOf(version) };
      const { entries } = await files.list(modelsOf(project), name, page);
      return entries
        .filter(({ name: entry, kind }) => entry.startsWith(draftOf(version)) && kind !== 'other')
        .map(({ name: entry }) => `${name}/${entry}`);
    } catch (error) {
      if (error instanceof ProblemError) return [];
      throw error;
    }
  };

  const remove = async (where: DatasetRef, path: string): Promise<void> => {
    try {
      const gone = await files.remove(where, path, true);
      await db.transaction(trx => count(trx, where, { bytes: -gone.bytes, files: -gone.files }));
      await gone.discard();
    } catch (error) {
      // Its modes keep us out, or somebody else was quicker: it stays with its owners.
      if (!(error instanceof ProblemError)) throw error;
    }
  };

  const giveUp = async (row: ModelRow): Promise<void> => {
    const { project, name, version } = row;
    const ref = { project, name, version };
    const where = modelsOf(project);
    for (const path of await draftsOf(row)) await remove(where, path);
    await db.transaction(async trx => {
      const store = createModelsStore(trx);
      const now = await store.hold(ref);
      if (now?.draft_since?.getTime() !== row.draft_since?.getTime()) return;
      await (now?.ready ? store.leave(ref) : store.remove(ref));
      await record(trx, { actor: platform, project, action: 'model.given-up', asset: assetOf(ref) });
    });
  };

  return async (): Promise<void> => {
    for (const row of await createModelsStore(db).abandoned(hours)) await giveUp(row);
  };
};
