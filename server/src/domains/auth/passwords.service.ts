import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { hashPassword, passwordMatches } from './auth.passwords.js';
import { createAuthStore, type UserRow } from './auth.store.js';
import type { Throttle } from './auth.throttle.js';
import { refuseWeak } from './passwords.strength.js';
import { createSessionsStore } from './sessions.store.js';

const another = () => problem('auth.wrong-credentials', 'Your present password is another one.');

/** What is asked again of who is signed in already, before something that would lock its person out. */
export const createConfirmation =
  (db: Db, throttle: Throttle) =>
  async (actor: Actor, password: string): Promise<UserRow> => {
    const user = await throttle.attempt(actor.user.name, `again ${actor.address ?? ''}`, async () => {
      const known = await createAuthStore(db).userByName(actor.user.name);
      return (await passwordMatches(known?.password_hash, password)) ? known : undefined;
    });
    if (!user) throw another();
    return user;
  };
export type Confirmation = ReturnType<typeof createConfirmation>;

export const createPasswordsService = (db: Db, confirm: Confirmation) => ({
  /** Changes a person's own password; whoever else has signed in as them is out at once. */
  async change(actor: Actor, given: { readonly current: string; readonly password: string }): Promise<void> {
    const user = await confirm(actor, given.current);
    if (given.password === given.current)
      throw problem('auth.weak-password', 'It is the one that you have now; take another one.');
    refuseWeak(given.password, [user.name, user.display_name]);
    const hash = await hashPassword(given.password);
    await db.transaction(async trx => {
      const store = createAuthStore(trx);
      if (!(await store.isStill(user))) throw another();
      await store.setPassword(user.name, hash);
      const ended = await createSessionsStore(trx).endOthers(user.name, actor.session);
      await record(trx, {
        actor,
        project: null,
        action: 'password.changed',
        asset: `user:${user.name}`,
        data: { ended }
      });
    });
  }
});
export type PasswordsService = ReturnType<typeof createPasswordsService>;
