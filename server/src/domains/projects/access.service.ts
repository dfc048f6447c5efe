import type { projects as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import { isGranted, type AssetRights, type Person } from '../../platform/verdict.js';
import type { Paging } from './members.service.js';
import { createMembersStore, type MemberRow } from './members.store.js';
import { rightsOnMember, rightsOnProject } from './projects.policy.js';

/** Finds an asset of a project by its name; throws the problem of its domain where there is none. */
export type FindAsset = (project: string, name: string) => Promise<AssetRights>;

export interface AccessDeps {
  readonly db: Db;
  /** The assets of other domains, by kind. */
  readonly assets: Readonly<Record<'dataset' | 'file' | 'experiment' | 'model', FindAsset>>;
}

const personOf = ({ username, role }: MemberRow): Person => ({ user: username, role });

const view = (row: MemberRow, rights: AssetRights): contract.MemberAccess => ({
  user: row.username,
  displayName: row.display_name,
  role: row.role,
  rights: rights.actions.flatMap(action => {
    const verdict = rights.can(personOf(row), action);
    return isGranted(verdict) ? [{ action, by: verdict.by }] : [];
  })
});

/** Who can do what with an asset, asked of the same policies that judge requests. */
export const createAccessService = ({ db, assets }: AccessDeps) => {
  const store = createMembersStore(db);

  const find: Readonly<Record<string, FindAsset>> = {
    ...assets,
    project: (project, name) => {
      if (name === project) return Promise.resolve(rightsOnProject);
      throw problem('project.unknown', `This is asked of ${project}; ask the project ${name} itself.`);
    },
    member: async (project, user) => {
      if (!(await store.one(project, user)))
        throw problem('member.unknown', `${user} is not a member of ${project}.`);
      return rightsOnMember(user);
    }
  };

  return {
    async who(project: string, asset: string, { limit, cursor }: Paging) {
      const at = asset.indexOf(':');
      const rights = await find[asset.slice(0, at)]?.(project, asset.slice(at + 1));
      if (!rights) throw new Error(`the contract lets no asset like ${asset} through`);
      const rows = await store.page(project, String(afterOf(cursor) ?? ''), limit + 1);
      return pageOf(
        rows,
        limit,
        row => row.username,
        row => view(row, rights)
      );
    }
  };
};
export type AccessService = ReturnType<typeof createAccessService>;
