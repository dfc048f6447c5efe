import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance } from './platform/browser.js';
import { useStage } from './stage.js';
import { holdUploads, type HeldUploads } from './uploads-backend.js';

const stage = useStage();
const megabyte = 1024 * 1024;
const bytes = randomBytes(12 * megabyte);

let folder: string;
let large: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopslab-carried-'));
  large = join(folder, 'large.bin');
  await writeFile(large, bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let backend: Backend;
let page: Page;
let uploads: HeldUploads;
beforeEach(() => {
  ({ backend, page } = stage);
  uploads = holdUploads(backend);
  backend.datasets.put('Raw/2026/a.csv', 'x,y\n');
});

const row = (name: string) =>
  page.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: name }).first();
const list = () => page.getByRole('region', { name: 'Uploads' });
const button = (name: string) => list().getByRole('button', { name });

const enter = async (): Promise<void> => {
  await stage.open();
  await row('Raw').dblclick();
  await row('2026').waitFor();
};
const choose = async (path: string): Promise<void> => {
  const chosen = page.waitForEvent('filechooser');
  await page.locator('.hop-Datasets').getByRole('button', { name: 'Upload files…' }).click();
  await (await chosen).setFiles(path);
};
const drop = async (...files: string[]): Promise<void> => {
  // Only the browser itself makes a drop that holds folders.
  const devtools = await page.context().newCDPSession(page);
  const box = await page.locator('.hop-Datasets .jp-DirListing-content').boundingBox();
  const { x, y } = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + (box?.height ?? 0) - 10 };
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x, y, data });
};
const arrives = async (path: string): Promise<void> => {
  await expect.poll(() => backend.datasets.files.get(path)?.bytes?.equals(bytes)).toBe(true);
};

describe('a large file on its way in', () => {
  it('is paused, goes on where it was, and outlives lost connections and the page', async () => {
    let letGo: () => void = () => undefined;
    uploads.hold = new Promise(resolve => (letGo = resolve));
    await enter();
    await choose(large);
    await expect.poll(uploads.arrived).toBeGreaterThan(0);
    await list().getByText('large.bin', { exact: true }).waitFor();
    await glance(page, 'uploads-running');
    await button('Pause large.bin').click();
    await list().getByText('paused').waitFor();
    uploads.hold = null;
    letGo();
    await stage.inBothThemes(async theme => {
      await glance(page, `uploads-paused-${theme}`);
      await expectAccessible(page, `the uploads, ${theme}`);
    });
    const there = uploads.arrived();
    expect(there).toBeLessThan(bytes.length);

    uploads.away = true;
    await button('Go on with large.bin').click();
    await list().getByText('waits for the connection').waitFor();
    await stage.reload();
    await row('Raw').waitFor();
    await list().getByText('interrupted: choose or drop the same file to go on').waitFor();
    await glance(page, 'uploads-left');
    uploads.away = false;
    uploads.breakAfter = 4 * megabyte;
    await row('2026').or(row('Raw')).first().waitFor();
    if (await row('Raw').isVisible()) await row('Raw').dblclick();
    await row('2026').waitFor();
    await choose(large);
    await arrives('Raw/large.bin');
    await list().getByText('1 file was uploaded.').waitFor();
    await row('large.bin').waitFor();
    await button('Clear').click();
    await list().waitFor({ state: 'detached' });
  });

  it('is given up, and nothing of it is kept', async () => {
    uploads.hold = new Promise(() => undefined);
    await enter();
    await choose(large);
    await expect.poll(uploads.arrived).toBeGreaterThan(0);
    await button('Give up large.bin').click();
    await list().waitFor({ state: 'detached' });
    await expect.poll(uploads.given).toBe(1);
    expect(backend.datasets.files.has('Raw/large.bin')).toBe(false);
    await stage.reload();
    await row('2026').or(row('Raw')).first().waitFor();
    await expect.poll(() => list().count()).toBe(0);
  });
});

it('a dropped folder arrives with all that is in it, in the folder that is there', async () => {
  const dropped = join(folder, '2026');
  await mkdir(join(dropped, 'spring', 'märz'), { recursive: true });
  await writeFile(join(dropped, 'b.csv'), 'b');
  await writeFile(join(dropped, 'spring', 'märz', 'c.csv'), 'c');
  await writeFile(join(folder, 'single.csv'), 's');
  await enter();
  await drop(dropped, join(folder, 'single.csv'));
  await list().getByText('3 files were uploaded.').waitFor();
  for (const [path, text] of [
    ['2026/a.csv', 'x,y\n'],
    ['2026/b.csv', 'b'],
    ['2026/spring/märz/c.csv', 'c'],
    ['single.csv', 's']
  ] as const)
    await expect.poll(() => backend.datasets.text(`Raw/${path}`)).toBe(text);
  await row('single.csv').waitFor();
  await glance(page, 'uploads-folder');
});

describe('a folder of many small files', () => {
  const names = Array.from({ length: 2100 }, (_, i) => `${String(i).padStart(4, '0')} ä.txt`);
  let many: string;
  beforeAll(async () => {
    many = join(folder, 'many');
    await mkdir(join(many, 'inside'), { recursive: true });
    await Promise.all(names.map(name => writeFile(join(many, 'inside', name), name)));
    await writeFile(join(many, 'large.bin'), bytes.subarray(0, 2 * megabyte));
  });
  const there = () =>
    [...backend.datasets.files.keys()].filter(path => path.startsWith('Raw/many/inside/')).length;

  it('comes as a few streams beside what is large, also where an answer is lost', async () => {
    let letGo: () => void = () => undefined;
    uploads.hold = new Promise(resolve => (letGo = resolve));
    uploads.lost = 1;
    await enter();
    await drop(many);
    await list().getByText('many: 2000 files', { exact: true }).waitFor();
    await list().getByText('many: 100 files', { exact: true }).waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `uploads-batch-${theme}`);
      await expectAccessible(page, `uploads of many files, ${theme}`);
    });
    expect(there()).toBe(0);
    uploads.hold = null;
    letGo();
    await list().getByText('2101 files were uploaded.').waitFor();
    expect(there()).toBe(2100);
    // One of them came once more.
    expect(uploads.batches).toHaveLength(3);
    expect(new Set(uploads.batches)).toEqual(new Set([2000, 100]));
    for (const name of [names[0] ?? '', names.at(-1) ?? ''])
      expect(backend.datasets.text(`Raw/many/inside/${name}`)).toBe(name);
    await row('many').waitFor();
  });

  it('is asked about once where some of it is there, and is given up with nothing of it', async () => {
    const few = join(folder, 'few');
    await mkdir(few, { recursive: true });
    for (const name of names.slice(0, 30)) await writeFile(join(few, name), name);
    backend.datasets.put(`Raw/few/${names[3] ?? ''}`, 'theirs');
    await enter();
    await drop(few);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Some of the files are there already').waitFor();
    await glance(page, 'uploads-conflict');
    await dialog.getByRole('button', { name: 'Keep those, upload the others' }).click();
    await expect.poll(() => backend.datasets.text(`Raw/few/${names[29] ?? ''}`)).toBe(names[29]);
    expect(backend.datasets.text(`Raw/few/${names[3] ?? ''}`)).toBe('theirs');
    await list().getByRole('status').getByText('29 files were uploaded.').waitFor();

    uploads.hold = new Promise(() => undefined);
    await drop(many);
    await button('Give up many: 2000 files').click();
    await button('Give up many: 100 files').click();
    await expect.poll(() => list().getByText('many: 2000 files', { exact: true }).count()).toBe(0);
    expect(there()).toBe(0);
  });
});
