import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Mount } from '../../ports/sandbox.js';
import { processesIn, type ShimOwner } from './shim.records.js';

export interface MountsOptions {
  /** The folder of the shim's Python package. */
  readonly shim: string;
  readonly identity: { readonly uid: number; readonly gid: number } | undefined;
  readonly folderOf: (id: string) => string;
  readonly owner: ShimOwner;
}

/** Milliseconds after which the sandbox has to end, of the five seconds that are promised. */
const patience = 3000;

const unescape = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));

/** What a line of proc(5)'s mountinfo says. */
const mountIn = (line: string): Pick<Mount, 'target' | 'writable'> => {
  const [, , , , target = '', options = ''] = line.split(' ');
  return { target: unescape(target), writable: options.split(',').includes('rw') };
};

/** What running sandboxes have mounted, read from the kernel, and how it is taken from them. */
export const createMounts = ({ shim, identity, folderOf, owner }: MountsOptions) => ({
  async of(id: string): Promise<Pick<Mount, 'target' | 'writable'>[]> {
    const running = await processesIn(folderOf(id), owner);
    if (!running) return [];
    try {
      const lines = await readFile(`/proc/${String(running.first)}/mountinfo`, 'utf8');
      return lines.trimEnd().split('\n').map(mountIn);
    } catch (error) {
      // It has ended meanwhile: ESRCH, EINVAL or ENOENT, depending on how far that has come.
      if (!(await processesIn(folderOf(id), owner))) return [];
      throw error;
    }
  },

  /** Whether nobody in the sandbox has them, or can write there, any more; where not, it has to end. */
  async take(what: 'unmount' | 'read-only', id: string, targets: readonly string[]): Promise<boolean> {
    const running = await processesIn(folderOf(id), owner);
    if (!running) return true;
    const helper = spawn('/usr/bin/python3', ['-I', '-S', '-E', shim, what], {
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: {},
      timeout: patience,
      killSignal: 'SIGKILL'
    });
    helper.stdin.on('error', () => undefined);
    const [uid, gid] = identity ? [identity.uid, identity.gid] : [null, null];
    helper.stdin.end(JSON.stringify({ ...running, uid, gid, targets }));
    const [code] = (await once(helper, 'exit')) as [number | null];
    return code === 0;
  }
});
