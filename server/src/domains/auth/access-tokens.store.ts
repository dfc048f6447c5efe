import type { Scope } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface AccessTokenRow {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly project: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly last_address: string | null;
}

type Fresh = Pick<AccessTokenRow, 'id' | 'username' | 'name' | 'scopes' | 'project'> & { hash: Buffer };

export const createAccessTokensStore = (db: Db) => {
  const good = () => db<AccessTokenRow>('access_tokens').whereRaw('expires_at > now()');
  return {
    of: (username: string): Promise<AccessTokenRow[]> =>
      good().where({ username }).orderBy('created_at', 'desc').orderBy('id'),

    async insert(token: Fresh, days: number): Promise<AccessTokenRow> {
      const rows = (await db('access_tokens')
        .insert({ ...token, expires_at: db.raw('now() + make_interval(days => ?)', [days]) })
        .returning('*')) as AccessTokenRow[];
      const [row] = rows;
      if (!row) throw new Error('the token was not kept');
      return row;
    },

    /** Serialises what one person does with their tokens. */
    lock: async (username: string): Promise<void> => {
      await db('users').where({ name: username }).forUpdate().first('name');
    },

    /** Says whether it is there; nobody revokes it before the transaction ends. */
    hold: async (id: string): Promise<boolean> =>
      (await good().where({ id }).forKeyShare().first('id')) !== undefined,

    isMember: async (project: string, username: string): Promise<boolean> =>
      (await db('members').where({ project, username }).first<object | undefined>('project')) !== undefined,

    async remove(username: string, id: string): Promise<AccessTokenRow | undefined> {
      const rows = (await db('access_tokens')
        .where({ username, id })
        .delete()
        .returning('*')) as AccessTokenRow[];
      return rows[0];
    },

    /** How many there were. */
    removeAll: (username: string): Promise<number> => db('access_tokens').where({ username }).delete(),

    /** The token with this hash, if it is good now; marked as used, at most once a minute. */
    async use(hash: Buffer, address: string): Promise<AccessTokenRow | undefined> {
      const found = await good()
        .where('hash', hash as unknown as string)
        .first();
      if (found && Date.now() - (found.last_used_at?.getTime() ?? 0) > 60_000)
        await db('access_tokens')
          .where({ id: found.id })
          .update({ last_used_at: db.fn.now(), last_address: address });
      return found;
    }
  };
};
