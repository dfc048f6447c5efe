import type { Db } from '../../platform/db.js';
import type { ModelRef, ModelRow } from './models.view.js';

/** What a version is registered with. */
export type Registered = Pick<
  ModelRow,
  'description' | 'metrics' | 'experiment' | 'trial' | 'sha256' | 'bytes' | 'files' | 'created_by'
>;

export interface NewestRow extends ModelRow {
  readonly versions: number;
}

export const createModelsStore = (db: Db) => {
  const rows = () => db<ModelRow>('models');
  const ready = (project: string) => rows().where({ project, ready: true });

  return {
    /** Holds every other reservation of this name until the transaction ends; answers the last version given. */
    async lock(project: string, name: string): Promise<number> {
      const [row] = await db('model_names')
        .insert({ project, name, last: 0 })
        .onConflict(['project', 'name'])
        .merge(['name'])
        .returning<{ last: number }[]>('last');
      return row?.last ?? 0;
    },

    insert: async (ref: ModelRef, by: string): Promise<void> => {
      await rows().insert({ ...ref, created_by: by, draft_since: db.fn.now() as never });
      await db('model_names')
        .where({ project: ref.project, name: ref.name })
        .update({ last: db.raw('greatest(last, ?::int)', [ref.version]) });
    },

    /** Notes that it is written, now. */
    begin: async (ref: ModelRef): Promise<void> => {
      await rows()
        .where({ ...ref })
        .update({ draft_since: db.fn.now() as never });
    },

    one: (ref: ModelRef): Promise<ModelRow | undefined> => rows().where(ref).first(),

    /** Held until the transaction ends. */
    hold: (ref: ModelRef): Promise<ModelRow | undefined> =>
      rows()
        .where({ ...ref })
        .forUpdate()
        .first(),

    drafts: async (project: string): Promise<number> => {
      const [row] = await rows()
        .where({ project })
        .whereNotNull('draft_since')
        .count<{ count: number }[]>('* as count');
      return row?.count ?? 0;
    },

    register: async (ref: ModelRef, registered: Registered): Promise<void> => {
      await rows()
        .where({ ...ref })
        .update({
          ...registered,
          metrics: JSON.stringify(registered.metrics) as never,
          ...{ ready: true, draft_since: null, created_at: db.fn.now() as never }
        });
    },

    /** It is as it was before somebody began to write it anew. */
    leave: async (ref: ModelRef): Promise<void> => {
      await rows()
        .where({ ...ref })
        .update({ draft_since: null });
    },

    remove: async (ref: ModelRef): Promise<void> => {
      await rows()
        .where({ ...ref })
        .delete();
    },

    /** The newest version of each model, by name. */
    newest: (
      project: string,
      after: string,
      { limit, experiment }: { limit: number; experiment: string | undefined }
    ): Promise<NewestRow[]> =>
      db
        .from(
          ready(project)
            .andWhere('name', '>', after)
            .andWhere(which => {
              if (experiment !== undefined) void which.where({ experiment });
            })
            .distinctOn('name')
            .select('*', db.raw('(count(*) over (partition by name))::int as versions'))
            .orderBy([{ column: 'name' }, { column: 'version', order: 'desc' }])
            .as('newest')
        )
        .orderBy('name')
        .limit(limit)
        .select<NewestRow[]>('*'),

    versions: (project: string, name: string, below: number, limit: number): Promise<ModelRow[]> =>
      ready(project)
        .andWhere({ name })
        .andWhereRaw('version < ?::bigint', [below])
        .orderBy('version', 'desc')
        .limit(limit),

    /** The best by a metric first; of equals the newest. */
    best: (
      project: string,
      name: string,
      { metric, direction }: { metric: string; direction: 'maximize' | 'minimize' }
    ): Promise<ModelRow[]> =>
      ready(project)
        .andWhere({ name })
        .whereRaw('jsonb_exists(metrics, ?)', [metric])
        .orderByRaw(
          `(metrics ->> ?)::double precision ${direction === 'maximize' ? 'desc' : 'asc'}, version desc`,
          [metric]
        )
        .limit(100),

    /** What nobody has finished for so many hours. */
    abandoned: (hours: number): Promise<ModelRow[]> =>
      rows().whereRaw(`draft_since < now() - make_interval(hours => ?)`, [hours]).limit(100)
  };
};
