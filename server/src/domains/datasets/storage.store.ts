import type { Db } from '../../platform/db.js';
import type { DatasetRef } from '../../ports/file-store.js';

export interface Stored {
  readonly bytes: number;
  readonly files: number;
}

interface AddedRow {
  readonly added_bytes: number;
  readonly added_files: number;
}

export const createStorageStore = (db: Db) => ({
  /** Uploads into a project are counted one after the other, until the transaction ends. */
  lock: async (project: string): Promise<void> => {
    await db.raw(`select pg_advisory_xact_lock(hashtext('storage'), hashtext(?))`, [project]);
  },

  /** What a project holds, and when all of it had last been counted. */
  async of(project: string): Promise<Stored & { readonly countedAt: Date | null }> {
    const { rows } = await db.raw<{ rows: [Stored & { readonly countedAt: Date | null }] }>(
      `select coalesce(sum(greatest(0, bytes + added_bytes)), 0)::bigint as bytes,
          coalesce(sum(greatest(0, files + added_files)), 0)::bigint as files,
          case when bool_and(counted_at is not null) then min(counted_at) end as "countedAt"
        from datasets left join storage on storage.project = datasets.project and storage.dataset = datasets.name
        where datasets.project = ?`,
      [project]
    );
    return rows[0];
  },

  /** The bytes of some projects. */
  async bytesOf(projects: readonly string[]): Promise<Map<string, number>> {
    const rows = await db('storage')
      .whereIn('project', projects)
      .groupBy('project')
      .select<{ project: string; bytes: number }[]>(
        'project',
        db.raw('sum(greatest(0, bytes + added_bytes))::bigint as bytes')
      );
    return new Map(rows.map(({ project, bytes }) => [project, bytes]));
  },

  /** Counts an upload or a removal. */
  add: async ({ project, dataset }: DatasetRef, { bytes, files }: Stored): Promise<void> => {
    await db('storage')
      .insert({ project, dataset, added_bytes: bytes, added_files: files })
      .onConflict(['project', 'dataset'])
      .merge({
        added_bytes: db.raw('storage.added_bytes + excluded.added_bytes'),
        added_files: db.raw('storage.added_files + excluded.added_files')
      });
  },

  /** What was added to a dataset before it is counted. */
  async added({ project, dataset }: DatasetRef): Promise<Stored> {
    const row = await db('storage')
      .where({ project, dataset })
      .first<AddedRow | undefined>('added_bytes', 'added_files');
    return { bytes: row?.added_bytes ?? 0, files: row?.added_files ?? 0 };
  },

  /** Notes a count; what was added while it went on stays added, be it counted twice until the next one. */
  counted: async ({ project, dataset }: DatasetRef, counted: Stored, before: Stored): Promise<void> => {
    await db('storage')
      .insert({ project, dataset, ...counted, counted_at: db.fn.now() })
      .onConflict(['project', 'dataset'])
      .merge({
        ...counted,
        counted_at: db.fn.now(),
        added_bytes: db.raw('storage.added_bytes - ?', [before.bytes]),
        added_files: db.raw('storage.added_files - ?', [before.files])
      });
  },

  /** Datasets, those first that were counted longest ago. */
  oldest: (): Promise<DatasetRef[]> =>
    db('datasets')
      .leftJoin('storage', { 'storage.project': 'datasets.project', 'storage.dataset': 'datasets.name' })
      .orderByRaw('storage.counted_at nulls first')
      .select('datasets.project', 'datasets.name as dataset')
});
