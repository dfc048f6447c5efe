import { join } from 'node:path';

/** Where a sandbox's files are, below the run folder: paths of sockets stay under 100 bytes. */
export interface SandboxPaths {
  readonly folder: string;
  readonly api: string;
  readonly web: string;
  /** The shim's state file and exit record. */
  readonly shim: string;
  /** Small files that it sees, by their place in the specification. */
  readonly files: string;
  /** What its shim reads: the bytes of memory that it may hold from now on. */
  readonly limit: string;
}

const idRule = /^[A-Za-z0-9-]{1,40}$/;

export const sandboxesIn = (run: string): string => join(run, 's');

export const pathsOf = (run: string, id: string): SandboxPaths => {
  if (!idRule.test(id)) throw new Error(`not a sandbox id: ${id}`);
  const folder = join(sandboxesIn(run), id);
  return {
    folder,
    api: join(folder, 'api'),
    web: join(folder, 'web'),
    shim: join(folder, 'shim'),
    files: join(folder, 'files'),
    limit: join(folder, 'limit')
  };
};
