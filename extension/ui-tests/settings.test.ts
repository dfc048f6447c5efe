import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from './backend.js';
import { startLab, type Lab } from './lab.js';
import { putBefore } from './lab-front.js';
import { expectAccessible, glance, visit, type Theme, type Visit } from './platform/browser.js';

let lab: Lab;
let browser: Browser;
let backend: Backend;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  [lab, browser] = await Promise.all([
    startLab(),
    chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--disable-gpu',
        '--disable-background-networking',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
      ]
    })
  ]);
});
afterAll(async () => {
  await browser.close();
  await lab.close();
});
beforeEach(async () => {
  backend = await startBackend();
  putBefore(backend, lab.socketPath);
  visitor = await visit(browser);
  ({ page } = visitor);
});
afterEach(async () => {
  await visitor.context.close();
  await backend.close();
});

const scientist = (): void => {
  backend.me = { ...backend.me, project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' } };
  backend.project = { ...backend.project, role: 'data_scientist' };
  const [ada, bob] = backend.members;
  if (!ada || !bob) throw new Error('the backend has two members');
  backend.members = [
    { ...ada, role: 'data_scientist' },
    { ...bob, role: 'data_owner' }
  ];
};

const load = async (query = '?reset'): Promise<void> => {
  await page.goto(`${backend.base}/lab${query}`);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
};

const open = async (theme: Theme = 'light'): Promise<void> => {
  const raw = JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' });
  await page.request.put(`${backend.base}/lab/api/settings/@jupyterlab/apputils-extension:themes`, {
    data: { raw }
  });
  await load();
  await page.locator(`body[data-jp-theme-light="${theme === 'light'}"]`).waitFor({ state: 'attached' });
  const tab = page.getByRole('tab', { name: 'Hopslab' });
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  await page.getByRole('button', { name: 'Project settings' }).click();
  await page.getByRole('region', { name: 'Overview' }).waitFor();
};

const sections = () => page.getByRole('navigation', { name: 'Sections of the project settings' });
const members = () => page.getByRole('grid', { name: 'Members' });

describe('the project settings', () => {
  it('say what the project is, and let an owner describe it', async () => {
    await open();
    await page.getByRole('button', { name: 'Edit description' }).click();
    await page.getByLabel('Description').fill('Every digit there is');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Overview' }).getByText('Every digit there is').waitFor();
    expect(backend.project.description).toBe('Every digit there is');
    expect(visitor.complaints).toEqual([]);
  });

  it('keep what was typed where it was refused, and say why', async () => {
    await open();
    backend.refuse(/^PATCH /, 'access.denied');
    await page.getByRole('button', { name: 'Edit description' }).click();
    await page.getByLabel('Description').fill('New words');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').filter({ hasText: 'A right is missing' }).waitFor();
    expect(await page.getByLabel('Description').inputValue()).toBe('New words');
  });

  it('show who is in, what they hold, and lead to the hub to change it', async () => {
    await open();
    await sections().getByRole('button', { name: 'Members' }).click();
    await members()
      .getByRole('row', { name: /Ada.*data owner.*2 cores, 2 GiB/ })
      .waitFor();
    const remove = members().getByRole('row', { name: /Bob/ }).getByRole('link', { name: 'Remove' });
    expect(await remove.getAttribute('href')).toBe(
      `${backend.me.hubUrl}/projects/demo?do=${encodeURIComponent('remove:bob')}`
    );
    expect(await remove.getAttribute('rel')).toBe('noopener noreferrer');
    const add = page.getByRole('link', { name: 'Add member' });
    expect(await add.getAttribute('href')).toBe(`${backend.me.hubUrl}/projects/demo?do=add-member`);
    backend.leases = [];
    backend.emit('journal', {
      position: 1,
      at: '2026-11-20T09:00:00Z',
      actor: 'hopslab',
      action: 'notebook.ended',
      asset: 'notebook-server:ada'
    });
    await members()
      .getByRole('row', { name: /Ada.*nothing/ })
      .waitFor();
  });

  it('are back after a reload as they were left', async () => {
    await open();
    await sections().getByRole('button', { name: 'Members' }).click();
    await members().waitFor();
    await expect
      .poll(
        async () => {
          const answer = await page.request.get(`${backend.base}/lab/api/workspaces/default`);
          return await answer.text();
        },
        { timeout: 30_000 }
      )
      .toMatch(/"section": ?"members"/);
    await load('');
    await members().waitFor();
  });

  it('tell a data scientist why they change nothing, and who can', async () => {
    scientist();
    await open();
    await page.getByRole('button', { name: 'Delete…' }).focus();
    await page
      .getByRole('tooltip')
      .filter({ hasText: 'Only data owners' })
      .filter({ hasText: 'Bob' })
      .first()
      .waitFor();
    await sections().getByRole('button', { name: 'Members' }).click();
    const mine = members().getByRole('row', { name: /Ada/ });
    await mine.getByRole('link', { name: 'Leave' }).waitFor();
    const remove = members().getByRole('row', { name: /Bob/ }).getByRole('button', { name: 'Remove' });
    expect(await remove.getAttribute('aria-disabled')).toBe('true');
    await glance(page, 'settings-scientist');
  });

  it.each<Theme>(['light', 'dark'])('have nothing serious that axe finds (%s)', async theme => {
    for (let i = 0; i < 1000; i += 1)
      backend.members.push({
        user: `person${String(i)}`,
        displayName: `Person with a rather long name ${String(i)}`,
        role: 'data_scientist',
        since: '2026-11-20T09:00:00Z'
      });
    await open(theme);
    await expectAccessible(page, 'the overview');
    await glance(page, `settings-overview-${theme}`);
    await sections().getByRole('button', { name: 'Members' }).click();
    await members().getByRole('row').nth(5).waitFor();
    expect(await members().getByRole('row').count()).toBeLessThan(100);
    await expectAccessible(page, 'the members');
    await glance(page, `settings-members-${theme}`);
  });
});
