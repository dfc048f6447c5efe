import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import {
  SandboxFault,
  type Channels,
  type Sandbox,
  type SandboxSpec,
  type SandboxStatus
} from '../../ports/sandbox.js';
import { bubblewrapArguments, memoryFolders } from './bubblewrap.arguments.js';
import { etcFiles } from './sandbox.etc.js';
import { removeGroups } from './control.groups.js';
import { pathsOf, sandboxesIn, type SandboxPaths } from './sandbox.paths.js';
import { createMounts } from './sandbox.mounts.js';
import { limitsIn, processesIn, statusIn } from './shim.records.js';
import { writtenBy } from './sandbox.written.js';

/** In bytes. */
export interface DiskLimits {
  /** What the folders of one projectUser may hold. */
  readonly own: number;
  /** What stays free for the platform: below it, sandboxes that write end. */
  readonly reserve: number;
}

export interface BubblewrapOptions {
  /** The short folder of sockets. */
  readonly run: string;
  /** Folder of the sandboxes' logs. */
  readonly logs: string;
  /** The folder of the shim's Python package. */
  readonly shim: string;
  /** The unprivileged identity to become, where the platform runs as root. */
  readonly identity: { readonly uid: number; readonly gid: number } | undefined;
  /** Without control groups the shim watches memory and processes itself; with them where the machine has them. */
  readonly controlGroups?: boolean;
  readonly disk: DiskLimits;
  /** Processes and threads of one sandbox. */
  readonly processes?: number;
}

const logLimit = 8 * 2 ** 20;
// Threads count: a session of Spark has some hundreds. A machine’s own limit is often 32,768.
const defaultProcesses = 4096;
const defaultGrace = 8;
const lookEvery = 50;
/** Milliseconds after which even a shim is taken for stuck. */
const patience = 60_000;

/** Milliseconds to wait for a new limit to be in force; a shim looks once a second. */
const resizePatience = 5000;

const shimCommand = ['-I', '-S', '-E'];

/** Sandboxes of namespaces, by bubblewrap, each beside a detached shim. */
export const createBubblewrapSandbox = (options: BubblewrapOptions): Sandbox => {
  const { run, identity } = options;
  const owner = { uid: identity?.uid ?? process.getuid?.() ?? 0 };
  const paths = (id: string): SandboxPaths => pathsOf(run, id);

  const give = async (path: string, mode: number, own: 'sandbox' | 'group' | 'platform'): Promise<void> => {
    await mkdir(path, { recursive: true });
    if (identity && own !== 'platform') await chown(path, own === 'sandbox' ? identity.uid : 0, identity.gid);
    await chmod(path, mode);
  };

  const prepare = async (id: string): Promise<Channels> => {
    const at = paths(id);
    // Others on the machine may pass the run folder, but not look into it, nor enter a sandbox's.
    await give(run, identity ? 0o711 : 0o700, 'platform');
    await give(sandboxesIn(run), identity ? 0o711 : 0o700, 'platform');
    await give(at.folder, 0o750, 'group');
    await give(at.api, 0o750, 'group');
    await give(at.files, 0o750, 'group');
    await give(at.web, 0o700, 'sandbox');
    await give(at.shim, 0o700, 'sandbox');
    return { api: at.api, web: at.web };
  };

  const prepareMounts = async (spec: SandboxSpec): Promise<void> => {
    for (const { source } of spec.mounts)
      if ((await realpath(source)) !== source) throw new SandboxFault(`${source} is a link, or below one`);
  };

  const launch = async (spec: SandboxSpec, at: SandboxPaths): Promise<void> => {
    const shim = spawn('/usr/bin/python3', [...shimCommand, options.shim], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: '/',
      env: {}
    });
    const exited = new Promise<void>((resolve, reject) => shim.once('exit', resolve).once('error', reject));
    shim.stdin.on('error', () => undefined);
    shim.stdin.end(
      JSON.stringify({
        id: spec.id,
        folder: at.shim,
        log: join(options.logs, `${spec.id}.log`),
        log_limit: logLimit,
        uid: identity?.uid ?? null,
        gid: identity?.gid ?? null,
        bwrap: '/usr/bin/bwrap',
        arguments: bubblewrapArguments(spec, at),
        command: spec.command,
        env: spec.env,
        memory: spec.memory,
        memory_file: at.limit,
        memory_folders: memoryFolders,
        processes: options.processes ?? defaultProcesses,
        groups: options.controlGroups ?? true,
        writable: spec.mounts.filter(mount => mount.writable).map(mount => mount.source),
        own: spec.mounts.filter(mount => mount.writable && mount.own === true).map(mount => mount.source),
        own_limit: options.disk.own,
        reserve: options.disk.reserve,
        grace: spec.grace ?? defaultGrace
      })
    );
    const complaint = text(shim.stderr);
    const told = await Promise.race([
      new Promise<boolean>(resolve => shim.stdout.once('data', () => resolve(true))),
      exited
    ]);
    shim.stdout.destroy();
    if (told === true) {
      shim.stderr.destroy();
      complaint.catch(() => undefined);
      shim.unref();
      return;
    }
    const status = await statusIn(at.shim, owner);
    // Some commands end before anybody sees them run.
    if (status.state === 'ended' && status.reason === null) return;
    const reason = status.state === 'ended' ? status.reason : (await complaint).trim().split('\n').at(-1);
    throw new SandboxFault(reason || 'The sandbox could not be set up.');
  };

  const status = (id: string): Promise<SandboxStatus> => statusIn(paths(id).shim, owner);
  const mounts = createMounts({ shim: options.shim, identity, folderOf: id => paths(id).shim, owner });

  const stop = async (id: string, how: 'gently' | 'at once' = 'gently'): Promise<void> => {
    for (let looks = 0; ; looks++) {
      const now = await status(id);
      if (now.state !== 'starting' && now.state !== 'running') {
        // A shim that was killed left its control groups; what the kernel still holds is taken when it is forgotten.
        await removeGroups(id, (await limitsIn(paths(id).shim)).groups).catch(() => undefined);
        return;
      }
      // The shim ends what does not end by itself. If that cannot wait, the kernel ends the sandbox with the shim.
      if (how === 'at once' || looks * lookEvery > patience) process.kill(now.pid, 'SIGKILL');
      else if (looks === 0) process.kill(now.pid, 'SIGTERM');
      await pause(lookEvery);
    }
  };

  return {
    channelsOf: id => ({ api: paths(id).api, web: paths(id).web }),
    prepare,
    status,

    async start(spec) {
      if (process.getuid?.() === 0 && !identity)
        throw new SandboxFault('The platform runs as root and has no unprivileged identity for sandboxes.');
      const at = paths(spec.id);
      await prepare(spec.id);
      if ((await status(spec.id)).state !== 'absent') return;
      await prepareMounts(spec);
      await mkdir(options.logs, { recursive: true, mode: 0o700 });
      const files = { ...etcFiles(spec.projectUser), ...spec.files };
      for (const [index, content] of Object.values(files).entries()) {
        await writeFile(join(at.files, String(index)), content);
        await chmod(join(at.files, String(index)), 0o644);
      }
      await launch({ ...spec, files }, at);
    },

    stop,

    mounts: id => mounts.of(id),

    async written(id) {
      const running = await processesIn(paths(id).shim, owner);
      return running ? writtenBy(running.first) : 0;
    },

    async unmount(id, targets) {
      if (await mounts.take('unmount', id, targets)) return 'out';
      await stop(id, 'at once');
      return 'ended';
    },

    async makeReadOnly(id, targets) {
      if (await mounts.take('read-only', id, targets)) return 'read-only';
      await stop(id, 'at once');
      return 'ended';
    },

    async resize(id, memory) {
      const at = paths(id);
      const fresh = `${at.limit}.${randomUUID()}`;
      try {
        await writeFile(fresh, String(memory), { flag: 'wx', mode: 0o640 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
        throw error;
      }
      if (identity) await chown(fresh, 0, identity.gid);
      await rename(fresh, at.limit);
      for (let looks = 0; looks * lookEvery < resizePatience; looks++) {
        const now = await status(id);
        if (now.state !== 'running' || (await limitsIn(at.shim)).memory === memory) return;
        await pause(lookEvery);
      }
    },

    async list() {
      try {
        return await readdir(sandboxesIn(run));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    },

    async forget(id) {
      const now = await status(id);
      if (now.state === 'starting' || now.state === 'running')
        throw new Error(`sandbox ${id} is still running`);
      await removeGroups(id, (await limitsIn(paths(id).shim)).groups);
      await rm(paths(id).folder, { recursive: true, force: true });
    }
  };
};
