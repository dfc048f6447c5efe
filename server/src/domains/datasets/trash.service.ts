import { randomUUID } from 'node:crypto';
import type { trash as contract } from '@hopslab/schema';
import { personOf, platform, type Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import { afterNumberOf, pageOf } from '../../platform/page.js';
import { problem, ProblemError } from '../../platform/problem.js';
import { byRole, demand, isGranted } from '../../platform/verdict.js';
import type { FileStore } from '../../ports/file-store.js';
import type { DatasetsService } from './datasets.service.js';
import { refOf, writeRow, type Place } from './files.place.js';
import { createTrashMoves } from './trash.moves.js';
import { canBringTo, canChangeKept } from './trash.policy.js';
import { createTrashStore, type TrashRow } from './trash.store.js';
import { placeIn, trashView, unknownTrash } from './trash.view.js';

export interface TrashServiceDeps {
  readonly db: Db;
  readonly files: FileStore;
  readonly datasets: Pick<DatasetsService, 'get'>;
  /** After how many days what was deleted goes for good. */
  readonly days: number;
}

/** Says that there is something to clear. */
export const trashChannel = 'trash';

const sum = (rows: readonly Pick<TrashRow, 'bytes' | 'files'>[]): contract.Emptied => ({
  items: rows.length,
  bytes: rows.reduce((total, { bytes }) => total + bytes, 0),
  files: rows.reduce((total, { files }) => total + files, 0)
});

/** What is deleted goes here first: it can be brought back until it is removed for good, and counts as stored. */
export const createTrashService = ({ db, files, datasets, days }: TrashServiceDeps) => {
  const store = createTrashStore(db);
  const moves = createTrashMoves({ db, files });
  /** What this server is at: nobody tidies up after it meanwhile. */
  const underWay = new Set<string>();

  const working = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    underWay.add(id);
    try {
      return await work();
    } finally {
      underWay.delete(id);
    }
  };

  /** Something in the trash that somebody may change. */
  const admitted = async (actor: Author, project: string, id: string): Promise<TrashRow> => {
    const row = await store.kept(project, id);
    if (!row) throw unknownTrash();
    const was = await datasets.get(project, placeIn(project, row).dataset);
    demand(canChangeKept(personOf(actor), was, row));
    return row;
  };

  const repair = async (row: TrashRow): Promise<void> => {
    const there = await files.trash.entry(row.project, row.id);
    if (row.state === 'arriving') await (there ? moves.arrive(row) : store.remove(row.id));
    else if (row.state === 'restoring' && row.restoring)
      await moves.bringBack(row, row.restoring).catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
      });
  };

  const expire = async (): Promise<void> => {
    for (let rows = await store.expired(days); rows.length > 0; rows = await store.expired(days))
      for (const row of rows)
        await db.transaction(async trx => {
          if (!(await createTrashStore(trx).begin(row.id, 'going'))) return;
          const { kind, bytes, files: count } = row;
          const data = { kind, bytes, files: count, days };
          await writeRow(trx, platform, placeIn(row.project, row), 'trash.expired', data);
        });
  };

  return {
    async list(
      project: string,
      {
        limit,
        cursor,
        dataset,
        path
      }: {
        limit: number;
        cursor?: string | undefined;
        dataset?: string | undefined;
        path?: string | undefined;
      }
    ) {
      const of = dataset === undefined ? undefined : refOf({ project, dataset });
      const rows = await store.page(project, afterNumberOf(cursor), limit + 1, { dataset: of, path });
      return pageOf(
        rows,
        limit,
        row => row.number,
        row => trashView(project, days, row)
      );
    },

    /** Takes a file or folder out of its dataset, for who may delete it. */
    async put(actor: Author, place: Place, kind: 'file' | 'folder'): Promise<void> {
      const ref = refOf(place);
      const id = randomUUID();
      const through = ref.project === place.project ? null : place.project;
      const row = { id, ...ref, path: place.path, through, kind, deleted_by: actor.user.name };
      await working(id, async () => {
        await store.insert(row);
        try {
          await files.trash.take(ref, place.path, id);
        } catch (error) {
          if (!(await files.trash.entry(ref.project, id))) await store.remove(id);
          throw error;
        }
        const whole = { ...row, bytes: 0, files: 0, programs: false, number: 0 } as const;
        const arrived = { ...whole, deleted_at: new Date(), state: 'arriving', restoring: null } as const;
        try {
          await moves.arrive(arrived, actor);
        } catch (error) {
          // Who is refused finds it where it was; where that fails too, the next round notes that it is here.
          await files.trash.restore(ref.project, id, ref, place.path).then(
            () => store.remove(id),
            () => undefined
          );
          throw error;
        }
      });
    },

    async restore(
      actor: Author,
      project: string,
      id: string,
      to: { path: string; dataset?: string | undefined } | undefined
    ) {
      const row = await admitted(actor, project, id);
      const was = placeIn(project, row);
      const place = { project, dataset: to?.dataset ?? was.dataset, path: to?.path ?? row.path };
      const target = refOf(place);
      if (target.project !== row.project)
        throw problem(
          'file.path',
          `It was ${row.project}’s: bring it back to where it was, or to another name there.`
        );
      const into = await datasets.get(project, place.dataset);
      demand(canBringTo(personOf(actor), into, place.path, row));
      const restoring = { dataset: target.dataset, path: place.path, by: actor.user.name };
      return working(row.id, async () => {
        const begun = await store.begin(row.id, 'restoring', restoring);
        if (!begun) throw unknownTrash();
        await moves.bringBack(begun, restoring, actor);
        return { dataset: place.dataset, path: place.path };
      });
    },

    async remove(actor: Author, project: string, id: string): Promise<void> {
      const row = await admitted(actor, project, id);
      await db.transaction(async trx => {
        if (!(await createTrashStore(trx).begin(id, 'going'))) throw unknownTrash();
        const data = { kind: row.kind, bytes: row.bytes, files: row.files };
        await writeRow(trx, actor, placeIn(project, row), 'trash.removed', data);
        await publish(trx, trashChannel, {});
      });
    },

    empty: (actor: Author, project: string): Promise<contract.Emptied> =>
      db.transaction(async trx => {
        const onlyPrograms = !isGranted(byRole(personOf(actor), 'data.import'));
        const gone = sum(await createTrashStore(trx).empty(project, onlyPrograms));
        if (gone.items > 0)
          await record(trx, { actor, project, action: 'trash.emptied', asset: 'trash', data: { ...gone } });
        await publish(trx, trashChannel, {});
        return gone;
      }),

    /** Ends what a server that died has begun, lets go what is too old, and frees the space of what goes. */
    async reconcile(): Promise<void> {
      await expire();
      const left = (await store.moving()).filter(({ id }) => !underWay.has(id));
      for (const row of left) if (row.state !== 'going') await repair(row);
      for (const row of left) if (row.state === 'going') await moves.clear(row);
    }
  };
};
export type TrashService = ReturnType<typeof createTrashService>;
