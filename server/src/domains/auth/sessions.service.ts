import type { account } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { createSessionsStore, type SignIn } from './sessions.store.js';
import { deviceIn } from './user-agent.js';

/** A person's own sign-ins: seen, and ended at once everywhere. */
export const createSessionsService = (db: Db) => {
  const view = (row: SignIn, actor: Actor): account.Session => ({
    id: row.id,
    device: deviceIn(row.agent),
    address: row.address,
    signedInAt: row.created_at.toISOString(),
    lastUsedAt: row.used_at.toISOString(),
    current: row.id === actor.session
  });
  const tell = (trx: Db, actor: Actor, why: string): Promise<void> =>
    record(trx, {
      actor,
      project: null,
      action: 'session.ended',
      asset: `user:${actor.user.name}`,
      data: { why }
    });

  return {
    list: async (actor: Actor) => ({
      items: (await createSessionsStore(db).of(actor.user.name)).map(row => view(row, actor)),
      nextCursor: null
    }),

    end: (actor: Actor, id: string): Promise<void> =>
      db.transaction(async trx => {
        if (!(await createSessionsStore(trx).end(actor.user.name, id)))
          throw problem('session.unknown', 'It has ended already, or is not yours.');
        await tell(trx, actor, 'its person ended it');
      }),

    endOthers: (actor: Actor): Promise<void> =>
      db.transaction(async trx => {
        const ended = await createSessionsStore(trx).endOthers(actor.user.name, actor.session);
        if (ended > 0) await tell(trx, actor, 'its person ended all others');
      })
  };
};
export type SessionsService = ReturnType<typeof createSessionsService>;
