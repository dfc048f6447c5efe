import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { admin } from '@hopslab/schema';
import { environmentOf, everything } from './processes.js';

/** A real platform that tests may hurt. */
export interface Installation {
  readonly url: string;
  readonly data: string;
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  readonly run: string;
}

type Told = Omit<Installation, 'run'>;
type Service = admin.Ready['services'][number];

const execute = promisify(execFile);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));

export interface Surroundings {
  /** The data folder, if it is not to be a temporary one. */
  readonly folder?: string;
  /** A command that starts another one in surroundings of its own, such as `unshare`. */
  readonly within?: readonly string[];
  /** Whether those are namespaces that others have to enter. */
  readonly entered?: boolean;
  /** For every process of the platform, beside our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
};

const hopslab = async (args: readonly string[], about: Surroundings = {}): Promise<Told> => {
  const [program = '', ...more] = [...(about.within ?? []), join(checkout, 'hopslab'), ...args];
  const { stdout } = await execute(program, more, { cwd: checkout, env: { ...process.env, ...about.env } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Told;
};

const servicesIn = (folder: string): { supervisor: number; services: Service[] } =>
  JSON.parse(readFileSync(join(folder, 'services.json'), 'utf8')) as ReturnType<typeof servicesIn>;

/** The pid of a service as the supervisor has written it; undefined while it is not ready. */
export const pidOf = ({ run }: Installation, name: string): number | undefined =>
  servicesIn(run).services.find(service => service.name === name && service.state === 'ready')?.pid;

export const supervisorOf = ({ run }: Installation): number => servicesIn(run).supervisor;

const portOf = ({ url }: Told): string => new URL(url).port;

/** Starts it again after its supervisor died, as a person would. */
export const upAgain = async (at: Installation): Promise<void> => {
  await hopslab(['up', '--json', '--detach', '--data', at.data, '--port', portOf(at)]);
};

/** The short folder of sockets, as the running platform has been told it. */
const runFolderOf = (data: string): string => {
  const told = everything().map(({ pid }) => environmentOf(pid));
  const found = told.find(one => one['HOPSLAB_DATA'] === data && one['HOPSLAB_RUN'] !== undefined);
  if (!found?.['HOPSLAB_RUN']) throw new Error('the platform does not say where its sockets are');
  return found['HOPSLAB_RUN'];
};

export interface Started extends Installation {
  readonly down: () => Promise<void>;
}

const enter = (pid: number): string[] => [
  ...['nsenter', '--target', String(pid), '--mount'],
  ...(process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'])
];

/** A fresh platform on a port and data of its own; `down` leaves nothing of it. */
export const startInstallation = async (surroundings: Surroundings = {}): Promise<Started> => {
  const { folder, entered = false } = surroundings;
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'hopslab-faults-')));
  // Sandboxes are another user's where the tests run as root.
  if (folder === undefined) await chmod(data, 0o755);
  let run: string | undefined;
  const down = async (): Promise<void> => {
    const inside = entered && run !== undefined ? enter(servicesIn(run).supervisor) : [];
    await hopslab(['down', '--yes', '--json', '--data', data], { within: inside });
    if (run !== undefined) await rm(run, { recursive: true, force: true });
    if (folder === undefined) await rm(data, { recursive: true, force: true });
  };
  try {
    const port = String(await freePort());
    const told = await hopslab(['up', '--json', '--detach', '--data', data, '--port', port], surroundings);
    run = runFolderOf(data);
    const root = entered ? `/proc/${servicesIn(run).supervisor}/root` : '';
    return { ...told, ca: `${root}${told.ca}`, run, down };
  } catch (error) {
    await down().catch(() => undefined);
    throw error;
  }
};
