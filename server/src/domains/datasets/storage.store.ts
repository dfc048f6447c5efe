import type { Db } from '../../platform/db.js';
import type { DatasetRef } from '../../ports/file-store.js';

export interface Stored {
  readonly bytes: number;
  readonly files: number;
}

/** What a dataset holds, as people are told. */
export interface Size extends Stored {
  readonly countedAt: Date | null;
}

/** What is known of a dataset when it is to be counted. */
export interface Known extends DatasetRef {
  readonly tookMs: number;
}

interface Counted extends Stored {
  readonly added_bytes: number;
  readonly added_files: number;
}

/** What is in the trash and can be brought back counts as well. */
const kept = `state in ('kept', 'restoring')`;
const inTrash = (what: 'bytes' | 'files'): string =>
  `select coalesce(sum(trash.${what}), 0)::bigint from trash where project = ? and ${kept}`;
const everything = `select project, greatest(0, bytes + added_bytes) as bytes, greatest(0, files + added_files) as files
    from storage union all select project, bytes, files from trash where ${kept}`;

export const createStorageStore = (db: Db) => ({
  /** Uploads into a project are counted one after the other, until the transaction ends. */
  lock: async (project: string): Promise<void> => {
    await db.raw(`select pg_advisory_xact_lock(hashtext('storage'), hashtext(?))`, [project]);
  },

  /** What a project holds, and when all of it had last been counted. */
  async of(project: string): Promise<Size> {
    const { rows } = await db.raw<{ rows: [Size] }>(
      `select coalesce(sum(greatest(0, bytes + added_bytes)), 0)::bigint + (${inTrash('bytes')}) as bytes,
          coalesce(sum(greatest(0, files + added_files)), 0)::bigint + (${inTrash('files')}) as files,
          case when bool_and(counted_at is not null) then min(counted_at) end as "countedAt"
        from datasets left join storage on storage.project = datasets.project and storage.dataset = datasets.name
        where datasets.project = ?`,
      [project, project, project]
    );
    return rows[0];
  },

  /** The bytes of some projects. */
  async bytesOf(projects: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await db.raw<{ rows: { project: string; bytes: number }[] }>(
      `select project, sum(bytes)::bigint as bytes from (${everything}) as stored
        where project = any(?) group by project`,
      [[...projects]]
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

  /** What some datasets hold, by their name. */
  async sizesOf(refs: readonly DatasetRef[]): Promise<(ref: DatasetRef) => Size> {
    const { rows } = await db.raw<{ rows: (DatasetRef & Size)[] }>(
      `select project, dataset, greatest(0, bytes + added_bytes)::bigint as bytes,
          greatest(0, files + added_files)::bigint as files, counted_at as "countedAt"
        from storage join unnest(?::text[], ?::text[]) as asked (project, dataset) using (project, dataset)`,
      [refs.map(({ project }) => project), refs.map(({ dataset }) => dataset)]
    );
    const known = new Map(rows.map(({ project, dataset, ...size }) => [`${project} ${dataset}`, size]));
    return ({ project, dataset }) =>
      known.get(`${project} ${dataset}`) ?? { bytes: 0, files: 0, countedAt: null };
  },

  /** What every project in use holds. */
  async all(): Promise<Map<string, Stored>> {
    const { rows } = await db.raw<{ rows: (Stored & { readonly project: string })[] }>(
      `select project, sum(bytes)::bigint as bytes, sum(files)::bigint as files
        from (${everything}) as stored join projects on projects.name = stored.project
        where projects.state = 'active' group by project`
    );
    return new Map(rows.map(({ project, ...stored }) => [project, stored]));
  },

  /** What a dataset held when it was counted last, and what was added since; undefined where nothing ever was. */
  last: ({ project, dataset }: DatasetRef): Promise<Counted | undefined> =>
    db('storage')
      .where({ project, dataset })
      .first<Counted | undefined>('bytes', 'files', 'added_bytes', 'added_files'),

  /** Notes a count; what was added while it went on stays added, be it counted twice until the next one. */
  counted: async (
    { project, dataset }: DatasetRef,
    { bytes, files }: Stored,
    before: Counted | undefined,
    { at, tookMs }: { readonly at: Date; readonly tookMs: number }
  ): Promise<void> => {
    const counted = { bytes, files, counted_at: at, took_ms: tookMs };
    await db('storage')
      .insert({ project, dataset, ...counted })
      .onConflict(['project', 'dataset'])
      .merge({
        ...counted,
        added_bytes: db.raw('storage.added_bytes - ?', [before?.added_bytes ?? 0]),
        added_files: db.raw('storage.added_files - ?', [before?.added_files ?? 0])
      });
  },

  /** The datasets of projects that are there, those first that were counted longest ago. */
  known: (): Promise<Known[]> =>
    db('datasets')
      .join('projects', { 'projects.name': 'datasets.project' })
      .leftJoin('storage', { 'storage.project': 'datasets.project', 'storage.dataset': 'datasets.name' })
      .whereNot('projects.state', 'deleted')
      .orderByRaw('storage.counted_at nulls first')
      .select(
        'datasets.project',
        'datasets.name as dataset',
        db.raw('coalesce(storage.took_ms, 0) as "tookMs"')
      )
});
