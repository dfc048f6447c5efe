import type { Db } from '../../platform/db.js';
import { createProjectsStore } from './projects.store.js';

export interface TrashDeps {
  readonly db: Db;
  /** Whether something in a project still runs. */
  readonly isBusy: (project: string) => Promise<boolean>;
  /** Takes a project's files out of the way; a project without any is no fault. */
  readonly discard: (project: string) => Promise<void>;
}

/** Takes the files of deleted projects out of the way, once nothing in them runs any more. */
export const createTrash =
  ({ db, isBusy, discard }: TrashDeps) =>
  async (): Promise<void> => {
    const store = createProjectsStore(db);
    for (const project of await store.untrashed()) {
      if (await isBusy(project)) continue;
      await discard(project);
      await store.setTrashed(project);
    }
  };
