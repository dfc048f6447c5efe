import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { datasetOf } from './datasets-backend.js';
import { measured } from './previews-backend.js';
import { expectAccessible, glance, type Visit } from './platform/browser.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
  const { datasets } = backend;
  datasets.put('Raw/2026/a.csv', 'x,y\n1,2\n');
  datasets.put('Raw/readings.csv', 'x,y\n1,2\n');
  datasets.put('Raw/table.parquet', Buffer.from([80, 65, 82, 49, 0, 255]));
  datasets.put('Raw/model.bin', Buffer.from([80, 65, 82, 49, 0, 255]));
  datasets.put('Raw/a_name_that_goes_on_and_on_and_says_everything_about_what_is_in_it.csv', 'x');
  datasets.put('Jupyter/digits.py', 'print(1)\n');
  datasets.put('Jupyter/first.ipynb', '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}');
});

const listing = () => page.locator('.hop-Datasets .jp-DirListing-content');
const row = (name: string) => listing().locator('.jp-DirListing-item').filter({ hasText: name }).first();
const button = (name: string) => page.locator('.hop-Datasets').getByRole('button', { name });
const filter = () => page.getByRole('searchbox', { name: 'Filter by name' });
const menuItem = (name: string | RegExp) => page.getByRole('menuitem', { name });

const asScientist = (): void => {
  const projectUser = { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' } as const;
  backend.me = { ...backend.me, project: projectUser };
};
const open = async (): Promise<void> => {
  await stage.open();
  await row('Raw').waitFor();
};
const enter = async (name: string): Promise<void> => {
  await row(name).dblclick();
  await page.locator('.hop-Datasets .jp-BreadCrumbs').getByText(name).waitFor();
};
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const upload = async (...files: ReturnType<typeof file>[]): Promise<void> => {
  const chosen = page.waitForEvent('filechooser');
  await button('Upload files…').click();
  await (await chosen).setFiles(files);
};

describe('the datasets', () => {
  it('are walked through, filtered and kept in order by their owner', async () => {
    backend.datasets.list.push(datasetOf('Customers.of.the.northern.and.the.southern.districts'));
    const justNow = new Date().toISOString();
    backend.datasets.list.push(datasetOf('Fresh', { createdAt: justNow }));
    await open();
    const age = row('Fresh').locator('.jp-DirListing-itemModified');
    await expect.poll(() => age.getAttribute('title')).toMatch(/^Created /);
    const first = await age.innerText();
    await expect
      .poll(() => {
        const made = { position: 1, at: justNow, actor: 'bob', action: 'file.uploaded' };
        backend.emit('journal', { ...made, asset: 'file:Fresh/by-bob.csv' });
        return age.innerText();
      })
      .not.toBe(first);
    await expect
      .poll(() => row('Raw').getAttribute('title'))
      .toBe('Raw\nReadings of the sensors, as they came\n3.3 MiB in 12 files');
    await stage.inBothThemes(async theme => {
      await glance(page, `datasets-${theme}`);
      await expectAccessible(page, `the datasets, ${theme}`);
    });

    await enter('Raw');
    await filter().fill('READ');
    await row('table.parquet').waitFor({ state: 'detached' });
    await filter().fill('nothing');
    await page.getByText('No name here has “nothing” in it.').waitFor();
    await filter().fill('');
    await row('table.parquet').waitFor();

    await button('New folder').click();
    const name = listing().locator('input.jp-DirListing-editor');
    await name.fill('spring');
    await name.press('Enter');
    await row('spring').waitFor();
    expect(backend.datasets.files.has('Raw/spring')).toBe(true);

    await row('readings.csv').click();
    await page.keyboard.press('F2');
    await name.fill('measured.csv');
    await name.press('Enter');
    await row('measured.csv').waitFor();
    // Both rows have to be in view at once.
    await page.setViewportSize({ width: 1280, height: 1100 });
    await row('measured.csv').dragTo(row('spring'));
    await row('measured.csv').waitFor({ state: 'detached' });
    expect(backend.datasets.text('Raw/spring/measured.csv')).toBe('x,y\n1,2\n');

    await upload(file('new.csv', 'n'), file('newer.csv', 'r'));
    await row('newer.csv').waitFor();
    await page.getByText('2 files were uploaded.').waitFor();
    await upload(file('new.csv', 'other'));
    await page.getByRole('dialog').getByRole('button', { name: 'Overwrite' }).click();
    await expect.poll(() => backend.datasets.text('Raw/new.csv')).toBe('other');

    await row('spring').click();
    await row('new.csv').click({ modifiers: ['Control'] });
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText('loses a folder with everything in it and one file. It goes to the trash')
      .waitFor();
    await glance(page, 'datasets-delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row('spring').waitFor({ state: 'detached' });
    expect(backend.datasets.files.has('Raw/new.csv')).toBe(false);

    backend.datasets.put('Raw/by-bob.csv', 'b');
    const made = { position: 1, at: '2026-11-20T09:00:00Z', actor: 'bob', action: 'file.uploaded' };
    backend.emit('journal', { ...made, asset: 'file:Raw/by-bob.csv' });
    await row('by-bob.csv').waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `datasets-folder-${theme}`);
      await expectAccessible(page, `a folder, ${theme}`);
    });
    expect(visitor.complaints).toEqual([]);
  });

  it('open their files in editors, and offer for download what none of them shows', async () => {
    await open();
    await enter('Raw');
    await row('model.bin').dblclick();
    await page.getByText('It is no text, and nothing here shows it.').waitFor();
    await glance(page, 'datasets-offer');
    const download = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'Download' }).click();
    expect((await readFile(await (await download).path())).length).toBe(6);

    await row('readings.csv').click({ button: 'right' });
    await menuItem('Copy path for code').waitFor();
    await glance(page, 'datasets-menu');
    await expectAccessible(page, 'the menu');
    await expect.poll(() => menuItem(/Terminal|Download Link/).count()).toBe(0);
    await page.keyboard.press('Escape');

    await page.locator('.hop-Datasets .jp-BreadCrumbs-home').click();
    await enter('Jupyter');
    await row('digits.py').dblclick();
    const editor = page.locator('.jp-FileEditor .cm-content');
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('print(2)');
    await page.keyboard.press('Control+s');
    await expect.poll(() => backend.datasets.text('Jupyter/digits.py')).toBe('print(1)\nprint(2)');

    backend.datasets.put('Jupyter/digits.py', 'print(3)\n');
    await page.keyboard.type('4');
    const conflict = page.getByRole('dialog').getByText('has changed on disk');
    // JupyterLab drops a save that is asked for during another.
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+s');
        return conflict.isVisible();
      })
      .toBe(true);
    await page.getByRole('dialog').getByRole('button', { name: 'Overwrite' }).click();
    await expect.poll(() => backend.datasets.text('Jupyter/digits.py')).toContain('4');

    const path = join(stage.lab.root, 'Jupyter', 'first.ipynb');
    await writeFile(path, backend.datasets.text('Jupyter/first.ipynb') ?? '');
    await row('first.ipynb').dblclick();
    await page.locator('.jp-NotebookPanel [data-status="idle"]').first().waitFor();
    await page
      .locator('#jp-main-dock-panel [role=tab][title*="Path: Jupyter/first.ipynb"]')
      .waitFor({ timeout: 5000 });
    await glance(page, 'datasets-notebook');
  });

  it('show their tables without a download: as far as one scrolls, with what is said of each column', async () => {
    asScientist();
    backend.datasets.tables.set('Raw/table.parquet', measured(120_000, 994));
    await open();
    await enter('Raw');
    await row('table.parquet').dblclick();
    const tab = page.locator('.hop-Preview');
    await tab.getByText('120,000 rows · 1,000 columns · 118 MiB · PARQUET').waitFor();
    await tab.getByText('The first 100,000 rows are shown.').waitFor();
    const grid = page.locator('.hop-Preview .lm-DataGrid');
    const detail = tab.getByRole('region');
    // Below what is written above each column.
    await grid.click({ position: { x: 120, y: 110 } });
    await detail.getByText('id, row 1').waitFor();
    await detail.getByText('integer (int64), none missing, from -9.99 to 9.99, of the whole file').waitFor();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    await detail.getByText('It is cut: the whole has 10,000,000.').waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `preview-${theme}`);
      await expectAccessible(page, `a table, ${theme}`);
    });

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('station 4\t-7.57');
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Control+ArrowRight');
    await detail.getByText('c993, row 100,000').waitFor();
    await detail.getByText('99999999', { exact: true }).waitFor();
    await glance(page, 'preview-end');

    await tab.getByRole('button', { name: 'Download' }).hover();
    await page.locator('.hop-Tooltip:popover-open', { hasText: 'Only data owners download data' }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('say what is wrong with a table, and read it again', async () => {
    await open();
    await enter('Raw');
    await row('table.parquet').dblclick();
    const tab = page.locator('.hop-Preview');
    await tab.getByText('It is not a Parquet file: it does not begin as one.').waitFor();
    await glance(page, 'preview-broken');
    backend.datasets.tables.set('Raw/table.parquet', { ...measured(1200), isUncounted: true });
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByText('more than 500 rows').waitFor();
    await page.locator('.hop-Preview .lm-DataGrid').click({ position: { x: 120, y: 110 } });
    const end = tab.getByText('1,200 rows');
    // What is below is known as one comes there.
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+ArrowDown');
        return end.isVisible();
      })
      .toBe(true);
    await page.reload();
    await tab.getByText('more than 500 rows').waitFor();
    backend.datasets.tables.set('Raw/table.parquet', { columns: [], rows: 0, cell: () => null });
    await tab.getByRole('button', { name: 'Read it again' }).click();
    await tab.getByText('There is nothing in this file.').waitFor();
    await glance(page, 'preview-empty');
  });

  it('take only programs of a data scientist, and say who can do more', async () => {
    asScientist();
    await open();
    await row('Logs').getByText('read-only').waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `datasets-scientist-${theme}`);
    });
    await enter('Raw');
    await expect.poll(() => button('Upload files…').getAttribute('aria-disabled')).toBe('true');
    await button('Upload files…').hover();
    await page.locator('.hop-Tooltip:popover-open', { hasText: 'Only data owners change Raw.' }).waitFor();
    await row('readings.csv').click({ button: 'right' });
    await menuItem('Only data owners download data; notebooks read it where it is. Ask Ada.').waitFor();
    await expect.poll(() => menuItem('Delete…').getAttribute('aria-disabled')).toBe('true');
    await glance(page, 'datasets-scientist-menu');
    await page.keyboard.press('Escape');

    await page.locator('.hop-Datasets .jp-BreadCrumbs-home').click();
    await enter('Jupyter');
    await upload(file('digits.csv', 'x'), file('mine.py', ''));
    await page.getByText('not uploaded. Data scientists add only programs').waitFor();
    await row('mine.py').waitFor();
    expect(backend.datasets.files.has('Jupyter/digits.csv')).toBe(false);
    await glance(page, 'datasets-refused');

    backend.refuse(/datasets/, 'service.unavailable');
    backend.dropStreams();
    await page.locator('.hop-Datasets').getByText('A service is not available').waitFor();
    await glance(page, 'datasets-offline');
    backend.accept();
    await button('Try again').click();
    await page
      .locator('.hop-Datasets')
      .getByText('A service is not available')
      .waitFor({ state: 'detached' });
  });
});
