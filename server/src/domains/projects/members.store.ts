import type { Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface MemberRow {
  readonly username: string;
  readonly display_name: string;
  readonly role: Role;
  readonly since: Date;
}

export const createMembersStore = (db: Db) => {
  const members = (project: string) =>
    db('members')
      .join('users', { 'users.name': 'members.username' })
      .where('members.project', project)
      .select<MemberRow[]>('members.username', 'users.display_name', 'members.role', 'members.since');

  return {
    page: (project: string, after: string, limit: number): Promise<MemberRow[]> =>
      members(project).andWhere('members.username', '>', after).orderBy('members.username').limit(limit),

    one: async (project: string, user: string): Promise<MemberRow | undefined> =>
      (await members(project).andWhere('members.username', user))[0],

    those: (project: string, users: readonly string[]): Promise<MemberRow[]> =>
      members(project).whereIn('members.username', users).orderBy('members.username'),

    names: (project: string): Promise<string[]> =>
      db('members').where({ project }).orderBy('username').pluck<string[]>('username'),

    /** Which of these people there are and may sign in. */
    known: (users: readonly string[]): Promise<string[]> =>
      db('users').whereIn('name', users).andWhere({ locked: false }).pluck<string[]>('name'),

    /** The projects that somebody is in, in the order in which they are locked. */
    projectsOf: (username: string): Promise<string[]> =>
      db('members').where({ username }).orderBy('project').pluck<string[]>('project'),

    countOwners: async (project: string): Promise<number> =>
      (await db('members').where({ project, role: 'data_owner' })).length,

    /** Adds those who are no members yet; answers who that were. */
    add: (project: string, added: readonly { user: string; role: Role }[]): Promise<string[]> =>
      db('members')
        .insert(added.map(({ user, role }) => ({ project, username: user, role })))
        .onConflict(['project', 'username'])
        .ignore()
        .returning<{ username: string }[]>('username')
        .then(rows => rows.map(({ username }) => username)),

    /** A changed role gets a new epoch: what was granted under the old one ends. */
    put: async (project: string, username: string, role: Role): Promise<void> => {
      await db('members')
        .insert({ project, username, role })
        .onConflict(['project', 'username'])
        .merge({ role, epoch: db.raw(`nextval('epochs')`) });
    },

    remove: async (project: string, users: readonly string[]): Promise<void> => {
      await db('members').where({ project }).whereIn('username', users).delete();
    }
  };
};
