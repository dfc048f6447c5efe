import type { Mount } from '../../ports/sandbox.js';

/** A dataset as a member's programs may use it. */
export interface DatasetMount {
  /** `owner::name` where another project shares it. */
  readonly dataset: string;
  readonly path: string;
  readonly writable: boolean;
}

/** Where what other projects share is, inside. */
const shared = '/project/shared/';

/** Where a dataset is, inside. */
export const targetOf = (dataset: string): string =>
  dataset.includes('::') ? `${shared}${dataset}` : `/project/${dataset}`;

/** Whose dataset is mounted there in a sandbox of a project, and what it is called; undefined where it is none. */
export const datasetAt = (project: string, target: string) => {
  const [, where = '', owner, dataset = ''] =
    /^\/project\/(shared\/)?(?:([^/:]+)::)?([^/:]+)$/.exec(target) ?? [];
  if (dataset === '' || (where === '') !== (owner === undefined)) return undefined;
  return { project: owner ?? project, dataset };
};

/**
 * Of what a sandbox has mounted, the shared folders that it may not have any more, or not so, and those of its own
 * project that it may not write to any more.
 */
export const overdueOf = (
  mounted: readonly Pick<Mount, 'target' | 'writable'>[],
  granted: readonly Omit<DatasetMount, 'path'>[]
): string[] => {
  const writable = new Map(granted.map(one => [targetOf(one.dataset), one.writable]));
  return mounted
    .filter(({ target }) => target.startsWith(shared) || writable.has(target))
    .filter(mount => !writable.has(mount.target) || (mount.writable && !writable.get(mount.target)))
    .map(({ target }) => target);
};

/** What is mounted in a projectUser's sandbox: the machine's part, and the project's datasets as the role allows. */
export const mountsOf = (machine: readonly Mount[], datasets: readonly DatasetMount[]): Mount[] => [
  ...machine,
  ...datasets.map(({ dataset, path, writable }) => ({
    source: path,
    target: targetOf(dataset),
    writable
  }))
];
