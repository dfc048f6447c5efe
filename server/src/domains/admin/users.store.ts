import type { Db } from '../../platform/db.js';

export interface AccountRow {
  readonly name: string;
  readonly display_name: string;
  readonly admin: boolean;
  readonly locked: boolean;
  readonly created_at: Date;
  readonly sign_ins: number;
  readonly last_seen_at: Date | null;
}

type Standing = Pick<AccountRow, 'locked' | 'admin'>;

const good = `from sessions where sessions.username = users.name and sessions.expires_at > now()`;

export const createUsersStore = (db: Db) => {
  const accounts = () =>
    db('users').select<AccountRow[]>(
      'name',
      'display_name',
      'admin',
      'locked',
      'created_at',
      db.raw(`(select count(*)::int ${good}) as sign_ins`),
      db.raw(`(select max(last_seen_at) ${good}) as last_seen_at`)
    );

  return {
    page: (q: string, after: string, limit: number): Promise<AccountRow[]> =>
      accounts()
        .where('name', '>', after)
        .andWhereRaw('(strpos(lower(name), lower(?)) > 0 or strpos(lower(display_name), lower(?)) > 0)', [
          q,
          q
        ])
        .orderBy('name')
        .limit(limit),

    one: async (name: string): Promise<AccountRow | undefined> => (await accounts().where({ name }))[0],

    /** Somebody's standing; nobody else changes it, or an administrator's, before this transaction ends. */
    async hold(name: string): Promise<Standing | undefined> {
      const rows = await db('users')
        .where({ name })
        .orWhere({ admin: true })
        .orderBy('name')
        // Members are added meanwhile: their rows hold on to the name alone.
        .forNoKeyUpdate()
        .select<({ name: string } & Standing)[]>('name', 'locked', 'admin');
      return rows.find(row => row.name === name);
    },

    set: async (name: string, { locked, admin }: Standing): Promise<void> => {
      await db('users').where({ name }).update({ locked, admin });
    },

    hasAdmin: async (): Promise<boolean> =>
      (await db('users').where({ admin: true, locked: false }).first('name')) !== undefined,

    /** Answers how many there were; what was entered by them ends with them. */
    endSignIns: (username: string): Promise<number> => db('sessions').where({ username }).delete()
  };
};
