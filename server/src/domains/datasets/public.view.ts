import type { publicDatasets as contract } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';
import { sharedName } from './shares.policy.js';
import type { FoundRow, PublicationRow, UseRow } from './public.store.js';

export const foundView = (row: FoundRow): contract.PublicDataset => ({
  owner: row.owner,
  dataset: row.dataset,
  description: row.description,
  size: row.size,
  files: row.files,
  since: row.since.toISOString(),
  projects: row.projects,
  addedTo: row.added_to
});

export const publicationView = (row: PublicationRow, uses: readonly UseRow[]): contract.Publication => ({
  dataset: row.dataset,
  since: row.since.toISOString(),
  madeBy: row.made_by,
  usedBy: uses
    .filter(({ dataset }) => dataset === row.dataset)
    .map(({ project, added_at, shared }) => ({ project, addedAt: added_at.toISOString(), keeps: shared }))
});

export const addedView = (row: UseRow): contract.AddedDataset => ({
  name: sharedName(row.owner, row.dataset),
  owner: row.owner,
  dataset: row.dataset,
  addedBy: row.added_by,
  addedAt: row.added_at.toISOString(),
  shared: row.shared
});

/** Answered alike whether there is no such dataset or it is nobody else's to see. */
export const notPublic = (owner: string, dataset: string) =>
  problem(
    'public.unknown',
    `${owner} has no public dataset ${dataset}. It may have been made private again.`
  );

/** What will happen when a dataset is made public, for whoever confirms it. */
export const publishWords = (owner: string, dataset: string, editable: boolean): string =>
  `Make the dataset ${dataset} of the project ${owner} public: everybody who can sign in finds it, with the project’s name, the dataset’s description, its README and its size; data owners of any project can add it there, read it and carry it away.${
    editable ? ' Programs of data scientists write to it: what they write there is public at once.' : ''
  }`;

const most = 20;
const listed = (names: readonly string[]): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${String(names.length - most)} others`;

/** Who loses what when a dataset is made private again. */
export const privateWords = (owner: string, { dataset, usedBy }: contract.Publication): string => {
  const lose = usedBy.filter(({ keeps }) => !keeps).map(({ project }) => project);
  const keep = usedBy.filter(({ keeps }) => keeps).map(({ project }) => project);
  const losing =
    lose.length === 0
      ? 'No project loses it.'
      : `These projects lose the folder at once, and what has files of it open there ends: ${listed(lose)}.`;
  const kept = keep.length === 0 ? '' : ` It stays shared with ${listed(keep)}.`;
  return `Make the dataset ${dataset} of the project ${owner} private again: nobody finds it any more. ${losing}${kept}`;
};
