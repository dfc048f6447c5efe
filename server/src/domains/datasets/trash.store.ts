import type { Db } from '../../platform/db.js';
import type { DatasetRef } from '../../ports/file-store.js';

export interface TrashRow extends DatasetRef {
  readonly id: string;
  readonly number: number;
  readonly path: string;
  /** The project that it was deleted from by a share. */
  readonly through: string | null;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
  readonly files: number;
  readonly programs: boolean;
  readonly deleted_by: string;
  readonly deleted_at: Date;
  readonly state: 'arriving' | 'kept' | 'restoring' | 'going';
  readonly restoring: Restoring | null;
}

/** Where something is being brought back to, in the owner's words. */
export interface Restoring {
  readonly dataset: string;
  readonly path: string;
  readonly by: string;
}

export type Arriving = Pick<
  TrashRow,
  'id' | 'project' | 'dataset' | 'path' | 'through' | 'kind' | 'deleted_by'
>;

interface Filter {
  readonly dataset?: DatasetRef | undefined;
  readonly path?: string | undefined;
}

export const createTrashStore = (db: Db) => {
  const trash = () => db<TrashRow>('trash');
  /** What a project sees: its own, and what it deleted itself where it has the share still. */
  const seenBy = (project: string) =>
    trash().where(seen => {
      void seen.where({ project }).orWhere(shared => {
        void shared
          .where({ through: project })
          .whereExists(
            db('shares')
              .where({ project, state: 'accepted' })
              .whereRaw('shares.owner = trash.project and shares.dataset = trash.dataset')
              .select(db.raw('1'))
          );
      });
    });

  return {
    insert: async (row: Arriving): Promise<void> => {
      await trash().insert({ ...row, state: 'arriving' });
    },

    page: (project: string, before: number | undefined, limit: number, { dataset, path }: Filter) => {
      const rows = seenBy(project).where({ state: 'kept' }).orderBy('number', 'desc').limit(limit);
      if (before !== undefined) void rows.andWhere('number', '<', before);
      if (dataset) void rows.andWhere(dataset);
      if (path !== undefined) void rows.andWhere({ path });
      return rows.select<TrashRow[]>();
    },

    kept: (project: string, id: string): Promise<TrashRow | undefined> =>
      seenBy(project).where({ id, state: 'kept' }).first(),

    /** Takes something that is kept into another state; answers it unless somebody else was faster. */
    async begin(
      id: string,
      state: 'restoring' | 'going',
      restoring: Restoring | null = null
    ): Promise<TrashRow | undefined> {
      const rows = await trash()
        .where({ id, state: 'kept' })
        .update({ state, restoring: restoring && (JSON.stringify(restoring) as never) })
        .returning('*');
      return rows[0];
    },

    keep: async (
      id: string,
      size: Partial<Pick<TrashRow, 'bytes' | 'files' | 'programs'>> = {}
    ): Promise<void> => {
      await trash()
        .where({ id })
        .update({ ...size, state: 'kept', restoring: null });
    },

    /** Answers whether there was one. */
    remove: async (id: string): Promise<boolean> => (await trash().where({ id }).delete()) > 0,

    /** What was deleted from a dataset and can be brought back. */
    keptOf: (dataset: DatasetRef): Promise<TrashRow[]> =>
      trash()
        .where({ project: dataset.project, dataset: dataset.dataset, state: 'kept' })
        .orderBy('number')
        .select<TrashRow[]>(),

    /** Notes how much something is that is still kept; false where it is not. */
    resize: async (id: string, size: Pick<TrashRow, 'bytes' | 'files' | 'programs'>): Promise<boolean> =>
      (await trash().where({ id, state: 'kept' }).update(size)) > 0,

    /** Lets go what a project keeps; answers how much it was. */
    async empty(project: string, onlyPrograms: boolean): Promise<Pick<TrashRow, 'bytes' | 'files'>[]> {
      const which = trash().where({ project, state: 'kept' });
      if (onlyPrograms) void which.andWhere({ programs: true });
      return which.update({ state: 'going' }).returning(['bytes', 'files']);
    },

    /** What is older than some days, some of it at a time. */
    expired: (days: number): Promise<TrashRow[]> =>
      trash()
        .where({ state: 'kept' })
        .whereRaw(`deleted_at < now() - ? * interval '1 day'`, [days])
        .orderBy('number')
        .limit(100),

    /** What is on its way, or was when a server died. */
    moving: (): Promise<TrashRow[]> => trash().whereNot({ state: 'kept' }).orderBy('number')
  };
};
