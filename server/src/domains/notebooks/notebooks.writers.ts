import type { Db } from '../../platform/db.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { datasetAt } from './notebooks.mounts.js';
import { createRuns } from './notebooks.runs.js';
import { createNotebooksStore } from './notebooks.store.js';

/** A notebook server that can write into datasets now. */
export interface Writer {
  readonly id: string;
  readonly project: string;
  /** Whose they are, and what they are called there. */
  readonly datasets: readonly { readonly project: string; readonly dataset: string }[];
}

/** Notebook servers as those that fill datasets. What they have is what the kernel says. */
export const createWriters = (db: Db, sandbox: Sandbox) => ({
  async list(): Promise<Writer[]> {
    const running = await createNotebooksStore(db).running();
    return Promise.all(
      running.map(async ({ id, project }) => {
        // Of one that is just ending it cannot be told any more, and the others are not to suffer for it.
        const mounts = await sandbox.mounts(id).catch(() => []);
        const datasets = mounts
          .filter(mount => mount.writable)
          .flatMap(({ target }) => datasetAt(project, target) ?? []);
        return { id, project, datasets };
      })
    );
  },

  /** Bytes that one has written so far. */
  written: (id: string): Promise<number> => sandbox.written(id),

  /** Ends one, with the reason for its user. */
  async end(id: string, reason: string): Promise<void> {
    const run = await createNotebooksStore(db).byId(id);
    if (run) await createRuns(db).stop(run, reason);
  }
});
