import type { Db } from '../../platform/db.js';
import { publish } from '../../platform/live.js';

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

/** Whose, and by which address; `everybody` has those of others too, also of projects that it is shared with. */
export interface Whose extends Pick<UploadRow, 'project' | 'dataset' | 'project_user'> {
  readonly everybody?: boolean;
}
export type NewUpload = Omit<
  UploadRow,
  'unchecked_from' | 'placed_tag' | 'placed_at' | 'created_at' | 'expires_at'
>;

/** Said in the transaction that ends uploads; their bytes go right after it. */
export const uploadsChannel = 'uploads';

/** When one is over that was ended: what it was kept for is free from that moment. */
const ended = 'epoch';

export interface Reserved {
  readonly bytes: number;
  readonly files: number;
  readonly datasets: readonly string[];
}

const inHours = (db: Db, hours: number) => db.raw("now() + ? * interval '1 hour'", [hours]);

const alive = (db: Db) => db<UploadRow>('uploads').where('expires_at', '>', db.fn.now());

const those = (db: Db, { project, dataset, project_user, everybody = false }: Whose) =>
  alive(db).where(which => {
    if (!everybody) void which.where({ project, dataset, project_user });
    else
      void which
        .where({ project, dataset })
        .orWhere({ stored_by: project, dataset: `${project}::${dataset}` });
  });

/** Ends some that are not placed. */
const end = async (db: Db, which: string, values: readonly (string | readonly string[])[]): Promise<void> => {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `update uploads set expires_at = ? where placed_at is null and expires_at > now() and ${which}`,
    [ended, ...values] as never
  );
  if (rowCount > 0) await publish(db, uploadsChannel, {});
};

const noShare = `stored_by <> project and not exists (
  select from shares where shares.owner = stored_by and shares.project = uploads.project
    and shares.dataset = split_part(uploads.dataset, '::', 2) and state = 'accepted' and permission = 'editable')`;
const noMember = `not exists (
  select from members join projects on projects.name = members.project
    where members.project = uploads.project and username = split_part(project_user, '__', 2) and state = 'active')`;

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

  one: (id: string, whose: Whose): Promise<UploadRow | undefined> =>
    those(db, whose).where({ id }).first<UploadRow | undefined>('*'),

  page: (whose: Whose, after: string | undefined, limit: number): Promise<UploadRow[]> => {
    const rows = those(db, whose).whereNull('placed_at').orderBy('id').limit(limit);
    return (after === undefined ? rows : rows.where('id', '>', after)).select<UploadRow[]>('*');
  },

  async unfinishedOf(projectUser: string): Promise<number> {
    const row = await alive(db)
      .where({ project_user: projectUser })
      .whereNull('placed_at')
      .count<{ count: number }[]>('* as count');
    return row[0]?.count ?? 0;
  },

  /** What uploads that are not placed will take of a project's storage, and where; of all, or of one of its members. */
  async reserved(project: string, user?: string): Promise<Reserved> {
    const { rows } = await db.raw<{ rows: [Reserved] }>(
      `select coalesce(sum(length), 0)::bigint as bytes, count(*)::int as files,
          coalesce(array_agg(distinct case when project = stored_by then dataset else split_part(dataset, '::', 2) end), '{}')
            as datasets
        from uploads where stored_by = ? and placed_at is null and expires_at > now()
          and (?::text is null or project = stored_by and split_part(project_user, '__', 2) = ?)`,
      [project, user ?? null, user ?? null]
    );
    return rows[0];
  },

  /** What an upload that goes on begins with: it lives on, and what comes may have to be checked first; false where it is over. */
  async goesOn(id: string, hours: number, uncheckedFrom: number | null): Promise<boolean> {
    const changed = await alive(db)
      .where({ id })
      .update({ expires_at: inHours(db, hours), unchecked_from: uncheckedFrom } as never);
    return changed > 0;
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

  /** Ends those of some people in a project. */
  endOf: (project: string, users: readonly string[]): Promise<void> =>
    end(db, `project = ? and split_part(project_user, '__', 2) = any(?)`, [project, users]),

  /** Ends those of a project into what is not shared editable with it any more. */
  endUngranted: (project: string): Promise<void> => end(db, `project = ? and ${noShare}`, [project]),

  /** Ends all that were begun by whom or by way of what had ended just then. */
  endStray: (): Promise<void> => end(db, `((${noShare}) or ${noMember})`, []),

  /** Those that were ended. */
  ended: (): Promise<string[]> => db('uploads').where('expires_at', ended).whereNull('placed_at').pluck('id'),

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
