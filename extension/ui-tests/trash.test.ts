import type { Locator, Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance } from './platform/browser.js';
import { useStage } from './stage.js';

const stage = useStage();

let backend: Backend;
let page: Page;
beforeEach(() => {
  ({ backend, page } = stage);
  backend.datasets.put('Raw/2026/a.csv', 'x,y\n');
  backend.datasets.put('Raw/readings.csv', 'x,y\n1,2\n');
  backend.datasets.put('Raw/old.zip', 'PK');
});

const row = (name: string): Locator =>
  page.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: name }).first();
const menuItem = (name: string): Locator => page.getByRole('menuitem', { name, exact: true });
const fromMenu = async (name: string, act: string): Promise<void> => {
  await row(name).click({ button: 'right' });
  await menuItem(act).click();
};
const enter = async (): Promise<void> => {
  await stage.open();
  await row('Raw').dblclick();
  // Its names come before the listing is done with the folder, and it forgets then what was selected.
  await page.locator('.hop-Datasets .jp-BreadCrumbs-item').filter({ hasText: 'Raw' }).waitFor();
  await row('2026').waitFor();
};
const remove = async (name: string): Promise<void> => {
  await fromMenu(name, 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row(name).waitFor({ state: 'detached' });
};

describe('what is deleted', () => {
  it('comes back at once by an undo, or later from the trash, and goes for good by a click of its own', async () => {
    await enter();
    await remove('2026');
    await page.getByText('2026 is in the trash.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => backend.datasets.files.has('Raw/2026/a.csv')).toBe(true);

    await remove('readings.csv');
    backend.datasets.trash.take('Raw', '2026', false);
    await page.locator('.hop-Datasets').getByRole('button', { name: 'Trash' }).click();
    const table = page.getByRole('grid', { name: 'Deleted files and folders' });
    await table.getByText('Raw/readings.csv').waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `trash-${theme}`);
      await expectAccessible(page, `the trash, ${theme}`);
    });
    await table.getByRole('button', { name: 'Restore readings.csv' }).click();
    await table.getByText('Raw/readings.csv').waitFor({ state: 'detached' });
    expect(backend.datasets.text('Raw/readings.csv')).toBe('x,y\n1,2\n');

    backend.datasets.put('Raw/2026', 'in the way');
    await table.getByRole('button', { name: 'Restore 2026' }).click();
    await page.getByText('There is something at 2026 by now.').waitFor();
    await page.getByRole('button', { name: 'Empty the trash…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('one file, 4 B: there is no way back.').waitFor();
    await glance(page, 'trash-empty');
    await dialog.getByRole('button', { name: 'Remove for good' }).click();
    await page.getByText('Nothing was deleted that could be brought back.').waitFor();
    expect(backend.datasets.trash.items).toEqual([]);
  });
});

describe('long work on files', () => {
  it('copies, compresses and extracts with its progress, and can be stopped', async () => {
    await enter();
    await row('readings.csv').click();
    await page
      .locator('.hop-Datasets .jp-DirListing-item.jp-mod-selected')
      .filter({ hasText: 'readings.csv' })
      .waitFor();
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await row('readings-Copy1.csv').waitFor();
    expect(backend.datasets.text('Raw/readings-Copy1.csv')).toBe('x,y\n1,2\n');

    await fromMenu('2026', 'Compress to a zip');
    await row('2026.zip').waitFor();
    await fromMenu('old.zip', 'Extract here');
    await expect.poll(() => backend.datasets.files.get('Raw/old')?.bytes).toBeNull();

    backend.datasets.operations.looks = 1000;
    await fromMenu('2026', 'Duplicate');
    await page.getByText('Copying 2026…').waitFor();
    await glance(page, 'work-running');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('It was stopped; nothing of it was kept.').waitFor();
    expect(backend.datasets.operations.stopped).toHaveLength(1);

    await row('2026').click();
    await row('readings.csv').click({ modifiers: ['Control'] });
    const download = page.waitForEvent('download');
    await fromMenu('readings.csv', 'Download');
    expect(new URL((await download).url()).searchParams.getAll('path').sort()).toEqual([
      '2026',
      'readings.csv'
    ]);
  });
});
