import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from './backend.js';
import { startLab, type Lab } from './lab.js';
import { putBefore } from './lab-front.js';
import { expectAccessible, glance, visit, type Theme, type Visit } from './platform/browser.js';
import { days, quotaOf, quotaRequest, usedUp } from './quota-sample.js';

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
      args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
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

const open = async (theme: Theme = 'light'): Promise<void> => {
  const raw = JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' });
  await page.request.put(`${backend.base}/lab/api/settings/@jupyterlab/apputils-extension:themes`, {
    data: { raw }
  });
  await page.goto(`${backend.base}/lab?reset`);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.locator(`body[data-jp-theme-light="${theme === 'light'}"]`).waitFor({ state: 'attached' });
  // What JupyterLab's own file browser gets wrong is not ours to mend.
  await page.getByRole('tab', { name: 'Hopslab' }).click();
  await page.getByRole('button', { name: /of 8 cores/ }).click();
  await page.getByRole('heading', { name: 'Resources' }).waitFor();
};

describe('the section Resources', () => {
  it.each<Theme>(['light', 'dark'])('shows limits, use, history, parts and requests (%s)', async theme => {
    backend.usage = days(30);
    backend.quotaRequests.push(
      quotaRequest(),
      quotaRequest({
        id: '0f6c2a9e-3a53-4a55-8d5c-0d8f4a3b2c1d',
        state: 'declined',
        answer: { words: 'The machine has 32 GiB.', by: 'root', at: '2026-11-21T09:00:00.000Z' }
      })
    );
    backend.quota = quotaOf({ warnings: [usedUp] });
    await open(theme);
    await page.getByRole('meter', { name: 'Core-hours this month' }).waitFor();
    await page.getByText('312.5 of 500').waitFor();
    await page.getByRole('img', { name: /core-hours from/ }).waitFor();
    await page.getByText('The machine has 32 GiB.').waitFor();
    await page.getByText('Nothing new is lent').waitFor();
    await page.getByRole('button', { name: /quota used up/ }).waitFor();
    await page.getByRole('row', { name: /Wolfeschlegelsteinhausenbergerdorff/ }).waitFor();
    await glance(page, `resources-${theme}`);
    await expectAccessible(page, `the resources, ${theme}`);
    expect(visitor.complaints).toEqual([]);
  });

  it('says where nothing is yet, and what could not be had', async () => {
    await open();
    await page.getByText('Nothing was used in these days yet.').waitFor();
    await page.getByText('Nothing was asked for yet.').waitFor();
    await expectAccessible(page, 'empty resources');
    backend.refuse(/quota/, 'service.unavailable');
    backend.emit('journal', {
      position: 1,
      at: '2026-11-20T09:00:00Z',
      actor: 'root',
      action: 'quota.set',
      asset: 'quota:demo'
    });
    await page.getByRole('alert').getByText('A service is not available').first().waitFor();
    backend.accept();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').getByText('A service is not available').waitFor({ state: 'detached' });
  });

  it('asks for more, by keyboard, once there is something and a reason', async () => {
    await open();
    await page.getByRole('button', { name: 'Ask for more' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Cores').fill('x');
    await dialog.getByText('A whole number, 0 or more.').waitFor();
    await dialog.getByLabel('Cores').fill('');
    await page.keyboard.press('Enter');
    await dialog.getByText('Say what it is for.').waitFor();
    await expectAccessible(page, 'asking for more');
    await glance(page, 'ask-for-more');
    await dialog.getByLabel('Memory (GiB)').fill('64');
    await dialog.getByLabel('Reason').fill('Deep nets');
    await dialog.getByRole('button', { name: 'Ask the administrator' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(backend.quotaRequests[0]).toMatchObject({ asked: { memory: 64 * 2 ** 30 }, reason: 'Deep nets' });
    await page.getByText('waits for an answer').waitFor();
  });

  it('tells a data scientist who may ask', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    await open();
    const ask = page.getByRole('button', { name: 'Ask for more' });
    expect(await ask.getAttribute('aria-disabled')).toBe('true');
    await ask.hover();
    await page.getByText('Only data owners may ask for more.').waitFor();
  });
});
