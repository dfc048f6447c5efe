import type { admin } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { giveOneTimePassword, makeOneTimePassword, revokeAccessTokens } from '../auth/index.js';
import { createUsersStore, type AccountRow } from './users.store.js';

export interface UsersDeps {
  readonly db: Db;
  /** Ends what a locked user runs, in the transaction that locks them. */
  readonly onLock: (trx: Db, user: string, why: string) => Promise<void>;
  /** Revokes the devices of somebody whose password others may know, in the transaction; answers how many. */
  readonly onReset: (trx: Db, actor: Actor, user: string) => Promise<number>;
  /** Looks again at what runs, once that is committed. */
  readonly onLocked: () => Promise<void>;
}

interface Wanted {
  readonly locked?: boolean | undefined;
  readonly admin?: boolean | undefined;
}

const view = (row: AccountRow): admin.Account => ({
  name: row.name,
  displayName: row.display_name,
  admin: row.admin,
  locked: row.locked,
  since: row.created_at.toISOString(),
  signIns: row.sign_ins,
  lastSeen: row.last_seen_at?.toISOString() ?? null
});

const unknown = (name: string) =>
  problem('user.unknown', `There is no user ${name}; the list of users has those there are.`);

const lastAdmin = (name: string) =>
  problem(
    'user.last-admin',
    `${name} is the last administrator who may sign in; make somebody else one first.`
  );

/** Who may sign in, and who is an administrator. */
export const createUsersService = ({ db, onLock, onLocked, onReset }: UsersDeps) => {
  const write = (trx: Db, actor: Actor, name: string, action: string, data = {}) =>
    record(trx, { actor, project: null, action, asset: `user:${name}`, data });

  return {
    async list({
      q = '',
      limit,
      cursor
    }: {
      q?: string | undefined;
      limit: number;
      cursor?: string | undefined;
    }) {
      const rows = await createUsersStore(db).page(q, String(afterOf(cursor) ?? ''), limit + 1);
      return pageOf(rows, limit, row => row.name, view);
    },

    async update(actor: Actor, name: string, wanted: Wanted): Promise<admin.Account> {
      const changed = await db.transaction(async trx => {
        const store = createUsersStore(trx);
        const before = await store.hold(name);
        if (!before) throw unknown(name);
        const locked = wanted.locked ?? before.locked;
        const isAdmin = wanted.admin ?? before.admin;
        await store.set(name, { locked, admin: isAdmin });
        if (!(await store.hasAdmin())) throw lastAdmin(name);
        if (locked !== before.locked) {
          // At the unlocking once more: a sign-in under way may have come after the first.
          const ended = {
            signIns: await store.endSignIns(name),
            tokens: await revokeAccessTokens(trx, name)
          };
          if (locked) await onLock(trx, name, `An administrator locked ${name}.`);
          await write(trx, actor, name, locked ? 'user.locked' : 'user.unlocked', locked ? ended : {});
        }
        if (isAdmin !== before.admin)
          await write(trx, actor, name, isAdmin ? 'user.admin-made' : 'user.admin-unmade');
        const row = await store.one(name);
        if (!row) throw unknown(name);
        return row;
      });
      if (changed.locked) await onLocked();
      return view(changed);
    },

    async endSignIns(actor: Actor, name: string): Promise<void> {
      await db.transaction(async trx => {
        const store = createUsersStore(trx);
        if (!(await store.hold(name))) throw unknown(name);
        const count = await store.endSignIns(name);
        if (count > 0) await write(trx, actor, name, 'user.signed-out', { count });
      });
    },

    /** Answers a password that is good for choosing another one; it is kept nowhere. */
    async resetPassword(actor: Actor, name: string): Promise<{ password: string }> {
      if (name === actor.user.name)
        throw problem('user.yourself', 'Change your own password on your account’s page.');
      const { password, hash } = await makeOneTimePassword();
      await db.transaction(async trx => {
        const tokens = await giveOneTimePassword(trx, name, hash);
        if (tokens === undefined) throw unknown(name);
        const signIns = await createUsersStore(trx).endSignIns(name);
        const devices = await onReset(trx, actor, name);
        await write(trx, actor, name, 'user.password-reset', { signIns, tokens, devices });
      });
      return { password };
    }
  };
};
export type UsersService = ReturnType<typeof createUsersService>;
