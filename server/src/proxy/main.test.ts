import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createNotebookCookies, notebookCookie } from '../domains/auth/notebook-cookie.js';
import { labelOf } from '../platform/label.js';
import { createOrigins, type Origins } from '../platform/origins.js';
import { testDatabase } from '../testing/database.js';
import { readyNotebook } from '../testing/notebook-row.js';
import { proxyProcess } from './main.fixture.js';
import { backend, base, bodyOf, selfSigned } from './proxy.fixture.js';

const label = labelOf('demo', 'ada');

let database: Awaited<ReturnType<typeof testDatabase>>;
let proxy: Awaited<ReturnType<typeof proxyProcess>>;
let api: Awaited<ReturnType<typeof backend>>;
let notebook: Awaited<ReturnType<typeof backend>>;
let origins: Origins;
let session: string;

beforeAll(async () => {
  database = await testDatabase();
  proxy = await proxyProcess(database.url, base);
  origins = createOrigins(base, proxy.port);
  api = await backend(proxy.api, (_, response) => response.end('api'));
  notebook = await backend(join(proxy.folder, 'jupyter.sock'), (_, response) => response.end('notebook'));
  ({ session } = await readyNotebook(database.db, join(proxy.folder, 'jupyter.sock')));
});
afterAll(async () => {
  await proxy.end();
  await api.close();
  await notebook.close();
  await database.close();
});

const get = (
  path: string,
  host = origins.hub.replace('https://', '')
): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const how = {
      host: '127.0.0.1',
      port: proxy.port,
      path,
      rejectUnauthorized: false,
      agent: false,
      headers: { host }
    };
    request(how, answer => {
      bodyOf(answer).then(body => resolve({ status: answer.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });

const pass = async () => {
  const row = await database.db('members').first<{ epoch: number }>('epoch');
  const key = readFileSync(join(proxy.data, 'secrets', 'notebook-cookie.key'));
  const claims = {
    project: 'demo',
    user: 'ada',
    session,
    epoch: row.epoch,
    expiresAt: new Date(Date.now() + 60_000)
  };
  return `${notebookCookie}=${await createNotebookCookies(key).seal(claims)}`;
};

const webSocket = async () => {
  const origin = origins.notebook(label);
  const headers = { host: origin.replace('https://', ''), origin, cookie: await pass() };
  const socket = new WebSocket(`wss://127.0.0.1:${proxy.port}/ws`, { rejectUnauthorized: false, headers });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
};

const echo = async (socket: WebSocket, text: string): Promise<string> => {
  const answer = once(socket, 'message');
  socket.send(text);
  return String((await answer)[0]);
};

const serial = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: proxy.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });

describe('the proxy process', () => {
  it('answers who came before it was there', async () => {
    const early = get('/');
    await proxy.start();
    expect(await early).toEqual({ status: 200, body: 'api' });
  });

  it('carries a WebSocket on while the API server is away', async () => {
    const socket = await webSocket();
    await api.close();
    expect(await echo(socket, 'still here')).toBe('still here');
    const waiting = get('/');
    api = await backend(proxy.api, (_, response) => response.end('api again'));
    expect(await waiting).toEqual({ status: 200, body: 'api again' });
    expect(await echo(socket, 'and still')).toBe('and still');
    socket.terminate();
  });

  it('is killed, and who comes meanwhile waits for the next one', async () => {
    const socket = await webSocket();
    const lost = once(socket, 'close');
    proxy.kill('SIGKILL');
    await lost;
    const waiting = get('/');
    const again = webSocket();
    await proxy.start();
    expect(await waiting).toEqual({ status: 200, body: 'api again' });
    expect(await echo(await again, 'x')).toBe('x');
    (await again).terminate();
  });

  it('keeps what a data scientist’s browser was sent when it is killed, but for the last seconds', async () => {
    const { db } = database;
    await db('members').update({ role: 'data_scientist', epoch: db.raw(`nextval('epochs')`) });
    const sent = async () => Number((await db('seen_bytes').sum('bytes as sum').first())?.['sum'] ?? 0);
    for (const least of [50_000, 100_000]) {
      const socket = await webSocket();
      await echo(socket, 'x'.repeat(50_000));
      await vi.waitFor(async () => expect(await sent()).toBeGreaterThanOrEqual(least), 15_000);
      const lost = once(socket, 'close');
      proxy.kill('SIGKILL');
      await lost;
      await proxy.start();
    }
    expect(await sent()).toBeLessThan(101_000);
    await db('members').update({ role: 'data_owner', epoch: db.raw(`nextval('epochs')`) });
  });

  it('cuts a WebSocket whose session has ended', async () => {
    const socket = await webSocket();
    const closed = once(socket, 'close');
    await database.db('sessions').where({ id: session }).delete();
    await closed;
  });

  it('takes a renewed certificate over when it is told to', async () => {
    const before = await serial();
    selfSigned(join(proxy.data, 'secrets', 'tls'), base);
    proxy.kill('SIGHUP');
    await vi.waitFor(async () => expect(await serial()).not.toBe(before), 15_000);
  });

  it('stays small', () => {
    const status = readFileSync(`/proc/${proxy.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(150);
  });

  it('ends when it is asked to', async () => {
    proxy.kill('SIGTERM');
    await vi.waitFor(() => expect(() => process.kill(proxy.pid, 0)).toThrow(), 15_000);
  });
});
