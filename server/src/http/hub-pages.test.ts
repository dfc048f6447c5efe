import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOrigins } from '../platform/origins.js';
import type { State } from './context.js';
import { hubPages } from './hub-pages.js';
import { listen } from './listen.js';

const folder = mkdtempSync(join(tmpdir(), 'hub-pages-'));
const socketPath = join(folder, 's');
let server: Server;

beforeAll(async () => {
  const pages = join(folder, 'pages');
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), 'hub');
  writeFileSync(join(pages, 'assets', 'index-B_1x-.js'), 'script');
  writeFileSync(join(folder, 'secret'), 'secret');
  const app = new Koa<State>();
  app.silent = true;
  app.use(hubPages(pages, createOrigins('hopslab.localhost', 8443)));
  server = await listen((asked, answer) => void app.callback()(asked, answer), { path: socketPath });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, host = 'hopslab.localhost:8443'): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { host };
    request({ socketPath, path, headers, agent: false }, answer => {
      answer.resume();
      resolve(answer);
    })
      .on('error', reject)
      .end();
  });

const status = async (path: string): Promise<number | undefined> => (await ask(path)).statusCode;

it('serves its own assets', async () => {
  expect(await status('/assets/index-B_1x-.js')).toBe(200);
  expect(await status('/')).toBe(200);
});

it('tells nobody which files are on the machine', async () => {
  for (const name of ['secret', 'absent'])
    for (const up of ['../../', '..%2f..%2f', '%2e%2e/%2e%2e/', '..%5c..%5c', 'x/..%2f..%2f..%2f'])
      expect(await status(`/assets/${up}${name}`), up).toBe(404);
});

it('takes a broken escape for an address that it does not have', async () => {
  for (const name of ['%', '%zz', '%ff', '%00']) expect(await status(`/assets/${name}`), name).toBe(404);
});

it('sends people to its own name from other names of this machine', async () => {
  for (const host of ['localhost:8443', '127.0.0.1:8443']) {
    const { statusCode, headers } = await ask('//evil.example/projects', host);
    expect(statusCode).toBe(302);
    expect(headers.location).toBe('https://hopslab.localhost:8443//evil.example/projects');
  }
});
