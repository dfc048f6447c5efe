import type { Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { isGranted } from '../../platform/verdict.js';
import type { DescribedDataset } from './datasets.policy.js';
import { canOnShared, ownerOf, sharedName, type SharedFacts } from './shares.policy.js';
import { createSharesStore, type GrantRow } from './shares.store.js';

export const sharedFacts = ({
  owner,
  dataset,
  permission,
  editable,
  public: isPublic
}: GrantRow): SharedFacts => ({
  owner,
  name: dataset,
  permission,
  editable,
  public: isPublic
});

/** A shared dataset as the project sees it that it is shared with. */
export const sharedView = (row: GrantRow): DescribedDataset => ({
  name: sharedName(row.owner, row.dataset),
  description: row.description,
  builtIn: false,
  editable: row.editable && row.permission === 'editable',
  public: row.public,
  createdAt: row.created_at.toISOString(),
  sharedBy: row.owner,
  permission: row.permission
});

/** A shared dataset as a sandbox of a member with this role may have it. */
export const sharedMount = (row: GrantRow, role: Role) => ({
  dataset: sharedName(row.owner, row.dataset),
  writable: isGranted(canOnShared({ role }, 'dataset.write', sharedFacts(row)))
});

const isOne = (name: string): boolean => name.includes('::');

/** What is shared with projects now: accepted, and not taken back. */
export const createSeenShares = (db: Db) => {
  const store = createSharesStore(db);
  return {
    /** Whether a name is that of a dataset of another project. */
    isOne,

    one: async (project: string, name: string): Promise<GrantRow | undefined> => {
      const its = ownerOf(name);
      return its && store.grant(project, its.project, its.dataset);
    },

    of: (projects: readonly string[]): Promise<GrantRow[]> => store.grantsTo(projects),

    /** Those that come after a name in the list of a project's datasets, where they are the last. */
    after: async (project: string, name: string): Promise<DescribedDataset[]> => {
      const all = (await store.grantsTo([project])).map(sharedView);
      return all
        .filter(dataset => !isOne(name) || dataset.name > name)
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    }
  };
};
