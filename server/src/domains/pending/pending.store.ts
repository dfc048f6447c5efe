import type { pending } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface PendingRow {
  readonly id: string;
  readonly project: string;
  readonly username: string;
  readonly operation: string;
  readonly summary: string;
  /** Sealed; gone once it is decided. */
  readonly request: Buffer | null;
  readonly state: pending.PendingAct['state'];
  readonly problem: pending.PendingAct['problem'];
  readonly asked_at: Date;
  readonly expires_at: Date;
}

type NewRow = Pick<PendingRow, 'id' | 'project' | 'username' | 'operation' | 'summary' | 'request'> & {
  readonly request_hash: Buffer;
};

const lifetime = `interval '10 minutes'`;
/** How long an ended one can still be looked at. */
const kept = `interval '1 day'`;

export const createPendingStore = (db: Db) => ({
  /** Makes one projectUser's acts wait for each other, so that they are counted rightly. */
  async lock(project: string, username: string): Promise<void> {
    await db('members').where({ project, username }).forUpdate().first('project');
  },

  waiting: (project: string, username: string): Promise<(PendingRow & { request_hash: Buffer })[]> =>
    db<PendingRow & { request_hash: Buffer }>('pending_acts').where({ project, username, state: 'waiting' }),

  async insert(row: NewRow): Promise<PendingRow> {
    const [made] = (await db('pending_acts')
      .insert({ ...row, expires_at: db.raw(`now() + ${lifetime}`) })
      .returning('*')) as PendingRow[];
    if (!made) throw new Error('a pending act was not inserted');
    return made;
  },

  one: (id: string, username: string): Promise<PendingRow | undefined> =>
    db<PendingRow>('pending_acts').where({ id, username }).first(),

  ofUser: (username: string): Promise<PendingRow[]> =>
    db<PendingRow>('pending_acts')
      .where({ username, state: 'waiting' })
      .whereRaw('expires_at > now()')
      .orderBy('asked_at'),

  /** Takes it out of waiting: of two who decide at once, one gets it. What was asked leaves the database. */
  async take(id: string, username: string, state: 'confirmed' | 'declined'): Promise<PendingRow | undefined> {
    const { rows } = await db.raw<{ rows: PendingRow[] }>(
      `with taken as (
         select id, request from pending_acts
         where id = ? and username = ? and state = 'waiting' and expires_at > now() for update
       )
       update pending_acts set state = ?, request = null from taken
       where pending_acts.id = taken.id
       returning pending_acts.*, taken.request as request`,
      [id, username, state]
    );
    return rows[0];
  },

  async end(id: string, state: 'done' | 'refused', problem: PendingRow['problem']): Promise<void> {
    await db('pending_acts').where({ id }).update({ state, problem });
  },

  /** Ends what nobody decided in time, and forgets what ended long ago. */
  async expire(): Promise<PendingRow[]> {
    await db('pending_acts').whereRaw(`expires_at < now() - ${kept}`).delete();
    return db<PendingRow>('pending_acts')
      .where({ state: 'waiting' })
      .whereRaw('expires_at <= now()')
      .update({ state: 'expired', request: null })
      .returning('*');
  }
});
