import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createTokens } from '../domains/auth/auth.tokens.js';
import { createNotebookCookies } from '../domains/auth/notebook-cookie.js';
import { labelOf } from '../platform/label.js';
import { createOrigins } from '../platform/origins.js';
import { secretKey } from '../platform/secrets.js';
import { password, startPlatform, type TestPlatform } from '../testing/platform.js';
import { createClients } from './clients.js';
import { createGate } from './gate.js';
import { createOpenConnections } from './open-connections.js';
import { createProxy } from './proxy.js';
import { backend, bodyOf, logger, selfSigned, type Answer, type Ask } from './proxy.fixture.js';
import { createPostgresRouteTable } from './route-table.postgres.js';
import { serve } from './serve.js';

const origins = createOrigins('hopslab.localhost', 8443);
const label = labelOf('demo', 'ada');
const hub = new URL(origins.hub).host;
const own = origins.notebook(label);
const notebookHost = new URL(own).host;

let platform: TestPlatform;
let notebook: Awaited<ReturnType<typeof backend>>;
let port: number;
const closing: (() => unknown)[] = [];

/** The proxy before the whole API server, and a notebook server that is not Jupyter's. */
beforeAll(async () => {
  platform = await startPlatform();
  const { data } = platform.config;
  const socket = join(data, 'jupyter.sock');
  notebook = await backend(socket, (_, response) => response.end('notebook'));
  const table = createPostgresRouteTable({
    url: platform.config.databaseUrl,
    servers: `select 'demo'::text as project, 'ada'::text as username, '${socket}'::text as socket`,
    logger,
    pollMs: 100
  });
  const tokens = createTokens(secretKey(data, 'tokens'));
  const cookies = createNotebookCookies(secretKey(data, 'notebook-cookie'));
  const gate = createGate({ table, cookies, verifyBearer: token => tokens.verify(token) });
  const open = createOpenConnections(table);
  const clients = createClients({ trustedProxies: [], most: 100, logger });
  const api = join(data, 's.sock');
  const proxy = createProxy({
    origins,
    api,
    table,
    gate,
    open,
    clients,
    meter: { add: () => undefined },
    logger
  });
  const { server, close } = await serve(
    proxy,
    clients,
    selfSigned(data),
    { port: 0, host: '127.0.0.1' },
    logger
  );
  ({ port } = server.address() as AddressInfo);
  closing.push(
    close,
    () => proxy.close(),
    () => table.close(),
    () => notebook.close(),
    () => platform.close()
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

const ask = async (path: string, { host = hub, method, headers, body }: Ask = {}): Promise<Answer> => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const how = { host: '127.0.0.1', port, path, method, rejectUnauthorized: false, agent: false };
    request({ ...how, headers: { host, 'content-type': 'application/json', ...headers } }, resolve)
      .on('error', reject)
      .end(body);
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer) };
};

const cookieIn = (answer: Answer): string => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';

/** What the notebooks domain writes when a server is ready. */
const ready = async () => {
  const who = { project: 'demo', username: 'ada' };
  const lease = { id: randomUUID(), purpose: 'notebook', executors: 0, cores: 1, memory: 1, gpus: 0 };
  await platform.db('leases').insert({ ...who, ...lease, total_cores: 1, total_memory: 1, gpu_indexes: [] });
  const run = {
    id: randomUUID(),
    role: 'data_owner',
    lease: lease.id,
    state: 'ready',
    step: '',
    fraction: 1
  };
  await platform.db('notebook_servers').insert({ ...who, ...run, socket: '/nowhere' });
};

describe('a browser on its way', () => {
  const sameOrigin = { 'sec-fetch-site': 'same-origin' };
  let session: { cookie: string; 'x-csrf-token': string };
  let cookie: string;

  it('signs in on the hub', async () => {
    await platform.user('ada');
    const credentials = JSON.stringify({ username: 'ada', password });
    const signedIn = await ask('/api/v1/auth/login', {
      method: 'POST',
      body: credentials,
      headers: { ...sameOrigin, origin: origins.hub }
    });
    const me = await ask('/api/v1/auth/me', { headers: { cookie: cookieIn(signedIn) } });
    const { csrfToken } = JSON.parse(me.body) as { csrfToken: string };
    session = { cookie: cookieIn(signedIn), 'x-csrf-token': csrfToken };
    const headers = { ...session, ...sameOrigin, origin: origins.hub };
    const body = JSON.stringify({ name: 'demo' });
    expect((await ask('/api/v1/projects', { method: 'POST', body, headers })).status).toBe(201);
  });

  it('downloads a large file, whole and in part, its bytes not passing the server', async () => {
    const text = '0123456789'.repeat(300_000);
    const jupyter = join(platform.config.data, 'projects', 'demo', 'Jupyter');
    mkdirSync(jupyter, { recursive: true });
    writeFileSync(join(jupyter, 'large.py'), text);
    const download = (more = {}) =>
      ask('/api/v1/projects/demo/datasets/Jupyter/files/large.py', {
        headers: { cookie: session.cookie, ...sameOrigin, ...more }
      });
    const whole = await download();
    expect([whole.status, whole.headers['content-length'], whole.body]).toEqual([200, '3000000', text]);
    expect(Object.keys(whole.headers).filter(name => name.startsWith('x-hopslab'))).toEqual([]);
    const part = await download({ range: 'bytes=5-1999999', 'if-range': whole.headers.etag });
    expect(part.headers['content-range']).toBe('bytes 5-1999999/3000000');
    expect([part.status, part.body]).toEqual([206, text.slice(5, 2_000_000)]);
    expect((await download({ 'if-none-match': whole.headers.etag })).status).toBe(304);
  });

  it('uploads a large file, its bytes not passing the server either, and a small one', async () => {
    const path = '/api/v1/projects/demo/datasets/Jupyter/files/up.py';
    const headers = { ...session, ...sameOrigin, origin: origins.hub };
    const bytes = { 'content-type': 'application/octet-stream' };
    const put = (body: Buffer) => ask(path, { method: 'PUT', body, headers: { ...headers, ...bytes } });
    const text = '0123456789abcdef'.repeat(2 ** 16);
    const up = await put(Buffer.from(text));
    expect([up.status, JSON.parse(up.body)]).toMatchObject([201, { name: 'up.py', size: 2 ** 20 }]);
    const down = await ask(path, { headers });
    expect([down.headers.etag, down.body]).toEqual([up.headers.etag, text]);
    expect((await put(Buffer.alloc(2 ** 20 + 1))).status).toBe(413);
    expect((await put(Buffer.from('x = 1'))).status).toBe(201);
    expect(await ask(path, { headers })).toMatchObject({ body: 'x = 1' });
    expect(readdirSync(join(platform.config.data, 'projects', '.incoming'))).toEqual([]);
  });

  it('enters its notebook by the address that the hub gives', async () => {
    await ready();
    const headers = { ...session, ...sameOrigin, origin: origins.hub };
    const entry = await ask('/api/v1/projects/demo/notebook-server/entry', { method: 'POST', headers });
    const url = new URL((JSON.parse(entry.body) as { url: string }).url);
    expect(url.origin).toBe(own);
    const entered = await ask(`${url.pathname}${url.search}`, {
      host: notebookHost,
      headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    });
    expect([entered.status, entered.headers.location]).toEqual([303, '/lab/tree/Jupyter']);
    cookie = cookieIn(entered);
    expect(await ask('/lab', { host: notebookHost, headers: { cookie } })).toMatchObject({
      status: 200,
      body: 'notebook'
    });
  });

  it('is the projectUser there, and nobody else', async () => {
    const me = await ask('/api/v1/auth/me', { host: notebookHost, headers: { cookie } });
    expect(JSON.parse(me.body)).toMatchObject({
      via: 'notebook',
      project: { projectUser: 'demo__ada' },
      csrfToken: null
    });
    for (const headers of [{ cookie }, { cookie: session.cookie }]) {
      const other = { ...headers, ...sameOrigin };
      expect(
        (
          await ask('/api/v1/auth/me', {
            host: new URL(origins.notebook(labelOf('demo', 'bob'))).host,
            headers: other
          })
        ).status
      ).toBe(401);
    }
    expect((await ask('/api/v1/auth/me', { headers: { cookie } })).status).toBe(401);
    expect((await ask('/lab', { host: notebookHost, headers: { cookie: session.cookie } })).status).toBe(401);
  });

  it('is thrown out of it when it signs out on the hub', async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, {
      rejectUnauthorized: false,
      headers: { host: notebookHost, origin: own, cookie }
    });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    const headers = { ...session, ...sameOrigin, origin: origins.hub };
    expect((await ask('/api/v1/auth/logout', { method: 'POST', headers })).status).toBe(204);
    await closed;
    expect((await ask('/api/contents', { host: notebookHost, headers: { cookie } })).status).toBe(401);
    expect((await ask('/api/v1/auth/me', { host: notebookHost, headers: { cookie } })).status).toBe(401);
  });
});
