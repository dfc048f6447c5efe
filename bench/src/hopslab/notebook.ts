import type { Bench } from '../bench.ts';
import { eventually } from '../parts/programs.ts';
import { createSite, good, type Site } from '../parts/web.ts';
import { platform } from './platform.ts';

export const project = 'bench';
const path = `/api/v1/projects/${project}/notebook-server`;

export interface Asked {
  readonly executors: number;
  readonly cores: number;
  readonly memory: number;
}

/** The hub's API as the administrator, who has a project for the bench; signed in anew, as tokens are short-lived. */
export const hub = async (bench: Bench): Promise<Site> => {
  const { url, ca, username, password } = await platform(bench);
  const { token } = await good<{ token: string }>(
    createSite(url, undefined, ca).send('POST', '/api/v1/auth/login', { username, password })
  );
  const site = createSite(url, token, ca);
  const { status } = await site.send('GET', `/api/v1/projects/${project}`);
  if (status === 404) await good(site.send('POST', '/api/v1/projects', { name: project }));
  return site;
};

interface Server {
  readonly state: string;
  readonly url?: string;
  readonly reason?: string;
}

/** Asks for a notebook server and waits until it is ready; its site. */
export const startServer = async (site: Site, asked: Asked): Promise<Site> => {
  await good(site.send('PUT', path, { ...asked, gpus: 0 }));
  const url = await eventually(
    'the notebook server',
    async () => {
      const { state, url, reason } = await good<Server>(site.send('GET', path));
      if (state === 'failed') throw new Error(`the notebook server failed: ${reason}`);
      return state === 'ready' ? url : undefined;
    },
    300,
    50
  );
  return site.at(new URL(url).origin);
};

/** Stops the notebook server, where there is one, and waits until it is gone. */
export const stopServer = async (site: Site): Promise<void> => {
  await site.send('DELETE', path);
  await eventually('the end of the notebook server', async () => {
    const { status, body } = await site.send('GET', path);
    return status === 404 || ['absent', 'failed'].includes((body as Server).state) || undefined;
  });
};
