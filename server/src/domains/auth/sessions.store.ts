import type { Db } from '../../platform/db.js';

export interface SignIn {
  readonly id: string;
  readonly agent: string;
  readonly address: string | null;
  readonly created_at: Date;
  readonly used_at: Date;
}

export const createSessionsStore = (db: Db) => ({
  of: (username: string): Promise<SignIn[]> =>
    db('sessions')
      .where({ username })
      .whereRaw('expires_at > now()')
      .orderBy('last_seen_at', 'desc')
      .orderBy('id')
      .select<SignIn[]>(
        'id',
        'agent',
        'address',
        'created_at',
        db.raw('greatest(last_seen_at, used_at) as used_at')
      ),

  /** Says whether it is there; nobody ends it before the transaction ends. */
  hold: async (username: string, id: string): Promise<boolean> =>
    (await db('sessions').where({ username, id }).forKeyShare().first<object | undefined>('id')) !==
    undefined,

  /** Says whether there was one. */
  end: async (username: string, id: string): Promise<boolean> =>
    (await db('sessions').where({ username, id }).delete()) > 0,

  /** How many were ended. */
  endOthers: (username: string, but: string | null): Promise<number> =>
    db('sessions')
      .where({ username })
      .modify(query => void (but !== null && query.whereNot({ id: but })))
      .delete()
});
