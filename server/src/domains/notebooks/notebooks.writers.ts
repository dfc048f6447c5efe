import type { Db } from '../../platform/db.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { datasetAt, targetOf } from './notebooks.mounts.js';
import { createRuns } from './notebooks.runs.js';
import { createNotebooksStore } from './notebooks.store.js';

export interface Dataset {
  readonly project: string;
  readonly dataset: string;
}

/** A notebook server that can write into datasets now. */
export interface Writer {
  readonly id: string;
  readonly project: string;
  /** Whose they are, and what they are called there. */
  readonly datasets: readonly Dataset[];
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

  /** Lets one only read a dataset from now on, with the reason for its user; ends it where it holds on to writing. */
  async keepFromWriting(id: string, { project, dataset }: Dataset, reason: string): Promise<void> {
    const run = await createNotebooksStore(db).byId(id);
    if (!run) return;
    const name = project === run.project ? dataset : `${project}::${dataset}`;
    const target = targetOf(name);
    const now = await sandbox.mounts(id);
    if (!now.some(mount => mount.target === target && mount.writable)) return;
    if ((await sandbox.makeReadOnly(id, [target])) === 'ended') {
      await createRuns(db).end(run, 'ended', reason);
      return;
    }
    const more = { dataset: name, reason };
    await db.transaction(trx => createRuns(trx).tell(run, 'notebook.folder-read-only', undefined, more));
  }
});
