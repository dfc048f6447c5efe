import type { ProjectAction, shares } from '@hopslab/schema';
import {
  byRole,
  granted,
  isGranted,
  refused,
  type AssetRights,
  type Person,
  type Verdict
} from '../../platform/verdict.js';
import { canCarry, canMakeFolder, type DescribedDataset, type Way } from './datasets.policy.js';

/** What of a shared dataset its rights depend on, seen from the project that it is shared with. */
export interface SharedFacts {
  readonly owner: string;
  readonly name: string;
  readonly permission: shares.Permission;
  /** What its owner says of programs of data scientists. */
  readonly editable: boolean;
  /** Anybody adds it, read-only; a share may say more. */
  readonly public: boolean;
}

/** The name under which another project has it. */
export const sharedName = (owner: string, dataset: string): string => `${owner}::${dataset}`;

/** Whose dataset a name tells of, and its name there; undefined where it is the project's own. */
export const ownerOf = (name: string): { readonly project: string; readonly dataset: string } | undefined => {
  const [project = '', dataset] = name.split('::');
  return dataset === undefined ? undefined : { project, dataset };
};

const readOnly = (right: ProjectAction, { owner, name, public: isPublic }: SharedFacts): Verdict =>
  isPublic
    ? refused(
        right,
        `${name} of ${owner} is public, which is read-only.`,
        `A data owner of the project ${owner} can share it editable with this project.`
      )
    : refused(
        right,
        `${owner} shares ${name} read-only.`,
        `A data owner of the project ${owner} can make the share editable.`
      );

const asShared = (verdict: Verdict): Verdict => (isGranted(verdict) ? granted('share') : verdict);

/**
 * What the role gives in the project that it is shared with, as far as the share goes. Writing needs an editable share;
 * programs of data scientists need the dataset to be editable too. All of it is data: a data scientist carries nothing.
 */
export const canOnShared = (
  who: Pick<Person, 'role'>,
  action: ProjectAction,
  shared: SharedFacts
): Verdict => {
  const verdict = asShared(byRole(who, action));
  const writes = action === 'dataset.write' || action === 'data.import';
  if (writes && shared.permission === 'read_only') return readOnly(action, shared);
  if (action !== 'dataset.write' || isGranted(verdict) || !shared.editable) return verdict;
  return granted('share');
};

export const rightsOnShared = (shared: SharedFacts): AssetRights => ({
  actions: ['dataset.view', 'dataset.write', 'data.import', 'data.export'],
  can: (who, action) => canOnShared(who, action, shared)
});

/** The share that a project has a dataset by; undefined where it is its own. */
const shareOf = ({ name, sharedBy, permission, ...rest }: DescribedDataset): SharedFacts | undefined =>
  sharedBy === undefined || permission === undefined
    ? undefined
    : { owner: sharedBy, name: ownerOf(name)?.dataset ?? name, permission, ...rest };

/** Carrying a file into a dataset or out of it, be it shared or the project's own. */
export const canCarryAt = (
  who: Pick<Person, 'role'>,
  way: Way,
  dataset: DescribedDataset,
  path: string
): Verdict => {
  const share = shareOf(dataset);
  if (!share) return canCarry(who, way, dataset.name, path);
  return canOnShared(who, way === 'in' ? 'data.import' : 'data.export', share);
};

export const canMakeFolderAt = (who: Pick<Person, 'role'>, dataset: DescribedDataset): Verdict => {
  const share = shareOf(dataset);
  return share ? canOnShared(who, 'data.import', share) : canMakeFolder(who, dataset.name);
};
