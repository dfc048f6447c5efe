import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface QuotaRow {
  readonly project: string;
  /** Empty: the project's own limits; else one user's in it. */
  readonly username: string;
  readonly limits: contract.SomeLimits;
}

export interface MemberRow {
  readonly username: string;
  readonly display_name: string;
}

export const createQuotaStore = (db: Db) => ({
  of: (projects: readonly string[]): Promise<QuotaRow[]> =>
    db<QuotaRow>('quotas').whereIn('project', [...projects]),

  put: async ({ project, username, limits }: QuotaRow): Promise<void> => {
    await db('quotas')
      .insert({ project, username, limits: JSON.stringify(limits) })
      .onConflict(['project', 'username'])
      .merge();
  },

  /** Names of projects after one, with `q` in them. */
  projects: (q: string, after: string, limit: number): Promise<string[]> =>
    db('projects')
      .whereNot({ state: 'deleted' })
      .andWhere('name', '>', after)
      .andWhereRaw('strpos(name, lower(?)) > 0', [q])
      .orderBy('name')
      .limit(limit)
      .pluck<string[]>('name'),

  projectExists: async (name: string): Promise<boolean> =>
    (await db('projects').where({ name }).first('name')) !== undefined,

  members: (project: string): Promise<MemberRow[]> =>
    db('members')
      .join('users', { 'users.name': 'members.username' })
      .where('members.project', project)
      .orderBy('members.username')
      .select<MemberRow[]>('members.username', 'users.display_name')
});
