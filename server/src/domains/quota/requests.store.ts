import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface RequestRow {
  readonly id: string;
  readonly project: string;
  readonly asked: contract.SomeLimits;
  readonly reason: string;
  readonly asked_by: string;
  readonly asked_at: Date;
  readonly state: contract.QuotaRequest['state'];
  readonly words: string | null;
  readonly answered_by: string | null;
  readonly answered_at: Date | null;
}

export type NewRequest = Pick<RequestRow, 'id' | 'project' | 'asked' | 'reason' | 'asked_by'>;

const most = 100;

export const createRequestsStore = (db: Db) => ({
  insert: async (row: NewRequest): Promise<void> => {
    await db('quota_requests').insert({ ...row, asked: JSON.stringify(row.asked) });
  },

  /** Counts those of a project that wait; nobody adds one until the transaction ends. */
  async lockAndCountWaiting(project: string): Promise<number> {
    await db('projects').where({ name: project }).forUpdate().first('name');
    return (await db('quota_requests').where({ project, state: 'waiting' })).length;
  },

  newest: (project: string): Promise<RequestRow[]> =>
    db<RequestRow>('quota_requests').where({ project }).orderBy('asked_at', 'desc').limit(most),

  waiting: (): Promise<RequestRow[]> =>
    db<RequestRow>('quota_requests').where({ state: 'waiting' }).orderBy('asked_at').limit(1000),

  byId: (id: string): Promise<RequestRow | undefined> =>
    db<RequestRow>('quota_requests').where({ id }).first(),

  /** Answers a request that still waits; whether it did. */
  async answer(id: string, state: 'granted' | 'declined', words: string, by: string): Promise<boolean> {
    const changed = await db('quota_requests')
      .where({ id, state: 'waiting' })
      .update({ state, words, answered_by: by, answered_at: db.fn.now() });
    return changed === 1;
  }
});
