import { projectUserOf, type Author } from './actor.js';
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
  const { user, member, channel, address, requestId } = actor;
  await db('journal').insert({
    ...what,
    actor: user.name,
    project_user: member && projectUserOf(member.project, user.name),
    channel,
    address,
    request_id: requestId,
    data: JSON.stringify(data)
  });
  await publish(db, 'journal', {});
};

/**
 * Gives committed rows their position, in the order of their ids among what is visible. One sequencer at a time
 * (the lock), so that a reader who saw position n has seen everything before it.
 */
export const sequence = async (db: Db): Promise<number> =>
  db.transaction(async trx => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('journal.sequence'))`);
    const numbered = await trx.raw<{ rows: { project: string | null }[] }>(`
      with fresh as (
        select id, row_number() over (order by id) as n
        from (select id from journal where position is null order by id limit 1000) as next
      ), head as (select coalesce(max(position), 0) as position from journal)
      update journal set position = head.position + fresh.n
      from fresh, head where journal.id = fresh.id
      returning journal.project`);
    for (const project of new Set(numbered.rows.map(row => row.project)))
      if (project !== null) await publish(trx, `project:${project}`, {});
    return numbered.rows.length;
  });
