import type { Role, Service } from '@hopslab/schema';
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

/** Somebody as a member of a project. */
export interface MemberKey {
  readonly project: string;
  readonly username: string;
}

export type StandingRow = MemberKey & {
  readonly role: Role;
  readonly state: ProjectState;
  readonly services: readonly Service[];
  readonly locked: boolean;
};

export interface NewProject {
  readonly name: string;
  readonly description: string;
  readonly services: readonly Service[];
  readonly created_by: string;
}

/** A deleted project has no members, so whatever is found by a membership is none. */
export const createProjectsStore = (db: Db) => {
  const columns = ['name', 'description', 'created_at', 'state', 'services'].map(name => `projects.${name}`);
  const withRole = () =>
    db('projects')
      .join('members as mine', { 'mine.project': 'projects.name' })
      .select(db.raw('(select count(*)::int from members where members.project = projects.name) as members'))
      .select<(ProjectRow & MemberKey)[]>(...columns, 'mine.role', 'mine.project', 'mine.username');
  const key = ['mine.project', 'mine.username'];
  // A list of pairs: a join with arrays took PostgreSQL 0.7 ms to plan, more than to run.
  const pairs = (keys: readonly MemberKey[]) => keys.map(({ project, username }) => [project, username]);

  return {
    projectsOf: (user: string, after: string, limit: number): Promise<ProjectRow[]> =>
      withRole()
        .where('mine.username', user)
        .andWhere('projects.name', '>', after)
        .orderBy('projects.name')
        .limit(limit),

    /** Each of them sees their project. */
    seenBy: (keys: readonly MemberKey[]): Promise<(ProjectRow & MemberKey)[]> =>
      withRole().whereIn(key, pairs(keys)),

    /** When something was last done in some projects. */
    async changes(names: readonly string[]): Promise<Map<string, Date>> {
      const { rows } = await db.raw<{ rows: { project: string; at: Date }[] }>(
        `select named.project, last.at from unnest(?::text[]) as named (project), lateral (
          select at from journal
          where journal.project = named.project and position is not null and outcome = 'done'
          order by at desc, position desc limit 1
        ) as last`,
        [[...names]]
      );
      return new Map(rows.map(({ project, at }) => [project, at]));
    },

    standings: (keys: readonly MemberKey[]): Promise<StandingRow[]> =>
      db('members as mine')
        .join('projects', { 'projects.name': 'mine.project' })
        .join('users', { 'users.name': 'mine.username' })
        .whereIn(key, pairs(keys))
        .select<StandingRow[]>(
          'mine.project',
          'mine.username',
          'mine.role',
          'projects.state',
          'projects.services',
          'users.locked'
        ),

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
