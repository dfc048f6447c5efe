import { randomUUID } from 'node:crypto';
import type { Db } from '../../platform/db.js';

export interface UserRow {
  readonly name: string;
  readonly display_name: string;
  readonly password_hash: string;
  readonly admin: boolean;
  readonly locked: boolean;
  /** Somebody else set the password. */
  readonly must_change: boolean;
  /** Until when the password is good; null for ever. */
  readonly password_until: Date | null;
}

/** A sign-in and the person who made it. */
export interface SessionRow extends Pick<UserRow, 'display_name' | 'admin' | 'locked'> {
  readonly id: string;
  readonly username: string;
  readonly used_at: Date;
  readonly last_seen_at: Date;
}

const idle = `interval '12 hours'`;
const longest = `interval '7 days'`;
const refreshLife = `interval '14 days'`;

const liveSessions = (db: Db) =>
  db('sessions')
    .join('users', { 'users.name': 'sessions.username' })
    .select<SessionRow[]>(
      'id',
      'username',
      'used_at',
      'last_seen_at',
      'users.display_name',
      'users.admin',
      'users.locked'
    );

export const createAuthStore = (db: Db) => ({
  userByName: (name: string): Promise<UserRow | undefined> => db<UserRow>('users').where({ name }).first(),

  search: (q: string, limit: number): Promise<UserRow[]> =>
    db<UserRow>('users')
      .whereRaw('starts_with(lower(name), lower(?)) or starts_with(lower(display_name), lower(?))', [q, q])
      .andWhere({ locked: false })
      .orderBy('name')
      .limit(limit),

  firstAdmin: (): Promise<UserRow | undefined> =>
    db<UserRow>('users').where({ admin: true }).orderBy(['created_at', 'name']).first(),

  insertUser: async (user: Omit<UserRow, 'locked' | 'must_change' | 'password_until'>): Promise<void> => {
    await db('users').insert(user);
  },

  setPassword: async (name: string, hash: string): Promise<void> => {
    await db('users')
      .where({ name })
      .update({ password_hash: hash, must_change: false, password_until: null });
  },

  /** One that is good for choosing another only, for so many days. Says whether there is such a user. */
  setOneTimePassword: async (name: string, hash: string, days: number): Promise<boolean> =>
    (await db('users')
      .where({ name })
      .update({
        password_hash: hash,
        must_change: true,
        password_until: db.raw('now() + make_interval(days => ?)', [days])
      })) === 1,

  /** Whether a password that was checked just now is still theirs; nobody changes it before the transaction ends. */
  isStill: async ({ name, password_hash }: UserRow): Promise<boolean> =>
    (await db('users')
      .where({ name, password_hash, locked: false })
      .forNoKeyUpdate()
      .first<object | undefined>('name')) !== undefined,

  /** `agent` is what the client says of itself. */
  async openSession(
    username: string,
    tokenHash: Buffer,
    { agent, address }: { readonly agent: string; readonly address: string | null }
  ): Promise<string> {
    const id = randomUUID();
    await db('sessions').insert({
      id,
      username,
      token_hash: tokenHash,
      agent,
      address,
      expires_at: db.raw(`now() + ${refreshLife}`)
    });
    return id;
  },

  /** The live session behind a cookie, marked as seen; at most one write a minute. */
  async sessionByToken(tokenHash: Buffer): Promise<SessionRow | undefined> {
    const [found] = await liveSessions(db)
      .where('token_hash', tokenHash as unknown as string)
      .whereRaw(`sessions.created_at > now() - ${longest} and last_seen_at > now() - ${idle}`);
    if (found && Date.now() - found.last_seen_at.getTime() > 60_000)
      await db('sessions').where({ id: found.id }).update({ last_seen_at: db.fn.now() });
    return found;
  },

  sessionsById: (ids: readonly string[]): Promise<SessionRow[]> =>
    liveSessions(db).whereIn('id', ids).whereRaw('expires_at > now()'),

  /** A program used it: seen in the list, and at most one write a minute. */
  touchSession: async (id: string): Promise<void> => {
    await db('sessions')
      .where({ id })
      .whereRaw(`used_at < now() - interval '1 minute'`)
      .update({ used_at: db.fn.now() });
  },

  endSession: async (id: string): Promise<void> => {
    await db('sessions').where({ id }).delete();
  },

  async addRefreshToken(session: string, tokenHash: Buffer): Promise<void> {
    await db('refresh_tokens').insert({
      token_hash: tokenHash,
      session,
      expires_at: db.raw(`now() + ${refreshLife}`)
    });
    // A program's refresh tokens may outlive the browser's week; logout ends both.
    await db('sessions')
      .where({ id: session })
      .update({ expires_at: db.raw(`now() + ${refreshLife}`) });
  },

  /** Marks the token used; says whether it had been used before. */
  async spendRefreshToken(tokenHash: Buffer): Promise<{ session: string; reused: boolean } | undefined> {
    const found = await db<{ session: string; used: boolean }>('refresh_tokens')
      .where('token_hash', tokenHash as unknown as string)
      .whereRaw('expires_at > now()')
      .forUpdate()
      .first();
    if (!found) return undefined;
    await db('refresh_tokens')
      .where('token_hash', tokenHash as unknown as string)
      .update({ used: true });
    return { session: found.session, reused: found.used };
  },

  removeExpired: async (): Promise<void> => {
    await db('sessions').whereRaw('expires_at < now()').delete();
    await db('access_tokens').whereRaw('expires_at < now()').delete();
    await db('idempotency_keys').whereRaw(`created_at < now() - interval '1 day'`).delete();
  }
});
export type AuthStore = ReturnType<typeof createAuthStore>;
