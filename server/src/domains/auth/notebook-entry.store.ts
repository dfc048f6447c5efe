import type { Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface EntryRow {
  readonly project: string;
  readonly username: string;
  readonly session: string;
}

/** What a pass is made from: a membership and a hub session that live now. */
export interface StandingRow {
  readonly epoch: number;
  readonly role: Role;
  readonly expires_at: Date;
}

const awake = `sessions.expires_at > now() and sessions.last_seen_at > now() - interval '12 hours'`;

export const createNotebookEntryStore = (db: Db) => ({
  async insert(hash: Buffer, entry: EntryRow, seconds: number): Promise<void> {
    await db('entry_codes').whereRaw('expires_at < now()').delete();
    await db('entry_codes').insert({
      hash,
      ...entry,
      expires_at: db.raw(`now() + make_interval(secs => ?)`, [seconds])
    });
  },

  /** Takes the code away and answers what it was for: of two who bring it at once, one gets it. */
  async take(hash: Buffer): Promise<EntryRow | undefined> {
    const rows = await db<EntryRow & { hash: Buffer; expires_at: Date }>('entry_codes')
      .where({ hash })
      .delete()
      .returning(['project', 'username', 'session', db.raw('expires_at > now() as fresh')] as never[]);
    const [row] = rows as unknown as (EntryRow & { fresh: boolean })[];
    return row?.fresh ? { project: row.project, username: row.username, session: row.session } : undefined;
  },

  /** Undefined when the membership or the session is gone, or the user is locked. */
  standing: ({ project, username, session }: EntryRow): Promise<StandingRow | undefined> =>
    db('members')
      .join('users', 'users.name', 'members.username')
      .join('sessions', 'sessions.username', 'members.username')
      .where({
        'members.project': project,
        'members.username': username,
        'sessions.id': session,
        'users.locked': false
      })
      .whereRaw(awake)
      .first<StandingRow | undefined>('members.epoch', 'members.role', 'sessions.expires_at'),

  /** Work in a notebook keeps the hub session awake; at most one write a minute. */
  async touch(session: string): Promise<void> {
    await db('sessions')
      .where({ id: session })
      .whereRaw(`last_seen_at < now() - interval '1 minute'`)
      .update({ last_seen_at: db.fn.now() });
  }
});
