import { randomBytes, randomUUID } from 'node:crypto';
import type { account } from '@hopslab/schema';
import type { z } from 'zod';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { createAccessTokensStore, type AccessTokenRow } from './access-tokens.store.js';
import { hashOf, tokenPrefix } from './auth.tokens.js';
import { holdSignIn } from './sessions.hold.js';

const most = 50;

type Wanted = z.output<NonNullable<typeof account.createToken.body>>;

const view = (row: AccessTokenRow): account.AccessToken => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  project: row.project,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  lastAddress: row.last_address
});

/** Ends every access token of somebody for good, in the transaction of what made it necessary; answers how many. */
export const revokeAccessTokens = (trx: Db, username: string): Promise<number> =>
  createAccessTokensStore(trx).removeAll(username);

/** Personal access tokens: shown once, kept as a hash, and less than their person. */
export const createAccessTokensService = (db: Db) => {
  const tell = (trx: Db, actor: Actor, row: AccessTokenRow, what: 'created' | 'revoked'): Promise<void> =>
    record(trx, {
      actor,
      project: null,
      action: `token.${what}`,
      asset: `token:${row.id}`,
      data: { name: row.name, scopes: row.scopes, project: row.project }
    });

  return {
    list: async (actor: Actor) => ({
      items: (await createAccessTokensStore(db).of(actor.user.name)).map(view),
      nextCursor: null
    }),

    create: (actor: Actor, { name, scopes, project, days }: Wanted): Promise<account.NewToken> =>
      db.transaction(async trx => {
        const store = createAccessTokensStore(trx);
        const username = actor.user.name;
        await store.lock(username);
        await holdSignIn(trx, actor);
        if (project !== null && !(await store.isMember(project, username)))
          throw problem('project.unknown', `There is no project ${project} that you are a member of.`);
        if ((await store.of(username)).length >= most)
          throw problem('token.too-many', `You have ${most} tokens already; revoke one first.`);
        const secret = `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
        const row = await store.insert(
          { id: randomUUID(), hash: hashOf(secret), username, name, scopes, project },
          days
        );
        await tell(trx, actor, row, 'created');
        return { token: view(row), secret };
      }),

    revoke: (actor: Actor, id: string): Promise<void> =>
      db.transaction(async trx => {
        const row = await createAccessTokensStore(trx).remove(actor.user.name, id);
        if (!row) throw problem('token.unknown', 'It was revoked already, has expired, or is not yours.');
        await tell(trx, actor, row, 'revoked');
      })
  };
};
export type AccessTokensService = ReturnType<typeof createAccessTokensService>;
