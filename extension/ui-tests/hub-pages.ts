import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { auth } from '@hopslab/schema';
import type { Browser } from 'playwright-core';
import { openEngine } from './platform/browser.js';

const built = fileURLToPath(new URL('../hub-dist', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml'
};

export interface HubPages {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The hub's pages as they were built last; what they ask is answered by each test. */
export const serveHubPages = async (): Promise<HubPages> => {
  const server = createServer((request, response) => {
    const path = request.url?.startsWith('/assets/') ? request.url : '/index.html';
    readFile(join(built, path)).then(
      body => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/html' }).end(body),
      () => response.writeHead(404).end()
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const browser = await openEngine();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    browser,
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  };
};

/** Root, signed in on the hub. */
export const rootAs = (admin: boolean): auth.Me => ({
  user: { name: 'root', displayName: 'Root', admin },
  via: 'hub',
  project: null,
  device: null,
  csrfToken: 'x',
  hubUrl: 'https://hopslab.localhost:8443'
});
