import type { audit, auth } from '@hopslab/schema';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, glance, picture, visit, type Theme, type Visit } from './platform/browser.js';
import { answer, refuse } from './platform/pretend.js';

const built = fileURLToPath(new URL('../hub-dist', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml'
};
let browser: Browser;
let server: Server;
let visitor: Visit;
let page: Page;

/** The hub's pages as they were built last; what they ask is answered by each test. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url?.startsWith('/assets/') ? request.url : '/index.html';
    readFile(join(built, path)).then(
      body => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/html' }).end(body),
      () => response.writeHead(404).end()
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  });
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

const me = (admin: boolean): auth.Me => ({
  user: { name: 'root', displayName: 'Root', admin },
  via: 'hub',
  project: null,
  device: null,
  csrfToken: 'x',
  hubUrl: 'https://hopslab.localhost:8443'
});

const begun = Date.now();
const rows: audit.AuditRow[] = Array.from({ length: 40 }, (_, n) => ({
  position: 9000 - n,
  at: new Date(begun - n * 3_600_000).toISOString(),
  actor: n % 3 ? 'ana' : '(anonymous)',
  projectUser: null,
  project: n % 4 ? null : 'roundworm',
  action: n % 4 ? 'login' : 'project.created',
  asset: n % 4 ? 'user:ana' : 'project:roundworm',
  outcome: n % 3 || n % 4 === 0 ? 'done' : 'refused',
  channel: 'hub',
  address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  requestId: 'r',
  data: {}
}));
const good: audit.Verification = {
  verified: true,
  rows: 9000,
  position: 9000,
  hash: 'ab'.repeat(32),
  heads: 90,
  signed: { position: 9000, at: '2026-11-22T10:00:00.000Z' },
  faults: [],
  moreFaults: false,
  seconds: 0.1
};

const open = async (theme: Theme = 'light', admin = true): Promise<void> => {
  visitor = await visit(browser, theme);
  ({ page } = visitor);
  await answer(page, '/auth/me', me(admin));
  await answer(page, '/admin/audit?*', { items: rows, nextCursor: null });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/audit`);
};
afterEach(() => visitor.context.close());

const grid = () => page.getByRole('grid', { name: 'What happened, newest first' });

it('is not there for who is no administrator', async () => {
  await open('light', false);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.getByRole('heading', { name: 'Audit' }).count()).toBe(0);
});

describe.each<Theme>(['light', 'dark'])('in the %s theme', theme => {
  it('shows what happened, verifies it, and says which rows are wrong', async () => {
    await open(theme);
    await grid().getByText('ana signed in').first().waitFor();
    await grid().getByText('A sign-in as ana failed').first().waitFor();
    await page.getByText('All 40 rows').waitFor();
    await answer(page, '/admin/audit/verify', good);
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    await page.getByRole('status').getByText('Verified up to row 9,000').waitFor();
    await expectAccessible(page, 'a verified journal');
    await picture(page, `audit-hub-${theme}`);
    await grid().getByText('ana signed in').first().click();
    const details = page.getByRole('region', { name: 'One row' });
    await details.getByText('2001:db8:85a3:8d3:1319:8a2e:370:7348').waitFor();
    await details.scrollIntoViewIfNeeded();
    await expectAccessible(page, 'one row of the journal');
    await glance(page, `audit-hub-row-${theme}`);
    await details.getByRole('button', { name: 'Close' }).click();

    const detail = 'These rows are gone.';
    const faults = [
      { kind: 'missing', from: 7, to: 9, detail },
      { kind: 'head', from: 2, to: 2, detail: 'It is not signed by this installation.' }
    ];
    await answer(page, '/admin/audit/verify', { ...good, verified: false, faults, moreFaults: true });
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'The journal is not as it was written' });
    await alert.getByText('Rows 7 to 9: These rows are gone.').waitFor();
    await alert.getByText('Line 2 of the signed heads: It is not signed').waitFor();
    await expectAccessible(page, 'a journal that was changed');
    await glance(page, `audit-hub-changed-${theme}`);

    await refuse(page, '/admin/audit/verify', 'service.unavailable', 'The database does not answer.');
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    await page.getByRole('alert').getByText('The database does not answer.').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('has room on a narrow screen, and none in the way of nothing', async () => {
    await open(theme);
    await grid().waitFor();
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    await glance(page, `audit-hub-narrow-${theme}`);
    await answer(page, '/admin/audit?*', { items: [], nextCursor: null });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Nothing has happened yet.').waitFor();
    await expectAccessible(page, 'an empty journal');
  });
});
