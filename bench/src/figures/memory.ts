import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { hub, startServer, stopServer } from '../hopslab/notebook.ts';
import { platform } from '../hopslab/platform.ts';
import { pss, tree } from '../parts/processes.ts';
import { jupyterhub, jupyterhubName } from '../peers/jupyterhub.ts';

// What a start leaves behind is collected meanwhile.
const settle = 3000;

const unique = (pids: readonly (number | undefined)[]): number[] => [
  ...new Set(pids.filter(pid => pid !== undefined).flatMap(tree))
];

export const idleMemory: Figure = {
  name: 'idle-memory',
  title:
    'PSS of the idle platform: supervisor, server, proxy, egress, PostgreSQL (JupyterHub: hub and proxy, on SQLite)',
  unit: 'MiB',
  bar: { of: 'ours', atMost: 400 },
  peerName: jupyterhubName,

  async ours(bench) {
    const ours = await platform(bench);
    await pause(settle);
    return pss(unique(Object.values(ours.pids())));
  },

  async peer(bench) {
    const { running } = await jupyterhub(bench);
    await pause(settle);
    return pss(unique([running.hub.pid, running.proxy.pid]));
  }
};

export const shimMemory: Figure = {
  name: 'shim-memory',
  title: 'PSS of the shim beside a notebook server’s sandbox',
  unit: 'MiB',
  bar: { of: 'ours', atMost: 20 },

  async ours(bench) {
    const site = await hub(bench);
    const { shims } = await platform(bench);
    await stopServer(site);
    await startServer(site, { executors: 0, cores: 1, memory: 2 ** 30 });
    const held = pss(shims());
    await stopServer(site);
    return held;
  }
};
