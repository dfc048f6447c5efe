import { services as everyService, type projects as contract, type Service } from '@hopslab/schema';
import type { Actor, Author, Standing } from '../../platform/actor.js';
import { batched } from '../../platform/batched.js';
import { isUniqueViolation, type Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterOf, pageOf, type PageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import type { Precondition } from '../../platform/version.js';
import type { Paging } from './members.service.js';
import { createMembersStore } from './members.store.js';
import type { Followers } from './projects.endings.js';
import { createProjectsStore, type MemberKey, type ProjectRow } from './projects.store.js';

export interface ProjectsDeps extends Followers {
  readonly db: Db;
  /** What other domains make with every project, in its transaction. */
  readonly onCreate: readonly ((trx: Db, project: string) => Promise<void>)[];
  /** What other domains end with a project that is archived or deleted, in that transaction. */
  readonly onClose: (trx: Db, actor: Author, project: string, why: string) => Promise<void>;
  /** What is held of each of some projects. */
  readonly useOf: (projects: readonly string[]) => Promise<(project: string) => Omit<Use, 'changedAt'>>;
}

type Use = NonNullable<contract.ListedProject['use']>;

interface Wanted {
  readonly name: string;
  readonly description: string;
  readonly services?: readonly Service[];
}

const view = (row: ProjectRow): contract.Project => ({
  name: row.name,
  description: row.description,
  role: row.role,
  state: row.state,
  services: [...row.services],
  members: row.members,
  createdAt: row.created_at.toISOString()
});

const unknown = (name: string) =>
  problem('project.unknown', `There is no project ${name} that you are a member of.`);

/** Throws where a deletion does not come with the project’s name, typed by whoever deletes it. */
const judgeDeletion = (name: string, confirm: string): void => {
  if (confirm === name) return;
  throw problem('request.invalid', `confirm: type the project’s name, ${name}, to delete it.`, {
    errors: [{ pointer: '/body/confirm', detail: 'is not the project’s name' }]
  });
};

export const createProjectsService = (deps: ProjectsDeps) => {
  const { db, onCreate, onEnd, onChange, onClose, useOf } = deps;
  const store = createProjectsStore(db);
  const keyOf = ({ project, username }: MemberKey): string => `${project}/${username}`;
  const findSeen = batched(store.seenBy, keyOf, keyOf);
  const findStanding = batched(store.standings, keyOf, keyOf);

  const get = async (actor: Author, project: string, find = findSeen): Promise<contract.Project> => {
    const row = await find({ project, username: actor.user.name });
    if (!row) throw unknown(project);
    return view(row);
  };

  const standing = async (project: string, username: string): Promise<Standing | undefined> => {
    const row = await findStanding({ project, username });
    if (!row) return undefined;
    const { role, services, locked, state } = row;
    return { role, services, locked, archived: state !== 'active' };
  };

  const write = (trx: Db, actor: Author, project: string, action: string, data = {}) =>
    record(trx, { actor, project, action, asset: `project:${project}`, data });

  /** Changes the project under its lock, from what it then is. */
  const change = async (
    actor: Actor,
    name: string,
    act: (trx: Db, now: contract.Project) => Promise<void>
  ): Promise<void> => {
    await db.transaction(async trx => {
      const inside = createProjectsStore(trx);
      await inside.lock(name);
      await act(trx, await get(actor, name, async key => (await inside.seenBy([key]))[0]));
    });
  };

  /** Ends what runs under every membership, and what the project has with others. */
  const endAll = async (trx: Db, actor: Actor, project: string, how: 'archived' | 'deleted') => {
    const users = await createMembersStore(trx).names(project);
    for (const end of onEnd) await end(trx, { project, users, why: `The project was ${how}.` });
    await onClose(trx, actor, project, `The project ${project} was ${how}.`);
    return users;
  };

  const follow = async (): Promise<void> => {
    for (const look of onChange) await look();
  };

  const switchState = async (actor: Actor, name: string, state: 'active' | 'archived') => {
    await change(actor, name, async (trx, now) => {
      if (now.state === state) return;
      await createProjectsStore(trx).setState(name, state);
      if (state === 'archived') await endAll(trx, actor, name, state);
      await write(trx, actor, name, state === 'archived' ? 'project.archived' : 'project.unarchived');
    });
    await follow();
    return get(actor, name);
  };

  return {
    standing,
    roleIn: async (name: string, user: string) => (await standing(name, user))?.role,
    get: (actor: Actor, name: string) => get(actor, name),

    async list(
      actor: Actor,
      { limit, cursor, with: more }: Paging & { readonly with?: 'use' | undefined }
    ): Promise<PageOf<contract.ListedProject>> {
      const rows = await store.projectsOf(actor.user.name, String(afterOf(cursor) ?? ''), limit + 1);
      const page = pageOf(rows, limit, row => row.name, view);
      if (more === undefined) return page;
      const names = page.items.map(({ name }) => name);
      const [held, changes] = await Promise.all([useOf(names), store.changes(names)]);
      const used = ({ name }: contract.Project): Use => ({
        changedAt: changes.get(name)?.toISOString() ?? null,
        ...held(name)
      });
      return { ...page, items: page.items.map(project => ({ ...project, use: used(project) })) };
    },

    async create(actor: Author, { name, description, services = everyService }: Wanted) {
      const owner = actor.user.name;
      try {
        await db.transaction(async trx => {
          const wanted = everyService.filter(service => services.includes(service));
          await createProjectsStore(trx).insert({ name, description, services: wanted, created_by: owner });
          await createMembersStore(trx).put(name, owner, 'data_owner');
          for (const make of onCreate) await make(trx, name);
          await write(trx, actor, name, 'project.created', { services: wanted });
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
      return get(actor, name);
    },

    async update(actor: Actor, name: string, description: string, unchanged: Precondition) {
      await change(actor, name, async (trx, now) => {
        unchanged(now);
        if (now.description === description) return;
        await createProjectsStore(trx).setDescription(name, description);
        await write(trx, actor, name, 'project.updated');
      });
      return get(actor, name);
    },

    archive: (actor: Actor, name: string) => switchState(actor, name, 'archived'),
    unarchive: (actor: Actor, name: string) => switchState(actor, name, 'active'),

    judgeDeletion,

    /** Nobody is a member from here on; what ran is stopped and the files go to the trash by themselves. */
    async delete(actor: Actor, name: string, confirm: string) {
      judgeDeletion(name, confirm);
      await change(actor, name, async trx => {
        const members = await endAll(trx, actor, name, 'deleted');
        await createMembersStore(trx).remove(name, members);
        await createProjectsStore(trx).setState(name, 'deleted');
        await write(trx, actor, name, 'project.deleted', { members });
      });
      await follow();
    },

    async services(actor: Actor, name: string): Promise<contract.ServiceState[]> {
      const { services } = await get(actor, name);
      return everyService.map(service => ({ name: service, enabled: services.includes(service) }));
    },

    async setService(actor: Actor, name: string, service: Service, enabled: boolean) {
      await change(actor, name, async (trx, { services: now }) => {
        if (now.includes(service) === enabled) return;
        const next = everyService.filter(one => (one === service ? enabled : now.includes(one)));
        await createProjectsStore(trx).setServices(name, next);
        await record(trx, {
          actor,
          project: name,
          action: enabled ? 'service.enabled' : 'service.disabled',
          asset: `service:${service}`
        });
      });
      return { name: service, enabled };
    }
  };
};
export type ProjectsService = ReturnType<typeof createProjectsService>;
