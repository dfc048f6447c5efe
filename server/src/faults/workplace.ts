import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { notebooks } from '@hopslab/schema';
import { pidOf, supervisorOf, type Installation } from './installation.js';
import { until } from './patience.js';
import { lease, type Person } from './person.js';
import { sandboxed, treeOf, type Process } from './processes.js';

type NotebookServer = notebooks.NotebookServer;

/** A project with a notebook server of its own, to work in and to hurt. */
export const createWorkplace = (at: Installation, person: Person, project: string) => {
  const path = `/projects/${project}`;
  const look = (): Promise<NotebookServer> => person.ask(`${path}/notebook-server`);

  const reached = (state: NotebookServer['state']): Promise<NotebookServer> =>
    until(`notebook server that is ${state}`, async () => {
      const now = await look();
      if (now.state === state) return now;
      if (now.state === 'failed' && state === 'ready') throw new Error(now.reason);
      return undefined;
    });

  return {
    project,
    path,
    look,
    reached,
    async create(): Promise<void> {
      await person.ask('/projects', { method: 'POST', body: { name: project } });
    },
    /** The origin of the notebook server, once it is ready. */
    async start(resources = lease): Promise<string> {
      await person.ask(`${path}/notebook-server`, { method: 'PUT', body: resources });
      return new URL((await reached('ready')).url ?? '').origin;
    },
    async stop(): Promise<void> {
      await person.ask(`${path}/notebook-server`, { method: 'DELETE' });
      await reached('absent');
    }
  };
};
export type Workplace = ReturnType<typeof createWorkplace>;

/** The folders of sandboxes that are kept. */
export const sandboxFolders = ({ run }: Installation): string[] => readdirSync(join(run, 's'));

/** The one sandbox that runs: its shim and all its processes. */
export const sandboxProcesses = (at: Installation): Process[] => {
  const [id] = sandboxFolders(at);
  if (id === undefined) return [];
  const state = JSON.parse(readFileSync(join(at.run, 's', id, 'shim', 'state.json'), 'utf8')) as {
    pid: number;
  };
  return treeOf(state.pid);
};

const inside = (at: Installation, mark: RegExp): number | undefined =>
  sandboxed(at.data).find(({ command }) => mark.test(command))?.pid;

/** Who can be killed, and where each is found; undefined while there is none. */
export const victims = {
  server: (at: Installation) => pidOf(at, 'server'),
  proxy: (at: Installation) => pidOf(at, 'proxy'),
  postgres: (at: Installation) => pidOf(at, 'postgres'),
  supervisor: supervisorOf,
  shim: (at: Installation) => sandboxProcesses(at)[0]?.pid,
  'notebook server': (at: Installation) => inside(at, /-m hopslab_server/),
  kernel: (at: Installation) => inside(at, /-m hopslab\.kernel/),
  driver: (at: Installation) => inside(at, /org\.apache\.spark\.deploy\.SparkSubmit/),
  executor: (at: Installation) => inside(at, /CoarseGrainedExecutorBackend/)
} satisfies Record<string, (at: Installation) => number | undefined>;
export type Victim = keyof typeof victims;

/** Kills as a crash would; waits for one that lives, because what is written of it may be older. */
export const kill = async (at: Installation, victim: Victim): Promise<void> => {
  await until(`${victim} to kill`, () => {
    const pid = victims[victim](at);
    return pid !== undefined && process.kill(pid, 'SIGKILL');
  });
};
