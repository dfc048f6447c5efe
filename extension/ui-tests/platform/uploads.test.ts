import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openBrowser, visit } from './browser.js';
import { asHub, enterLab, stopQuietly } from './hostile-steps.js';
import { openPanel } from './lab-steps.js';
import { crash, signIn } from './steps.js';

const project = 'carriers';
const installation = inject('installation');
const hub = new URL(installation.url).origin;
const megabyte = 1024 * 1024;
const size = 500 * megabyte;

let browser: Browser;
let person: Page;
let page: Page;
let folder: string;
let file: string;

/** A file whose every part is another one. */
const makeFile = async (path: string): Promise<void> => {
  const made = await open(path, 'w');
  try {
    for (let at = 0; at < size; at += megabyte) {
      const bytes = Buffer.alloc(megabyte, `${at},`);
      await made.write(bytes);
    }
  } finally {
    await made.close();
  }
};

const checksumOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: megabyte })) hash.update(bytes as Buffer);
  return hash.digest('hex');
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopslab-carried-'));
  file = join(folder, 'large.bin');
  await makeFile(file);
  browser = await openBrowser(installation.ca);
  const { context, page: first } = await visit(browser);
  person = first;
  await signIn(first, installation, installation);
  await asHub(first, 'POST', '/projects', { name: project });
  await asHub(first, 'POST', `/projects/${project}/datasets`, { name: 'Raw' });
  page = await context.newPage();
  await enterLab(page, hub, project);
  await openPanel(page);
}, 300_000);
afterAll(async () => {
  await stopQuietly(person, project);
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const uploads = () => page.getByRole('region', { name: 'Uploads' });

/** How much has arrived by the page's own words, in MiB. */
const arrived = async (): Promise<number> => {
  const text = await uploads().innerText();
  return Number(/([\d.]+) MiB of/.exec(text)?.[1] ?? 0);
};

it('a file of 500 MB arrives with its checksum, though the server is killed twice on its way', async () => {
  const row = (name: string) =>
    page.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: name }).first();
  await row('Raw').dblclick();
  await page.locator('.hop-Datasets .jp-BreadCrumbs').getByText('Raw').waitFor();
  const chosen = page.waitForEvent('filechooser');
  await page.locator('.hop-Datasets').getByRole('button', { name: 'Upload files…' }).click();
  await (await chosen).setFiles(file);
  for (const enough of [60, 250]) {
    await expect.poll(arrived, { timeout: 120_000, interval: 20 }).toBeGreaterThan(enough);
    const at = await arrived();
    await crash(person, 'server');
    expect(at).toBeLessThan(size / megabyte);
    console.info('the server was killed at MiB', at);
  }
  await row('large.bin').waitFor({ timeout: 120_000 });
  const there = join(installation.data, 'projects', project, 'Raw', 'large.bin');
  expect(await checksumOf(there)).toBe(await checksumOf(file));
}, 400_000);
