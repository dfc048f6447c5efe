import type { Role, Service } from '@hopslab/schema';
import type { Standing } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';

export type ProjectState = 'active' | 'archived' | 'deleted';

export interface ProjectRow {
  readonly name: string;
  readonly description: string;
  readonly created_at: Date;
  readonly state: Exclude<ProjectState, 'deleted'>;
  readonly services: readonly Service[];
  readonly role: Role;
  readonly members: number;
}

export interface NewProject {
  readonly name: string;
  readonly description: string;
  readonly services: readonly Service[];
  readonly created_by: string;
}

/** A deleted project has no members, so whatever is found by a membership is none. */
export const createProjectsStore = (db: Db) => {
  const columns = ['name', 'description', 'created_at', 'state', 'services'].map(name => `projects.${name}`);
  const withRole = (user: string) =>
    db('projects')
      .join('members as mine', { 'mine.project': 'projects.name' })
      .where('mine.username', user)
      .select(db.raw('(select count(*)::int from members where members.project = projects.name) as members'))
      .select<ProjectRow[]>(...columns, 'mine.role');

  return {
    projectsOf: (user: string, after: string, limit: number): Promise<ProjectRow[]> =>
      withRole(user).andWhere('projects.name', '>', after).orderBy('projects.name').limit(limit),

    project: async (name: string, user: string): Promise<ProjectRow | undefined> =>
      (await withRole(user).andWhere('projects.name', name))[0],

    async standing(project: string, username: string): Promise<Standing | undefined> {
      const row = await db('members')
        .join('projects', { 'projects.name': 'members.project' })
        .where({ 'members.project': project, 'members.username': username })
        .first<(Omit<Standing, 'archived'> & { state: ProjectState }) | undefined>(
          'members.role',
          'projects.state',
          'projects.services'
        );
      return row && { role: row.role, services: row.services, archived: row.state !== 'active' };
    },

    /** Holds every change of the project and its members until the transaction ends. */
    lock: async (name: string): Promise<void> => {
      await db('projects').where({ name }).forNoKeyUpdate().first('name');
    },

    insert: async (project: NewProject): Promise<void> => {
      await db('projects').insert(project);
    },

    setDescription: async (name: string, description: string): Promise<void> => {
      await db('projects').where({ name }).update({ description });
    },

    setState: async (name: string, state: ProjectState): Promise<void> => {
      await db('projects').where({ name }).update({ state });
    },

    setServices: async (name: string, services: readonly Service[]): Promise<void> => {
      await db('projects').where({ name }).update({ services });
    },

    /** Deleted ones whose files are still where they were. */
    untrashed: (): Promise<string[]> =>
      db('projects').where({ state: 'deleted', trashed_at: null }).pluck<string[]>('name'),

    setTrashed: async (name: string): Promise<void> => {
      await db('projects').where({ name }).update({ trashed_at: db.fn.now() });
    }
  };
};
