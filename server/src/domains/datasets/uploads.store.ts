import type { Db } from '../../platform/db.js';

/** An upload that comes in parts. */
export interface UploadRow {
  readonly id: string;
  readonly project: string;
  readonly dataset: string;
  readonly stored_by: string;
  readonly path: string;
  readonly length: number;
  readonly project_user: string;
  readonly if_match: string;
  readonly if_none_match: string;
  readonly checksum: string | null;
  readonly unchecked_from: number | null;
  readonly placed_tag: string | null;
  readonly placed_at: Date | null;
  readonly created_at: Date;
  readonly expires_at: Date;
}

type Whose = Pick<UploadRow, 'project' | 'dataset' | 'project_user'>;
export type NewUpload = Omit<
  UploadRow,
  'unchecked_from' | 'placed_tag' | 'placed_at' | 'created_at' | 'expires_at'
>;

const inHours = (db: Db, hours: number) => db.raw("now() + ? * interval '1 hour'", [hours]);

export const createUploadsStore = (db: Db) => ({
  /** Who has many is counted one at a time, until the transaction ends. */
  lock: async (projectUser: string): Promise<void> => {
    await db.raw(`select pg_advisory_xact_lock(hashtext('uploads'), hashtext(?))`, [projectUser]);
  },

  async insert(row: NewUpload, hours: number): Promise<UploadRow> {
    const [made] = await db('uploads')
      .insert({ ...row, expires_at: inHours(db, hours) })
      .returning<UploadRow[]>('*');
    if (!made) throw new Error('an insert answers its row');
    return made;
  },

  one: (id: string, { project, dataset, project_user }: Whose): Promise<UploadRow | undefined> =>
    db('uploads').where({ id, project, dataset, project_user }).first<UploadRow | undefined>('*'),

  page: (
    { project, dataset, project_user }: Whose,
    after: string | undefined,
    limit: number
  ): Promise<UploadRow[]> => {
    const rows = db('uploads')
      .where({ project, dataset, project_user })
      .whereNull('placed_at')
      .orderBy('id')
      .limit(limit);
    return (after === undefined ? rows : rows.where('id', '>', after)).select<UploadRow[]>('*');
  },

  async unfinishedOf(projectUser: string): Promise<number> {
    const row = await db('uploads')
      .where({ project_user: projectUser })
      .whereNull('placed_at')
      .count<{ count: number }[]>('* as count');
    return row[0]?.count ?? 0;
  },

  /** What uploads that are not placed will take of a project's storage. */
  async reserved(project: string): Promise<{ bytes: number; files: number }> {
    const [row] = await db('uploads')
      .where({ stored_by: project })
      .whereNull('placed_at')
      .select<{ bytes: number; files: number }[]>(
        db.raw('coalesce(sum(length), 0)::bigint as bytes, count(*)::int as files')
      );
    return { bytes: row?.bytes ?? 0, files: row?.files ?? 0 };
  },

  /** What an upload that goes on begins with: it lives on, and what comes may have to be checked first. */
  async goesOn(id: string, hours: number, uncheckedFrom: number | null): Promise<void> {
    await db('uploads')
      .where({ id })
      .update({ expires_at: inHours(db, hours), unchecked_from: uncheckedFrom });
  },

  async checked(id: string): Promise<void> {
    await db('uploads').where({ id }).update({ unchecked_from: null });
  },

  async placing(id: string, tag: string): Promise<void> {
    await db('uploads').where({ id }).update({ placed_tag: tag });
  },

  async placed(id: string): Promise<void> {
    await db('uploads').where({ id }).update({ placed_at: db.fn.now() });
  },

  async remove(id: string): Promise<void> {
    await db('uploads').where({ id }).delete();
  },

  /** Forgets those whose time is over, but for some; answers them. */
  removeExpired: (but: readonly string[]): Promise<string[]> =>
    db('uploads')
      .where('expires_at', '<', db.fn.now())
      .whereNotIn('id', but)
      .delete()
      .returning<{ id: string }[]>('id')
      .then(rows => rows.map(({ id }) => id)),

  /** Those whose bytes are needed. */
  unfinished: (): Promise<string[]> =>
    db('uploads')
      .whereNull('placed_at')
      .select<{ id: string }[]>('id')
      .then(rows => rows.map(({ id }) => id))
});
