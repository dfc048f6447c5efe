import type { projects as contract, Role } from '@hopslab/schema';
import { personOf, type Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import type { Precondition } from '../../platform/version.js';
import { createMembersStore, type MemberRow } from './members.store.js';
import type { Followers } from './projects.endings.js';
import { canRemove } from './projects.policy.js';
import { createProjectsStore } from './projects.store.js';

export interface MembersDeps extends Followers {
  readonly db: Db;
  /** What somebody holds and runs in a project, as the other domains know it. */
  readonly holdings: (project: string, user: string) => Promise<contract.Holdings>;
}

export interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface Wanted {
  readonly user: string;
  readonly role: Role;
}

const view = (row: MemberRow): contract.Member => ({
  user: row.username,
  displayName: row.display_name,
  role: row.role,
  since: row.since.toISOString()
});

const unknownUsers = (
  wanted: readonly Wanted[],
  known: readonly string[],
  pointer: (at: number) => string
) => {
  const errors = wanted.flatMap(({ user }, at) =>
    known.includes(user) ? [] : [{ pointer: pointer(at), detail: `there is no user ${user}` }]
  );
  if (errors.length === 0) return undefined;
  const names = errors.map(({ detail }) => detail.replace('there is no user ', '')).join(', ');
  return problem('user.unknown', `There is no user ${names}; an administrator can create one.`, { errors });
};

const lastOwner = (user: string) =>
  problem('member.last-owner', `${user} is the project’s last data owner; make somebody else one first.`);

const notIn = (user: string, project: string) =>
  problem('member.unknown', `${user} is not a member of ${project}.`);

/** Throws for who may not remove this member. */
const judgeRemoval = (actor: Actor, user: string): void => {
  demand(canRemove(personOf(actor), user));
};

export const createMembersService = ({ db, holdings, onEnd, onChange }: MembersDeps) => {
  const store = createMembersStore(db);

  const get = async (project: string, user: string): Promise<contract.Member> => {
    const row = await store.one(project, user);
    if (!row) throw notIn(user, project);
    return view(row);
  };

  const follow = async (): Promise<void> => {
    for (const look of onChange) await look();
  };

  const write = (trx: Db, actor: Actor, project: string, user: string, action: string, data: object) =>
    record(trx, { actor, project, action, asset: `member:${user}`, data: { ...data } });

  /** Changes one membership under the project's lock; the last data owner can neither go nor step down. */
  const change = (
    project: string,
    user: string,
    unchanged: Precondition,
    act: (trx: Db, before: MemberRow | undefined) => Promise<boolean>
  ): Promise<boolean> =>
    db.transaction(async trx => {
      await createProjectsStore(trx).lock(project);
      const inside = createMembersStore(trx);
      const before = await inside.one(project, user);
      unchanged(before && view(before));
      const owners = await inside.countOwners(project);
      const changed = await act(trx, before);
      if (owners > 0 && (await inside.countOwners(project)) === 0) throw lastOwner(user);
      return changed;
    });

  return {
    get,

    async list(project: string, { limit, cursor }: Paging) {
      const rows = await store.page(project, String(afterOf(cursor) ?? ''), limit + 1);
      return pageOf(rows, limit, row => row.username, view);
    },

    async holdings(project: string, user: string) {
      await get(project, user);
      return holdings(project, user);
    },

    async put(actor: Actor, project: string, { user, role }: Wanted, unchanged: Precondition) {
      const unknown = unknownUsers([{ user, role }], await store.known([user]), () => '/params/user');
      if (unknown) throw unknown;
      const changed = await change(project, user, unchanged, async (trx, before) => {
        if (before?.role === role) return false;
        await createMembersStore(trx).put(project, user, role);
        const action = before ? 'member.role-changed' : 'member.added';
        await write(trx, actor, project, user, action, { role, before: before?.role ?? null });
        return true;
      });
      if (changed) await follow();
      return get(project, user);
    },

    /** Ends what somebody runs, in every project; they stay a member. */
    endAll: async (trx: Db, user: string, why: string): Promise<void> => {
      for (const project of await createMembersStore(trx).projectsOf(user))
        for (const end of onEnd) await end(trx, { project, users: [user], why });
    },

    /** Looks again at what runs, once such an end is committed. */
    follow,

    /** Adds many, all or none; whoever is a member already keeps their role. */
    async addAll(actor: Actor, project: string, wanted: readonly Wanted[]) {
      const users = wanted.map(({ user }) => user);
      const unknown = unknownUsers(
        wanted,
        await store.known(users),
        at => `/body/members/${String(at)}/user`
      );
      if (unknown) throw unknown;
      await db.transaction(async trx => {
        await createProjectsStore(trx).lock(project);
        const added = new Set(await createMembersStore(trx).add(project, wanted));
        for (const { user, role } of wanted)
          if (added.has(user)) await write(trx, actor, project, user, 'member.added', { role, before: null });
      });
      return { items: (await store.those(project, users)).map(view) };
    },

    judgeRemoval,

    /** Removes somebody, or oneself; what they run in the project ends with that. */
    async remove(actor: Actor, project: string, user: string, unchanged: Precondition) {
      judgeRemoval(actor, user);
      await change(project, user, unchanged, async (trx, before) => {
        if (!before) throw notIn(user, project);
        await createMembersStore(trx).remove(project, [user]);
        const left = actor.user.name === user;
        const why = left ? `${user} left the project.` : `${user} was removed from the project.`;
        for (const end of onEnd) await end(trx, { project, users: [user], why });
        const action = left ? 'member.left' : 'member.removed';
        await write(trx, actor, project, user, action, { role: null, before: before.role });
        return true;
      });
      await follow();
    }
  };
};
export type MembersService = ReturnType<typeof createMembersService>;
