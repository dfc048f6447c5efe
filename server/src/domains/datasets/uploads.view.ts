import type { uploads as contract } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';
import { ownerOf } from './shares.policy.js';
import type { UploadRow } from './uploads.store.js';

export const unknownUpload = () =>
  problem(
    'upload.unknown',
    'There is no such upload of yours: it was given up, or not gone on with for too long. Begin it again.'
  );

/** Whose it is: names of projects and people have single underscores only. */
const userOf = ({ project, project_user }: UploadRow): string =>
  project_user.slice(`${project}__`.length).split('__')[0] ?? '';

/** As a project sees it, be it of another one into a dataset of its own. */
export const uploadView = (seenFrom: string, row: UploadRow, offset: number): contract.Upload => ({
  id: row.id,
  project: row.project,
  user: userOf(row),
  dataset: row.project === seenFrom ? row.dataset : (ownerOf(row.dataset)?.dataset ?? row.dataset),
  path: row.path,
  length: row.length,
  offset,
  placed: row.placed_at !== null,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString()
});
