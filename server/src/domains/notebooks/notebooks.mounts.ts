import type { Mount } from '../../ports/sandbox.js';

/** A dataset as a member's programs may use it. */
export interface DatasetMount {
  readonly dataset: string;
  readonly path: string;
  readonly writable: boolean;
}

/** What is mounted in a projectUser's sandbox: the machine's part, and the project's datasets as the role allows. */
export const mountsOf = (machine: readonly Mount[], datasets: readonly DatasetMount[]): Mount[] => [
  ...machine,
  ...datasets.map(({ dataset, path, writable }) => ({
    source: path,
    target: `/project/${dataset}`,
    writable
  }))
];
