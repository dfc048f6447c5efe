import { identityOf, type Author } from './actor.js';
import type { Db } from './db.js';
import { publish } from './live.js';

/** One thing that happened: who did what to which asset. */
export interface JournalRow {
  /** The request's actor, or `platform` for what nobody asked for. */
  readonly actor: Author;
  readonly project: string | null;
  readonly action: string;
  readonly asset: string;
  readonly outcome?: 'done' | 'refused';
  readonly data?: Record<string, unknown>;
}

/** Writes a row in the transaction of the change it tells of. */
export const record = async (db: Db, { actor, data = {}, ...what }: JournalRow): Promise<void> => {
  const { user, channel, address, requestId, accessToken } = actor;
  await db('journal').insert({
    ...what,
    actor: user.name,
    project_user: identityOf(actor),
    channel,
    address,
    request_id: requestId,
    // Where a token has got out, its rows say what was done with it.
    data: JSON.stringify({ ...data, accessToken })
  });
  await publish(db, 'journal', {});
};
