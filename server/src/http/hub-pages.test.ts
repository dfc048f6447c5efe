import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
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

const status = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { host: 'hopslab.localhost:8443' };
    request({ socketPath, path, headers, agent: false }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

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
