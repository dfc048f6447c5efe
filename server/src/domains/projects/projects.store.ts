import type { Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface ProjectRow {
  readonly name: string;
  readonly description: string;
  readonly created_at: Date;
  readonly role: Role;
  readonly members: number;
}

export interface MemberRow {
  readonly username: string;
  readonly display_name: string;
  readonly role: Role;
  readonly since: Date;
}

export const createProjectsStore = (db: Db) => {
  const withRole = (user: string) =>
    db('projects')
      .join('members as mine', { 'mine.project': 'projects.name' })
      .where('mine.username', user)
      .select('projects.name', 'projects.description', 'projects.created_at', 'mine.role')
      .select(db.raw('(select count(*)::int from members where members.project = projects.name) as members'));

  const members = (project: string) =>
    db('members')
      .join('users', { 'users.name': 'members.username' })
      .where('members.project', project)
      .select<MemberRow[]>('members.username', 'users.display_name', 'members.role', 'members.since');

  return {
    projectsOf: (user: string, after: string, limit: number): Promise<ProjectRow[]> =>
      withRole(user).andWhere('projects.name', '>', after).orderBy('projects.name').limit(limit) as Promise<
        ProjectRow[]
      >,

    project: (name: string, user: string): Promise<ProjectRow | undefined> =>
      withRole(user).andWhere('projects.name', name).first() as Promise<ProjectRow | undefined>,

    insertProject: async (name: string, description: string, createdBy: string): Promise<void> => {
      await db('projects').insert({ name, description, created_by: createdBy });
    },

    setDescription: async (name: string, description: string): Promise<void> => {
      await db('projects').where({ name }).update({ description });
    },

    members: (project: string, after: string, limit: number): Promise<MemberRow[]> =>
      members(project).andWhere('members.username', '>', after).orderBy('members.username').limit(limit),

    member: (project: string, user: string): Promise<MemberRow | undefined> =>
      members(project).andWhere('members.username', user).first() as Promise<MemberRow | undefined>,

    async roleIn(project: string, username: string): Promise<Role | undefined> {
      const row = await db('members').where({ project, username }).first<{ role: Role } | undefined>('role');
      return row?.role;
    },

    userExists: async (name: string): Promise<boolean> =>
      (await db('users').where({ name, locked: false }).first('name')) !== undefined,

    /** Holds every change of the project's members until the transaction ends, and counts the owners. */
    async lockAndCountOwners(project: string): Promise<number> {
      await db('projects').where({ name: project }).forUpdate().first('name');
      const owners = await db('members').where({ project, role: 'data_owner' });
      return owners.length;
    },

    /** A changed role gets a new epoch: what was granted under the old one ends. */
    putMember: async (project: string, username: string, role: Role): Promise<void> => {
      await db('members')
        .insert({ project, username, role })
        .onConflict(['project', 'username'])
        .merge({ role, epoch: db.raw(`nextval('epochs')`) });
    },

    removeMember: async (project: string, username: string): Promise<void> => {
      await db('members').where({ project, username }).delete();
    }
  };
};
