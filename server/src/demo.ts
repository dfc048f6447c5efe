import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { auth } from '@hopslab/schema';
import type { Platform } from './compose.js';
import { commandLine, type Author } from './platform/actor.js';
import { ProblemError } from './platform/problem.js';

const project = 'demo';

/** What the demo consists of: folders of files, each for a dataset of its name. */
const parts = [
  { dataset: 'digits', description: '1,797 images of handwritten digits, 8 by 8 pixels each' },
  { dataset: 'Jupyter', description: undefined }
] as const;

export interface Demo {
  readonly project: string;
  readonly created: boolean;
  /** The files that were not there yet. */
  readonly files: readonly string[];
  /** Why nothing was made. */
  readonly reason?: string;
}

const unless = async (code: string, work: Promise<unknown>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.code === code) return false;
    throw error;
  }
};

const ownerOf = (user: auth.User): Author => ({
  ...commandLine,
  user,
  member: { project, role: 'data_owner' }
});

/**
 * Makes the demo project of the first administrator from a folder. What is there already stays as it is, so that it
 * can be run again after it was interrupted, and touches nothing that people have changed.
 */
export const makeDemo = async (
  { auth, projects, datasets, files }: Platform,
  folder: string
): Promise<Demo> => {
  const admin = await auth.firstAdmin();
  if (!admin) return { project, created: false, files: [], reason: 'there is no administrator yet' };
  const owner = ownerOf(admin);
  const description = 'A first notebook and data to try it on';
  const created = await unless('project.name-taken', projects.create(owner, { name: project, description }));
  if ((await projects.roleIn(project, admin.name)) !== 'data_owner')
    return { project, created, files: [], reason: `the project ${project} belongs to somebody else` };

  const placed: string[] = [];
  for (const part of parts) {
    const { dataset } = part;
    if (part.description !== undefined)
      await unless(
        'dataset.name-taken',
        datasets.create(owner, project, { name: dataset, description: part.description, editable: false })
      );
    for (const path of await readdir(join(folder, dataset))) {
      const place = { project, dataset, path };
      if (await files.exists(place)) continue;
      const source = await open(join(folder, dataset, path), constants.O_RDONLY | constants.O_NOFOLLOW);
      await files.upload(owner, place, { source: source.createReadStream(), announced: undefined });
      placed.push(`${dataset}/${path}`);
    }
  }
  return { project, created, files: placed };
};
