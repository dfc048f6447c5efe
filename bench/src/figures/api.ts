import { hash, verify } from '@node-rs/argon2';
import { crowd } from '../api/crowd.ts';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import type { Load } from '../parts/load.ts';
import type { OpenLoop } from '../parts/open-loop.ts';
import { measured, timed } from '../parts/programs.ts';
import { good } from '../parts/web.ts';
import { jupyterhub, jupyterhubName } from '../peers/jupyterhub.ts';

const load = async (port: number, tls: boolean, path: string, host: string, authorization: string) => {
  const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nAccept: */*\r\n\r\n`;
  const given: Load = { port, tls, head, connections: 50, warmUpMs: 2000, ms: 5000 };
  return (await measured<{ perSecond: number }>('parts/load.ts', given)).perSecond;
};

const projectGet: Figure = {
  name: 'project-get',
  title:
    'GET /projects/{p} at 50 kept connections, authenticated, TLS (JupyterHub: GET /users/{name} of 1,000, no TLS)',
  unit: '1/s',
  bar: { of: 'ratio', atLeast: 15 },
  peerName: jupyterhubName,

  async ours(bench) {
    const { port, host, signIn } = await crowd(bench);
    return load(port, true, '/api/v1/projects/p0500', host, `Bearer ${(await signIn()).token}`);
  },

  async peer(bench) {
    const { hub, port, token } = await jupyterhub(bench);
    const usernames = Array.from({ length: 1000 }, (_, i) => `u${i}`);
    // Answered by 409 where all of them are there.
    await hub.send('POST', '/hub/api/users', { usernames });
    return load(port, false, '/hub/api/users/u500', `127.0.0.1:${port}`, `token ${token}`);
  }
};

/** Seconds at the rate that is measured before it is: what a server that has run for a while has compiled. */
const warmUp = 60;

const p99 = async (bench: Bench, path: string, perSecond: number): Promise<number> => {
  const { port, host, signIn } = await crowd(bench);
  const { token } = await signIn();
  const headers = { host, authorization: `Bearer ${token}` };
  const given: OpenLoop = {
    port,
    path,
    headers,
    perSecond,
    warmUp: warmUp * perSecond,
    requests: 10 * perSecond
  };
  const { p99, median } = await measured<{ p99: number; median: number }>('parts/open-loop.ts', given);
  bench.log(`${path}: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  return p99;
};

const projectLatency: Figure = {
  name: 'project-latency',
  title: 'GET /projects/{p} at p99, 200 a second whether answered or not, after a minute of it',
  unit: 'ms',
  bar: { of: 'ours', atMost: 25 },
  ours: bench => p99(bench, '/api/v1/projects/p0500', 200)
};

const projectList: Figure = {
  name: 'project-list',
  title: 'GET /projects at p99, 20 a second, of a user in 1,000 projects; 10,000 users',
  unit: 'ms',
  bar: { of: 'ours', atMost: 50 },
  ours: bench => p99(bench, '/api/v1/projects', 20)
};

const logins = 20;
const login: Figure = {
  name: 'login',
  title: 'one sign-in, beside argon2id alone with the same parameters',
  unit: 'ms',
  bar: { of: 'ratio', atMost: 2 },
  peerName: 'argon2id: 19 MiB, 2 passes, 1 lane',

  async ours(bench) {
    const { signIn } = await crowd(bench);
    await signIn();
    const seconds = await timed(async () => {
      for (let i = 0; i < logins; i++) await signIn();
    });
    return (seconds * 1000) / logins;
  },

  async peer() {
    const stored = await hash('a password', { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    await verify(stored, 'a password');
    const seconds = await timed(async () => {
      for (let i = 0; i < logins; i++) await verify(stored, 'a password');
    });
    return (seconds * 1000) / logins;
  }
};

const membersAdded: Figure = {
  name: 'members-100',
  title: '100 members added to a project in one request',
  unit: 's',
  bar: { of: 'ours', atMost: 3 },

  async ours(bench) {
    const site = await (await crowd(bench)).site();
    const name = `bulk_${Date.now()}`;
    await good(site.send('POST', '/api/v1/projects', { name }));
    const members = Array.from({ length: 100 }, (_, i) => ({
      user: `u0${1000 + i}`,
      role: 'data_scientist'
    }));
    return timed(() => good(site.send('POST', `/api/v1/projects/${name}/members`, { members })));
  }
};

export const apiFigures: readonly Figure[] = [projectGet, projectLatency, projectList, login, membersAdded];
