import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { ProblemError } from '../../platform/problem.js';
import type { FileStore } from '../../ports/file-store.js';
import { writeRow } from './files.place.js';
import { createStorageStore } from './storage.store.js';
import { sizeInTrash } from './trash.sizes.js';
import { createTrashStore, type Restoring, type TrashRow } from './trash.store.js';
import { placeIn } from './trash.view.js';

interface Deps {
  readonly db: Db;
  readonly files: FileStore;
}

/** Who it was, where only the row can tell any more. */
const byName = (name: string): Author => ({
  user: { name },
  channel: 'platform',
  member: null,
  address: null,
  requestId: null
});

/**
 * Moving files into the trash and out of it. The row says first what is to be; then the files are moved, at once; then
 * the row and the journal say that it was done. So whoever finds the row after a fall knows what to ask of the files.
 */
export const createTrashMoves = ({ db, files }: Deps) => {
  const store = createTrashStore(db);

  return {
    /** Notes that something has arrived. */
    async arrive(row: TrashRow, actor: Author = byName(row.deleted_by)): Promise<void> {
      const size = (await sizeInTrash(files, row)) ?? { bytes: 0, files: 0, programs: false };
      const { bytes, files: count } = size;
      await db.transaction(async trx => {
        await createStorageStore(trx).lock(row.project);
        await createStorageStore(trx).add(row, { bytes: -bytes, files: -count });
        await createTrashStore(trx).keep(row.id, size);
        const place = placeIn(row.through ?? row.project, row);
        const data = { kind: row.kind, bytes, files: count, trash: row.id };
        await writeRow(trx, actor, place, 'file.deleted', data);
      });
    },

    /** Moves something to where the row says that it is brought back to, and notes it. */
    async bringBack(row: TrashRow, to: Restoring, actor: Author = byName(to.by)): Promise<void> {
      const target = { project: row.project, dataset: to.dataset };
      // What had it open may have written more; of what was moved already only the row tells.
      const { bytes, files: count } = (await sizeInTrash(files, row)) ?? row;
      try {
        if (await files.trash.entry(row.project, row.id))
          await files.trash.restore(row.project, row.id, target, to.path);
      } catch (error) {
        // What is a problem of the place has moved nothing; of anything else the next round will see.
        if (error instanceof ProblemError) await store.keep(row.id);
        throw error;
      }
      await db.transaction(async trx => {
        const storage = createStorageStore(trx);
        await storage.lock(row.project);
        // Whoever was faster has noted it.
        if (!(await createTrashStore(trx).remove(row.id))) return;
        await storage.add(target, { bytes, files: count });
        const seenBy = actor.member?.project ?? row.project;
        const place = placeIn(seenBy, { ...row, ...target, path: to.path });
        const data = { kind: row.kind, bytes, files: count };
        await writeRow(trx, actor, place, 'file.restored', data);
      });
    },

    /** Frees the space of what goes for good. */
    async clear({ project, id }: TrashRow): Promise<void> {
      await files.trash.discard(project, id);
      await store.remove(id);
    }
  };
};
