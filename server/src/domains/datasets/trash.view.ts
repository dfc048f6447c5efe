import type { trash as contract } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';
import type { Place } from './files.place.js';
import { sharedName } from './shares.policy.js';
import type { TrashRow } from './trash.store.js';

const day = 86_400_000;

/** Where something was, by the name under which a project has the dataset. */
export const placeIn = (seenBy: string, { project, dataset, path }: TrashRow): Place => ({
  project: seenBy,
  dataset: project === seenBy ? dataset : sharedName(project, dataset),
  path
});

export const trashView = (seenBy: string, days: number, row: TrashRow): contract.TrashItem => ({
  id: row.id,
  dataset: placeIn(seenBy, row).dataset,
  path: row.path,
  kind: row.kind,
  bytes: row.bytes,
  files: row.files,
  deletedBy: row.deleted_by,
  deletedAt: row.deleted_at.toISOString(),
  until: new Date(row.deleted_at.getTime() + days * day).toISOString(),
  programs: row.programs && row.through === null
});

export const unknownTrash = () =>
  problem('trash.unknown', 'It is not in the trash: it was brought back, or is gone for good.');
