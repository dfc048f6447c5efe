import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SandboxUnderTest } from '../../ports/sandbox.contract.js';
import { createBubblewrapSandbox, type BubblewrapOptions } from './bubblewrap.sandbox.js';

export const shim = fileURLToPath(new URL('../../../../kernels/src/hopslab_shim', import.meta.url));

/** An unprivileged identity that no account has; only root can become it. */
export const identity = process.getuid?.() === 0 ? { uid: 61_234, gid: 61_234 } : undefined;

const disk = { own: 2 ** 30, reserve: 0 };

export interface SandboxFixture extends SandboxUnderTest {
  /** The short run folder, and the data folder beside it. */
  readonly run: string;
  readonly data: string;
}

/** Real bubblewrap in folders of its own. */
export const bubblewrapUnderTest = (more: Partial<BubblewrapOptions> = {}): SandboxFixture => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'hs-')));
  chmodSync(base, 0o755);
  const run = join(base, 'r');
  const data = join(base, 'data');
  mkdirSync(data);
  const create = () =>
    createBubblewrapSandbox({ run, logs: join(data, 'logs'), shim, identity, disk, ...more });
  return {
    run,
    data,
    sandbox: create(),
    again: create,
    folder: name => {
      const path = join(data, name);
      mkdirSync(path, { recursive: true });
      if (identity) chownSync(path, identity.uid, identity.gid);
      return path;
    },
    close: () => {
      rmSync(base, { recursive: true, force: true });
    }
  };
};
