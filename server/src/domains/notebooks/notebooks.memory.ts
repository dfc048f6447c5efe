import type { Db } from '../../platform/db.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { createNotebooksStore, type RunRow } from './notebooks.store.js';

/** Bytes that a run's sandbox may use now: its own and, while they are held, its executors'. */
export const memoryOf = (run: RunRow): number =>
  run.total_memory + (run.compute?.state === 'held' ? run.compute.total_memory : 0);

/** Makes the memory limits of sandboxes follow what is held. */
export const createMemory = (db: Db, sandbox: Sandbox) => {
  const known = new Map<string, number>();
  const turns = new Map<string, Promise<void>>();

  const apply = async (id: string): Promise<void> => {
    const run = await createNotebooksStore(db).byId(id);
    if (!run) return;
    const bytes = memoryOf(run);
    if (known.get(id) === bytes) return;
    await sandbox.resize(id, bytes);
    known.set(id, bytes);
  };

  return {
    /** Sets the limit to what is held now. One after the other, so that the last one has read the last change. */
    follow(id: string): Promise<void> {
      const turn = (turns.get(id) ?? Promise.resolve()).catch(() => undefined).then(() => apply(id));
      turns.set(id, turn);
      return turn;
    },

    /** Whether a run's limit is to be set; a new platform does not know what the last one did. */
    isBehind: (run: RunRow): boolean => known.get(run.id) !== memoryOf(run),

    forget(id: string): void {
      known.delete(id);
      turns.delete(id);
    }
  };
};
export type Memory = ReturnType<typeof createMemory>;
