import type { projects, publicDatasets } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rootAs, serveHubPages, type HubPages } from './hub-pages.js';
import { expectAccessible, glance, visit, type Theme, type Visit } from './platform/browser.js';
import { walk } from './platform/keyboard.js';
import { answer, refuse } from './platform/pretend.js';
import { foundOf } from './shares-backend.js';

let hub: HubPages;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  hub = await serveHubPages();
});
afterAll(() => hub.close());
afterEach(() => visitor.context.close());

const mine = (name: string, role: projects.Member['role']): projects.ListedProject =>
  ({
    name,
    role,
    description: '',
    state: 'active',
    members: 1,
    services: [],
    createdAt: '2026-11-01T08:00:00.000Z'
  }) as unknown as projects.ListedProject;

const open = async (
  items: readonly publicDatasets.PublicDataset[],
  theme: Theme,
  list: readonly projects.ListedProject[],
  nextCursor: string | null = null
): Promise<void> => {
  visitor = await visit(hub.browser, theme);
  ({ page } = visitor);
  await answer(page, '/auth/me', rootAs(false));
  await answer(page, '/projects?*', { items: list, nextCursor: null });
  await answer(page, '/public-datasets?*', { items, nextCursor });
  await page.goto(`${hub.url}/`);
  await page.getByRole('link', { name: 'Find public datasets' }).click();
  await page.getByRole('heading', { name: 'Public datasets' }).waitFor();
};
const tile = (name: string) => page.getByRole('listitem').filter({ hasText: name });
const dialog = () => page.getByRole('dialog');

describe.each<Theme>(['light', 'dark'])('public datasets in the %s theme', theme => {
  it('are found, and added to a project of one’s own', async () => {
    const long = {
      owner: 'a23456789_b23456789_c23456789x',
      dataset: `d${'0123456789'.repeat(7)}`,
      description: 'Everything that was ever measured '.repeat(30)
    };
    const items = [
      foundOf(1),
      foundOf(2, long),
      foundOf(3, { addedTo: ['borea'] }),
      foundOf(4, { owner: 'borea' })
    ];
    const list = [mine('atlas', 'data_owner'), mine('borea', 'data_owner'), mine('ceres', 'data_scientist')];
    await open(items, theme, list, 'bmV4dA');
    await tile('cetus::genes_1').getByText('3.3 MiB · 1 file').waitFor();
    await tile('cetus::genes_3').getByText('In borea').waitFor();
    await expectAccessible(page, 'public datasets');
    await glance(page, `public-${theme}`);
    const { reached, unseen, missed } = await walk(page, 'body');
    expect({ unseen, missed }).toEqual({ unseen: [], missed: [] });
    expect(reached).toEqual(expect.arrayContaining(['Show more']));
    await page.setViewportSize({ width: 400, height: 800 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(400);
    await page.setViewportSize({ width: 1280, height: 800 });

    await page.getByRole('button', { name: 'Add to a project… cetus::genes_3' }).click();
    const options = dialog().getByLabel('To the project').getByRole('option');
    await expect.poll(() => options.allTextContents()).toEqual(['atlas']);
    await expectAccessible(page, 'adding a public dataset');
    await glance(page, `public-add-${theme}`);
    const at = '/projects/atlas/datasets/import-public';
    await refuse(page, at, 'public.unknown', 'It may have been made private again.');
    await dialog().getByRole('button', { name: 'Add it' }).click();
    await dialog().getByText('It may have been made private again.').waitFor();
    await page.unroute(`**/api/v1${at}`);
    await answer(page, at, {
      ...{ name: 'cetus::genes_3', description: '', builtIn: false, editable: false, public: true },
      ...{ createdAt: '2026-11-01T08:00:00.000Z', sharedBy: 'cetus', permission: 'read_only' },
      ...{ bytes: 0, files: 0, countedAt: null }
    });
    const asked = page.waitForRequest(request => request.method() === 'POST');
    await dialog().getByRole('button', { name: 'Add it' }).click();
    expect((await asked).postDataJSON()).toEqual({ project: 'cetus', dataset: 'genes_3' });
  });

  it('are none yet, none such, not to be had, or not for a data scientist to add', async () => {
    await open([], theme, [mine('ceres', 'data_scientist')]);
    await page.getByText('Nothing is public yet.').waitFor();
    await expectAccessible(page, 'no public datasets');
    await page.getByLabel('Find').fill('whales');
    await page.getByText('Nothing public has “whales” in it.').waitFor();
    await answer(page, '/public-datasets?*', { items: [foundOf(1)], nextCursor: null });
    await page.getByLabel('Find').fill('genes');
    const add = page.getByRole('button', { name: 'Add to a project… cetus::genes_1' });
    await expect.poll(() => add.getAttribute('aria-disabled')).toBe('true');
    await add.focus();
    await page.getByRole('tooltip').getByText('Only data owners add datasets').waitFor();
    await refuse(page, '/public-datasets?*', 'service.unavailable', 'The database does not answer.');
    await page.getByLabel('Find').fill('more');
    await page.getByRole('alert').getByText('The database does not answer.').waitFor();
    await expectAccessible(page, 'public datasets refused');
    expect(visitor.complaints).toEqual([]);
  });
});
