import type { auth } from '@hopslab/schema';
import type { z } from 'zod';
import { projectUserOf, type Actor, type Author } from '../../platform/actor.js';
import { isUniqueViolation, type Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import type { Origins } from '../../platform/origins.js';
import { problem } from '../../platform/problem.js';
import { hashPassword, passwordMatches } from './auth.passwords.js';
import { refuseLate } from './passwords.one-time.js';
import { refuseWeak } from './passwords.strength.js';
import type { SecondFactorService } from './second-factor.service.js';
import { createAuthStore, type UserRow } from './auth.store.js';
import { hashOf, newSecret, type Tokens } from './auth.tokens.js';
import type { Throttle } from './auth.throttle.js';

export interface AuthDeps {
  readonly db: Db;
  readonly tokens: Tokens;
  readonly throttle: Throttle;
  readonly origins: Origins;
  readonly secondFactor: Pick<SecondFactorService, 'demand'>;
}

type NewUser = z.output<typeof auth.NewUser>;
type Login = z.output<NonNullable<typeof auth.login.body>>;

const userView = (row: Pick<UserRow, 'name' | 'display_name' | 'admin'>) => ({
  name: row.name,
  displayName: row.display_name,
  admin: row.admin
});

const wrong = () => problem('auth.wrong-credentials', 'The username or the password is wrong.');

/** Where the password has to be changed: its hash, once the new one is good. */
const newHash = async (user: UserRow, { password, newPassword }: Login): Promise<string | undefined> => {
  if (!user.must_change) return undefined;
  if (newPassword === undefined)
    throw problem(
      'auth.must-change',
      'Sign in with the one that you were given, and a newPassword of yours.'
    );
  if (newPassword === password)
    throw problem('auth.weak-password', 'It is the one that you were given; take another one.');
  refuseWeak(newPassword, [user.name, user.display_name]);
  return hashPassword(newPassword);
};

export const createAuthService = ({ db, tokens, throttle, origins, secondFactor }: AuthDeps) => {
  const tokensFor = async (trx: Db, user: UserRow, session: string) => {
    const { token, expiresAt } = await tokens.issue({ user: user.name, session });
    const refresh = newSecret();
    await createAuthStore(trx).addRefreshToken(session, refresh.hash);
    return { token, refreshToken: refresh.secret, expiresAt: expiresAt.toISOString(), user: userView(user) };
  };

  return {
    /** Checks password and second factor; answers tokens and the secret of a new hub session. */
    async login(from: Author, given: Login, agent: string) {
      const { username, password } = given;
      const user = await throttle.attempt(username, from.address ?? '', async () => {
        const known = await createAuthStore(db).userByName(username);
        const matches = await passwordMatches(known?.password_hash, password);
        if (matches && known && !known.locked) return known;
        await record(db, {
          actor: from,
          project: null,
          action: 'login',
          asset: `user:${known?.name ?? '?'}`,
          outcome: 'refused'
        });
        return undefined;
      });
      if (!user) throw wrong();
      await refuseLate(db, from, user);
      // Before the code, which is good once only.
      const changed = await newHash(user, given);
      await secondFactor.demand({ ...from, user }, given.otp);
      const cookie = newSecret();
      return db.transaction(async trx => {
        const store = createAuthStore(trx);
        // Reset, used or locked while it was checked.
        if (!(await store.isStill(user))) throw wrong();
        if (changed !== undefined) {
          await store.setPassword(user.name, changed);
          await record(trx, {
            actor: { ...from, user },
            project: null,
            action: 'password.changed',
            asset: `user:${user.name}`
          });
        }
        const session = await store.openSession(user.name, cookie.hash, { agent, address: from.address });
        const asset = `user:${user.name}`;
        await record(trx, { actor: { ...from, user }, project: null, action: 'login', asset });
        return { answer: await tokensFor(trx, user, session), cookie: cookie.secret };
      });
    },

    /** New tokens for a refresh token; one that comes twice was stolen or copied, and ends the session. */
    async refresh(from: Author, refreshToken: string) {
      const renewed = await db.transaction(async trx => {
        const store = createAuthStore(trx);
        const spent = await store.spendRefreshToken(hashOf(refreshToken));
        const [session] = spent ? await store.sessionsById([spent.session]) : [];
        const user = session && (await store.userByName(session.username));
        if (!spent || !session || !user || user.locked) return undefined;
        if (spent.reused) {
          await store.endSession(session.id);
          await record(trx, {
            actor: { ...from, channel: 'token', user },
            project: null,
            action: 'session.ended',
            asset: `user:${user.name}`,
            data: { why: 'a refresh token came twice' }
          });
          return undefined;
        }
        return tokensFor(trx, user, session.id);
      });
      if (!renewed) throw problem('auth.expired', 'The refresh token does not work any more; sign in again.');
      return renewed;
    },

    async logout(actor: Actor) {
      const { session } = actor;
      if (session === null) return;
      await db.transaction(async trx => {
        await createAuthStore(trx).endSession(session);
        await record(trx, {
          actor,
          project: null,
          action: 'logout',
          asset: `user:${actor.user.name}`
        });
      });
    },

    me: (actor: Actor, csrfToken: string | null) => ({
      user: { ...actor.user },
      via: actor.channel,
      project: actor.member
        ? {
            name: actor.member.project,
            role: actor.member.role,
            projectUser: projectUserOf(actor.member.project, actor.user.name)
          }
        : null,
      device: actor.device ?? null,
      csrfToken,
      hubUrl: origins.hub
    }),

    async createUser(actor: Author, user: NewUser) {
      refuseWeak(user.password, [user.username, user.displayName]);
      const row = {
        name: user.username,
        display_name: user.displayName,
        password_hash: await hashPassword(user.password),
        admin: user.admin
      };
      try {
        await db.transaction(async trx => {
          await createAuthStore(trx).insertUser(row);
          await record(trx, {
            actor,
            project: null,
            action: 'user.created',
            asset: `user:${row.name}`,
            data: { admin: row.admin }
          });
        });
      } catch (error) {
        if (isUniqueViolation(error))
          throw problem('user.name-taken', `There is a user ${row.name} already; choose another name.`, {
            cause: error
          });
        throw error;
      }
      return userView(row);
    },

    async searchUsers(q: string) {
      const rows = await createAuthStore(db).search(q, 20);
      return {
        items: rows.map(row => ({ name: row.name, displayName: row.display_name })),
        nextCursor: null
      };
    },

    async firstAdmin(): Promise<auth.User | undefined> {
      const row = await createAuthStore(db).firstAdmin();
      return row && userView(row);
    }
  };
};
export type AuthService = ReturnType<typeof createAuthService>;
