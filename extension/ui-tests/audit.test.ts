import type { audit } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, picture, type Visit } from './platform/browser.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
});

const begun = Date.now();
const rowOf = (n: number, more: Partial<audit.AuditRow> = {}): audit.AuditRow => ({
  position: 10_000 - n,
  at: new Date(begun - n * 73_000).toISOString(),
  actor: 'ada',
  projectUser: 'demo__ada',
  project: 'demo',
  action: 'file.uploaded',
  asset: `file:Jupyter/notebook_${n}.ipynb`,
  outcome: 'done',
  channel: 'notebook',
  address: '192.0.2.17',
  requestId: '2f1c9c1e-7f0d-4a54-9a43-0c6f7fd4b1c1',
  data: { size: 1024 * n },
  ...more
});
const some = (): audit.AuditRow[] => [
  rowOf(0, {
    action: 'member.added',
    asset: 'member:bob',
    data: { role: 'data_scientist', before: null },
    channel: 'hub'
  }),
  rowOf(1, {
    actor: 'bob',
    projectUser: 'demo__bob',
    action: 'putMember',
    asset: '/api/v1/projects/demo/members/bob',
    outcome: 'refused',
    data: { code: 'access.denied' }
  }),
  rowOf(2, {
    actor: '(platform)',
    projectUser: null,
    action: 'notebook.failed',
    asset: 'notebook-server:bob',
    channel: 'platform',
    address: null,
    requestId: null,
    data: { reason: 'It used more memory than it may.' }
  }),
  ...Array.from({ length: 20 }, (_, n) => rowOf(n + 3))
];

const open = (): Promise<void> => stage.openSettings('Audit');
const grid = () => page.getByRole('grid', { name: 'What happened, newest first' });

describe('the audit of a project', () => {
  it('tells in words what happened, and everything of one row', async () => {
    backend.audit = some();
    await open();
    await grid().getByText('Ada added Bob as data scientist').waitFor();
    await grid().getByText('Bob was refused: Add a member or change their role').waitFor();
    await grid().getByText('The notebook server of Bob failed').click();
    const details = page.getByRole('region', { name: 'One row' });
    await details.getByText('It used more memory than it may.').waitFor();
    await details.getByRole('button', { name: 'Close' }).click();
    await details.waitFor({ state: 'detached' });
    await grid().locator('[data-index="0"]').press('Enter');
    await details.getByText('demo__ada').waitFor();
    await details.getByRole('button', { name: 'Only on this' }).click();
    await expect.poll(() => grid().locator('[data-index]').count()).toBe(1);
    expect(visitor.complaints).toEqual([]);
  });

  it('is filtered, each filter can be taken away, and the file holds the same', async () => {
    backend.audit = some();
    await open();
    await page.getByLabel('Who', { exact: true }).fill('bob');
    await page.getByLabel('Who', { exact: true }).press('Enter');
    await expect.poll(() => grid().locator('[data-index]').count()).toBe(1);
    const file = page.getByRole('link', { name: 'Export as CSV' });
    await expect
      .poll(() => file.getAttribute('href'))
      .toBe('/api/v1/projects/demo/audit/export?who=bob&format=csv');
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Members' });
    await page.getByText('Nothing that happened passes these filters.').waitFor();
    await page.getByRole('button', { name: 'Remove the filter: By Bob' }).click();
    await grid().getByText('Ada added Bob as data scientist').waitFor();
    await expect.poll(() => page.getByLabel('Who', { exact: true }).inputValue()).toBe('');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect.poll(() => grid().locator('[data-index]').count()).toBeGreaterThan(10);
  });

  it('goes on with older rows, and follows what happens', async () => {
    backend.audit = Array.from({ length: 450 }, (_, n) => rowOf(n));
    await open();
    await page.getByText('The newest 200 rows').waitFor();
    backend.audit.unshift(some()[0] ?? rowOf(0));
    backend.emit('journal', {
      position: 10_001,
      at: new Date().toISOString(),
      actor: 'ada',
      action: 'member.added',
      asset: 'member:bob'
    });
    await grid().getByText('Ada added Bob as data scientist').waitFor();
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await page.getByText('The newest 400 rows').waitFor();
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await page.getByText('All 451 rows').waitFor();
  });

  it('is not a data scientist’s, who is told whose', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    await open();
    await page.getByText('Only data owners see the project’s audit. Ask Ada.').waitFor();
    expect(backend.requests.filter(path => path.endsWith('/audit'))).toEqual([]);
    await expectAccessible(page, 'a refused audit');
  });
});

it('the audit is well in both themes: empty, full and refused', async () => {
  await open();
  await page.getByText('Nothing has happened yet.').waitFor();
  await stage.inBothThemes(async theme => {
    await expectAccessible(page, `an empty audit, ${theme}`);
    await glance(page, `audit-empty-${theme}`);
  });

  const long = 'a_very_long_name_without_any_space_'.repeat(12);
  backend.audit = [...some(), rowOf(30, { asset: `file:Resources/${long}`, data: { long } })];
  await page.getByRole('button', { name: 'Refresh' }).click();
  await grid().getByText('Ada added Bob as data scientist').waitFor();
  await stage.inBothThemes(theme => picture(page, `audit-${theme}`));
  await page.getByLabel('On what').fill('file:Resources/');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect.poll(() => grid().locator('[data-index]').count()).toBe(1);
  await grid().locator('[data-index="0"]').press('Enter');
  await page.getByRole('region', { name: 'One row' }).waitFor();
  await stage.inBothThemes(async theme => {
    await expectAccessible(page, `one long row, ${theme}`);
    await glance(page, `audit-row-${theme}`);
  });
  expect(
    await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.querySelector('.hop-Audit') ?? document.body;
      return scrollWidth - clientWidth;
    })
  ).toBeLessThanOrEqual(1);

  backend.refuse(/audit/, 'service.unavailable');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('alert').getByText('A service is not available').waitFor();
  await stage.inBothThemes(async theme => {
    await expectAccessible(page, `a failed audit, ${theme}`);
    await glance(page, `audit-failed-${theme}`);
  });
  expect(visitor.complaints).toEqual([]);
});
