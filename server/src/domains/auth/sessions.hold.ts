import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { createAccessTokensStore } from './access-tokens.store.js';
import { createSessionsStore } from './sessions.store.js';

const isThere = async (trx: Db, { user, session, accessToken }: Actor): Promise<boolean> => {
  if (session !== null) return createSessionsStore(trx).hold(user.name, session);
  return accessToken === undefined || createAccessTokensStore(trx).hold(accessToken);
};

/**
 * Refuses whose sign-in or access token has ended since the request came in. One that is still there does not end
 * before the transaction does: whoever ends it finds what was made by it, and can take that back.
 */
export const holdSignIn = async (trx: Db, actor: Actor): Promise<void> => {
  if (!(await isThere(trx, actor)))
    throw problem('auth.expired', 'The sign-in has ended meanwhile; sign in again.');
};
