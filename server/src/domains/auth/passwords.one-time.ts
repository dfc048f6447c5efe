import { randomInt } from 'node:crypto';
import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { revokeAccessTokens } from './access-tokens.service.js';
import { hashPassword } from './auth.passwords.js';
import { createAuthStore, type UserRow } from './auth.store.js';

// Nothing that is mistaken for something else when it is read out.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const lettersOfGroup = 5;

/** For so long it waits for its person: in a mailbox or on a slip of paper it is not to lie for ever. */
const days = 7;

const group = (): string =>
  Array.from({ length: lettersOfGroup }, () => letters[randomInt(letters.length)]).join('');

/** A password to be handed over (99 bits), with its hash. */
export const makeOneTimePassword = async (): Promise<{ password: string; hash: string }> => {
  const password = Array.from({ length: groups }, group).join('-');
  return { password, hash: await hashPassword(password) };
};

/** Makes it somebody's in the place of their own, and ends their access tokens: how many, or undefined for nobody. */
export const giveOneTimePassword = async (
  trx: Db,
  username: string,
  hash: string
): Promise<number | undefined> =>
  (await createAuthStore(trx).setOneTimePassword(username, hash, days))
    ? revokeAccessTokens(trx, username)
    : undefined;

/** Refuses a sign-in with one that nobody has used in time, and writes that down. */
export const refuseLate = async (db: Db, from: Author, user: UserRow): Promise<void> => {
  if (user.password_until === null || user.password_until.getTime() > Date.now()) return;
  const code = 'auth.password-expired';
  await record(db, {
    actor: from,
    project: null,
    action: 'login',
    asset: `user:${user.name}`,
    outcome: 'refused',
    data: { code }
  });
  throw problem(
    code,
    `It was good for ${String(days)} days and was not used in time. Ask an administrator for another one.`
  );
};
