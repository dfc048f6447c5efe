import { randomInt } from 'node:crypto';
import type { Db } from '../../platform/db.js';
import { revokeAccessTokens } from './access-tokens.service.js';
import { hashPassword } from './auth.passwords.js';
import { createAuthStore } from './auth.store.js';

// Nothing that is mistaken for something else when it is read out.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const lettersOfGroup = 5;

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
  (await createAuthStore(trx).setPassword(username, hash, true))
    ? revokeAccessTokens(trx, username)
    : undefined;
