import type { Role, shares } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { overdueOf, targetOf, type DatasetMount } from './notebooks.mounts.js';
import { createRuns } from './notebooks.runs.js';
import { createNotebooksStore, type RunRow } from './notebooks.store.js';

/** What of other projects a sandbox may have, by its project and its user's role. */
export type Granted = (project: string, role: Role) => readonly Omit<DatasetMount, 'path'>[];
export type SharedWith = (projects: readonly string[]) => Promise<Granted>;

const held =
  'A folder that another project had shared was taken back, and something here held on to it. Start the notebook server again to go on.';

/** Tells everybody who watches the notebook servers of a project that what is shared with it has changed. */
export const followGrants = async (trx: Db, project: string): Promise<void> => {
  const runs = createRuns(trx);
  for (const run of await createNotebooksStore(trx).runningIn(project)) await runs.tell(run);
};

/** Shared folders in sandboxes that run. What they have is what the kernel says, so no crash forgets any. */
export const createShared = (db: Db, sandbox: Sandbox) => ({
  /** What a run has and may not have any more. */
  overdue: async ({ id }: RunRow, granted: ReturnType<Granted>): Promise<string[]> =>
    overdueOf(await sandbox.mounts(id), granted),

  /** Takes folders out of a run; true where that was its end. */
  async takeBack(run: RunRow, targets: readonly string[]): Promise<boolean> {
    const runs = createRuns(db);
    if ((await sandbox.unmount(run.id, targets)) === 'ended') {
      await runs.end(run, 'ended', held);
      return true;
    }
    await db.transaction(trx => createRuns(trx).tell(run, 'notebook.folder-taken'));
    return false;
  },

  /** Whose running notebook servers in a project have a dataset of another one mounted. */
  async holders(project: string, owner: string, dataset: string): Promise<shares.Holder[]> {
    const target = targetOf(`${owner}::${dataset}`);
    const running = await createNotebooksStore(db).runningIn(project);
    const found = await Promise.all(
      running.map(async ({ id, username, started_at }) => {
        const mount = (await sandbox.mounts(id)).find(one => one.target === target);
        return mount
          ? [{ user: username, writable: mount.writable, startedAt: started_at.toISOString() }]
          : [];
      })
    );
    return found.flat();
  }
});
export type Shared = ReturnType<typeof createShared>;
