import type { audit } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rootAs, serveHubPages, type HubPages } from './hub-pages.js';
import { expectAccessible, glance, picture, visit, type Theme, type Visit } from './platform/browser.js';
import { answer, refuse } from './platform/pretend.js';

let hub: HubPages;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  hub = await serveHubPages();
});
afterAll(() => hub.close());

const verification = '/admin/audit/verification';
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

const verified = (found: audit.Verification | null): audit.VerificationState => ({
  running: null,
  last: { by: 'root', at: '2026-11-22T10:00:03.000Z', found }
});
const running: audit.VerificationState = {
  running: { by: 'root', startedAt: new Date().toISOString(), rows: 4000, of: 9000 },
  last: null
};

const open = async (theme: Theme = 'light', admin = true): Promise<void> => {
  visitor = await visit(hub.browser, theme);
  ({ page } = visitor);
  await answer(page, '/auth/me', rootAs(admin));
  await answer(page, '/admin/audit?*', { items: rows, nextCursor: null });
  await answer(page, verification, { running: null, last: null });
  await page.goto(`${hub.url}/admin/audit`);
};
afterEach(() => visitor.context.close());

const grid = () => page.getByRole('grid', { name: 'What happened, newest first' });

it('is not there for who is no administrator', async () => {
  await open('light', false);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.getByRole('heading', { name: 'Audit' }).count()).toBe(0);
});

describe.each<Theme>(['light', 'dark'])('in the %s theme', theme => {
  it('shows what happened, verifies it, and says which rows are wrong', async () => {
    await open(theme);
    await grid().getByText('ana signed in').first().waitFor();
    await grid().getByText('A sign-in as ana failed').first().waitFor();
    await page.getByText('All 40 rows').waitFor();
    await page.getByText('Nobody has verified the journal yet.').waitFor();
    await answer(page, verification, running);
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    await page.getByRole('status').getByText('Row 4,000 of 9,000').waitFor();
    await expectAccessible(page, 'a verification under way');
    await glance(page, `audit-hub-verifying-${theme}`);
    // The page looks by itself.
    await answer(page, verification, verified(good));
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
    const faults: audit.Fault[] = [
      { kind: 'missing', from: 7, to: 9, detail },
      { kind: 'head', from: 2, to: 2, detail: 'It is not signed by this installation.' }
    ];
    await answer(page, verification, verified({ ...good, verified: false, faults, moreFaults: true }));
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'The journal is not as it was written' });
    await alert.getByText('Rows 7 to 9: These rows are gone.').waitFor();
    await alert.getByText('Line 2 of the signed heads: It is not signed').waitFor();
    await expectAccessible(page, 'a journal that was changed');
    await glance(page, `audit-hub-changed-${theme}`);

    await answer(page, verification, verified(null));
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    await page.getByRole('alert').getByText('The verification could not be finished').waitFor();

    await refuse(page, verification, 'service.unavailable', 'The database does not answer.');
    await page.getByRole('button', { name: 'Verify the journal' }).click();
    await page.getByRole('alert').getByText('The database does not answer.').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('has room on a narrow screen, and none in the way of nothing', async () => {
    await open(theme);
    await grid().waitFor();
    await page.setViewportSize({ width: 400, height: 800 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(400);
    await glance(page, `audit-hub-narrow-${theme}`);
    await answer(page, '/admin/audit?*', { items: [], nextCursor: null });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Nothing has happened yet.').waitFor();
    await expectAccessible(page, 'an empty journal');
  });
});
