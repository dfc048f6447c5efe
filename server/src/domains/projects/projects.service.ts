import type { projects as contract, Role } from '@hopslab/schema';
import type { Actor, Author } from '../../platform/actor.js';
import { isUniqueViolation, type Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { createProjectsStore, type MemberRow, type ProjectRow } from './projects.store.js';

export interface ProjectsDeps {
  readonly db: Db;
  /** What other domains make with every project, in its transaction. */
  readonly onCreate: readonly ((trx: Db, project: string) => Promise<void>)[];
  /** What has to follow a committed change of somebody's membership. */
  readonly onMembership: readonly ((project: string, user: string) => Promise<void>)[];
}

const projectView = (row: ProjectRow): contract.Project => ({
  name: row.name,
  description: row.description,
  role: row.role,
  members: row.members,
  createdAt: row.created_at.toISOString()
});

const memberView = (row: MemberRow): contract.Member => ({
  user: row.username,
  displayName: row.display_name,
  role: row.role,
  since: row.since.toISOString()
});

interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const lastOwner = (user: string) =>
  problem('member.last-owner', `${user} is the project’s last data owner; make somebody else one first.`);

export const createProjectsService = ({ db, onCreate, onMembership }: ProjectsDeps) => {
  const store = createProjectsStore(db);

  const project = async (name: string, user: string): Promise<contract.Project> => {
    const row = await store.project(name, user);
    if (!row) throw problem('project.unknown', `There is no project ${name} that you are a member of.`);
    return projectView(row);
  };

  const member = async (name: string, user: string): Promise<contract.Member> => {
    const row = await store.member(name, user);
    if (!row) throw problem('member.unknown', `${user} is not a member of ${name}.`);
    return memberView(row);
  };

  /** Changes one membership under the project's lock; the last data owner can neither go nor step down. */
  const changeMember = async (actor: Actor, name: string, user: string, role: Role | null): Promise<void> => {
    const changed = await db.transaction(async trx => {
      const inside = createProjectsStore(trx);
      const owners = await inside.lockAndCountOwners(name);
      const before = await inside.roleIn(name, user);
      if (before === (role ?? undefined)) return false;
      if (before === 'data_owner' && owners === 1) throw lastOwner(user);
      if (role) await inside.putMember(name, user, role);
      else await inside.removeMember(name, user);
      const action = role === null ? 'member.removed' : before ? 'member.role-changed' : 'member.added';
      await record(trx, {
        actor,
        project: name,
        action,
        asset: `member:${user}`,
        data: { role, before: before ?? null }
      });
      return true;
    });
    if (changed) for (const follow of onMembership) await follow(name, user);
  };

  return {
    roleIn: (name: string, user: string) => store.roleIn(name, user),
    get: (actor: Actor, name: string) => project(name, actor.user.name),
    member,

    async list(actor: Actor, { limit, cursor }: Paging) {
      const rows = await store.projectsOf(actor.user.name, String(afterOf(cursor) ?? ''), limit + 1);
      return pageOf(rows, limit, row => row.name, projectView);
    },

    async create(actor: Author, { name, description }: { name: string; description: string }) {
      const owner = actor.user.name;
      try {
        await db.transaction(async trx => {
          const inside = createProjectsStore(trx);
          await inside.insertProject(name, description, owner);
          await inside.putMember(name, owner, 'data_owner');
          for (const make of onCreate) await make(trx, name);
          await record(trx, {
            actor,
            project: name,
            action: 'project.created',
            asset: `project:${name}`
          });
        });
      } catch (error) {
        if (isUniqueViolation(error))
          throw problem(
            'project.name-taken',
            `The name ${name} is or was used; names are given once. Choose another.`,
            { cause: error }
          );
        throw error;
      }
      return project(name, owner);
    },

    async update(actor: Actor, name: string, { description }: { description: string }) {
      await db.transaction(async trx => {
        await createProjectsStore(trx).setDescription(name, description);
        await record(trx, {
          actor,
          project: name,
          action: 'project.updated',
          asset: `project:${name}`
        });
      });
      return project(name, actor.user.name);
    },

    async members(name: string, { limit, cursor }: Paging) {
      const rows = await store.members(name, String(afterOf(cursor) ?? ''), limit + 1);
      return pageOf(rows, limit, row => row.username, memberView);
    },

    async putMember(actor: Actor, name: string, user: string, role: Role) {
      if (!(await store.userExists(user)))
        throw problem('user.unknown', `There is no user ${user}; an administrator can create one.`);
      await changeMember(actor, name, user, role);
      return member(name, user);
    },

    async removeMember(actor: Actor, name: string, user: string) {
      await member(name, user);
      await changeMember(actor, name, user, null);
    }
  };
};
export type ProjectsService = ReturnType<typeof createProjectsService>;
