import { once } from 'node:events';
import { join } from 'node:path';
import type { devices as contract } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { notebookCookie } from './domains/auth/notebook-cookie.js';
import { hubCookie } from './domains/auth/auth.authenticate.js';
import { createNotebookCookies } from './domains/auth/notebook-cookie.js';
import { labelOf } from './platform/label.js';
import { secretKey } from './platform/secrets.js';
import { backend, type Answer } from './proxy/proxy.fixture.js';
import type { Client } from './testing/client.js';
import { identityIn, openFront, type Front } from './testing/front.js';
import { password, startPlatform, type TestPlatform } from './testing/platform.js';

/** What the platform promises: whoever loses access has lost it everywhere within five seconds. */
const promised = 5000;

let platform: TestPlatform;
let front: Front;
let notebook: Awaited<ReturnType<typeof backend>>;
let ada: Client;
const project = '/api/v1/projects/atlas';

beforeAll(async () => {
  platform = await startPlatform();
  ada = await platform.user('ada');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  const socket = join(platform.config.data, 'jupyter.sock');
  notebook = await backend(socket, (_, response) => response.end('notebook'));
  front = await openFront(
    platform,
    `select 'atlas'::text as project, name as username, '${socket}'::text as socket from users where name like 'bob_%'`
  );
});
afterAll(async () => {
  await front.close();
  await notebook.close();
  await platform.close();
});

type Way = 'hub' | 'token' | 'notebook' | 'notebook server' | 'device' | 'sandbox';

/** A new member who has come in by every way there is, and holds a WebSocket of their notebook open. */
const memberInside = async (name: string) => {
  await platform.user(name);
  await ada.send('PUT', `${project}/members/${name}`, { body: { role: 'data_scientist' } });
  const login = await platform.anonymous.send('POST', '/api/v1/auth/login', {
    body: { username: name, password }
  });
  const authorization = `Bearer ${(login.body as { token: string }).token}`;
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
  expect(cookie).toContain(hubCookie);
  const me = await platform
    .db('sessions')
    .where({ username: name })
    .orderBy('created_at', 'desc')
    .first<{ id: string }>();
  const { epoch } = await platform
    .db('members')
    .where({ project: 'atlas', username: name })
    .first<{ epoch: number }>();
  const pass = await createNotebookCookies(secretKey(platform.config.data, 'notebook-cookie')).seal({
    project: 'atlas',
    user: name,
    session: me.id,
    epoch,
    expiresAt: new Date(Date.now() + 3_600_000)
  });
  const own = front.origins.notebook(labelOf('atlas', name));
  const host = new URL(own).host;
  const notebookHeaders = { cookie: `${notebookCookie}=${pass}` };
  const issued = await platform.anonymous
    .with({ authorization })
    .send('POST', `${project}/devices/phone/certificate`, { body: {} });
  const program = front.program(identityIn(issued.body as contract.Certificate));
  const sandbox = await platform.sandbox({ project: 'atlas', user: name, sandbox: name });

  const ways: Readonly<Record<Way, () => Promise<Pick<Answer, 'status'>>>> = {
    hub: () => front.ask(project, { headers: { cookie } }),
    token: () => front.ask(project, { headers: { authorization } }),
    notebook: () => front.ask(project, { host, headers: notebookHeaders }),
    'notebook server': () => front.ask('/api/contents', { host, headers: notebookHeaders }),
    device: () => program(project),
    sandbox: () => sandbox.send('GET', project)
  };
  await vi.waitFor(
    async () => {
      for (const [way, ask] of Object.entries(ways)) expect([way, (await ask()).status]).toEqual([way, 200]);
    },
    { timeout: 15_000 }
  );
  const socket = new WebSocket(`wss://127.0.0.1:${front.port}/ws`, {
    rejectUnauthorized: false,
    headers: { host, origin: own, ...notebookHeaders }
  });
  await once(socket, 'open');
  return { ways, closed: once(socket, 'close'), socket, authorization };
};

/** Waits until the ways are shut, and says how long that took, in ms. */
const shut = async (
  ways: Readonly<Record<Way, () => Promise<Pick<Answer, 'status'>>>>,
  which: readonly Way[]
) => {
  const since = performance.now();
  await vi.waitFor(
    async () => {
      for (const way of which)
        expect([way, [401, 404]]).toEqual([way, expect.arrayContaining([(await ways[way]()).status])]);
    },
    { timeout: 15_000, interval: 50 }
  );
  return performance.now() - since;
};

const everyWay: readonly Way[] = ['hub', 'token', 'notebook', 'notebook server', 'device', 'sandbox'];

describe('access ends everywhere within five seconds', () => {
  it('for a removed member, who comes back with nothing that they had', async () => {
    const { ways, closed, authorization } = await memberInside('bob_a');
    const since = performance.now();
    expect((await ada.send('DELETE', `${project}/members/bob_a`)).status).toBe(204);
    await shut(ways, everyWay);
    await closed;
    expect(performance.now() - since).toBeLessThan(promised);

    await ada.send('PUT', `${project}/members/bob_a`, { body: { role: 'data_scientist' } });
    expect((await ways.token()).status).toBe(200);
    for (const way of ['notebook', 'notebook server', 'device'] as const)
      expect([way, (await ways[way]()).status]).toEqual([way, 401]);
    const again = await platform.anonymous
      .with({ authorization })
      .send('POST', `${project}/devices/phone/certificate`, { body: {} });
    const fresh = front.program(identityIn(again.body as contract.Certificate));
    expect((await fresh(project)).status).toBe(200);
  });

  it('for a locked user', async () => {
    const { ways, closed } = await memberInside('bob_b');
    const since = performance.now();
    await platform.db('users').where({ name: 'bob_b' }).update({ locked: true });
    await shut(ways, everyWay);
    await closed;
    expect(performance.now() - since).toBeLessThan(promised);
  });

  it('for an ended session: what was entered by it, and nothing else', async () => {
    const { ways, closed, authorization } = await memberInside('bob_c');
    const since = performance.now();
    const person = platform.anonymous.with({ authorization });
    expect((await person.send('POST', '/api/v1/auth/logout')).status).toBe(204);
    await shut(ways, ['hub', 'token', 'notebook', 'notebook server']);
    await closed;
    expect(performance.now() - since).toBeLessThan(promised);
    for (const way of ['device', 'sandbox'] as const) expect((await ways[way]()).status).toBe(200);
  });

  it('for a revoked device: its certificates, and nothing else', async () => {
    const { ways, socket } = await memberInside('bob_d');
    const since = performance.now();
    expect((await ada.send('DELETE', `${project}/devices/phone?user=bob_d`)).status).toBe(204);
    await shut(ways, ['device']);
    expect(performance.now() - since).toBeLessThan(promised);
    for (const way of everyWay.filter(one => one !== 'device'))
      expect([way, (await ways[way]()).status]).toEqual([way, 200]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });
});
