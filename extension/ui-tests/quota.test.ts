import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, type Visit } from './platform/browser.js';
import { days, quotaOf, quotaRequest, usedUp } from './quota-sample.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
});

const open = async (): Promise<void> => {
  await stage.open();
  await page.getByRole('button', { name: /of 8 cores/ }).click();
  await page.getByRole('heading', { name: 'Resources' }).waitFor();
};

describe('the section Resources', () => {
  it('shows limits, use, history, parts and requests', async () => {
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
    await open();
    await page.getByRole('meter', { name: 'Core-hours this month' }).waitFor();
    await page.getByText('312.5 of 500').waitFor();
    await page.getByRole('img', { name: /core-hours from/ }).waitFor();
    await page.getByText('The machine has 32 GiB.').waitFor();
    await page.getByText('Nothing new is lent').waitFor();
    await page.getByRole('button', { name: /quota used up/ }).waitFor();
    await page.getByRole('row', { name: /Wolfeschlegelsteinhausenbergerdorff/ }).waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `resources-${theme}`);
      await expectAccessible(page, `the resources, ${theme}`);
    });
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
    await expect.poll(() => ask.getAttribute('aria-disabled')).toBe('true');
    await ask.hover();
    await page.getByText('Only data owners may ask for more.').waitFor();
  });
});
