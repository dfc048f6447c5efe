import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, picture, type Visit } from './platform/browser.js';
import { addedOf, foundOf, givenOf, offerOf, publicationOf } from './shares-backend.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(async () => {
  ({ backend, visitor, page } = stage);
  await page.context().route(`${backend.me.hubUrl}/**`, route => route.fulfill({ body: 'the hub' }));
  backend.datasets.put('Raw/readings.csv', 'x,y\n1,2\n');
});

const region = () => page.getByRole('region', { name: 'Sharing', exact: true });
const grid = () => region().getByRole('grid', { name: 'Shares' });
const dialog = () => page.getByRole('dialog');
const event = (action: string) => ({
  position: 1,
  at: '2026-11-20T09:00:00.000Z',
  actor: 'ada',
  action,
  asset: 'dataset:Raw'
});

describe('sharing', () => {
  it('begins with a right click on a dataset, and waits for a click on the hub', async () => {
    await stage.open();
    const raw = page.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: 'Raw' }).first();
    await raw.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    await dialog().getByRole('heading', { name: 'Share a dataset' }).waitFor();
    await expect.poll(() => dialog().getByLabel('Dataset').inputValue()).toBe('Raw');
    await dialog().getByRole('button', { name: 'Offer it' }).click();
    await dialog().getByText('Enter the name of a project.').waitFor();
    await dialog().getByLabel('With the project').fill('demo');
    await dialog().getByText('It is in this project already').waitFor();
    await dialog().getByLabel('With the project').fill('borea');
    await dialog().getByLabel('They may').selectOption('Read and change');
    await dialog().getByLabel('Message (optional)').fill('As we said');
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `the share dialog, ${theme}`);
      if (theme === 'light') await picture(page, 'share');
    });
    const popping = page.context().waitForEvent('page');
    await dialog().getByRole('button', { name: 'Offer it' }).click();
    await (await popping).waitForURL(`${backend.me.hubUrl}/pending/*`);
    expect(backend.held).toEqual([
      {
        what: 'POST /api/v1/projects/demo/datasets/Raw/shares',
        body: { project: 'borea', permission: 'editable', message: 'As we said' }
      }
    ]);
    await region().getByText('Waits for you to confirm it').waitFor();
    backend.shares.given = [givenOf(1, { permission: 'editable', state: 'offered', answeredAt: null })];
    backend.emit('journal', event('share.offered'));
    await grid()
      .getByRole('row', { name: /Raw borea Read and change waits for an answer/ })
      .waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('is seen both ways; what is offered is answered, what is given taken back knowing from whom', async () => {
    const long = 'a23456789_b23456789_c23456789x';
    backend.shares.given = [givenOf(1), givenOf(2, { project: long, state: 'rejected' })];
    backend.shares.offers = [
      offerOf(3, { message: 'What you asked for last week, all of it '.repeat(6).trim() }),
      offerOf(4, { owner: long, dataset: 'kept', state: 'accepted', permission: 'editable' })
    ];
    backend.shares.holders = [{ user: 'eve', writable: false, startedAt: '2026-11-20T09:00:00.000Z' }];
    await stage.open();
    await page.getByText('cetus offers its dataset genes to this project.').waitFor();
    await page.getByRole('button', { name: 'Look at it' }).click();
    await grid()
      .getByRole('row', { name: new RegExp(long) })
      .waitFor();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `sharing, ${theme}`);
      await glance(page, `sharing-${theme}`);
    });
    await region().getByRole('button', { name: 'Accept cetus::genes' }).click();
    await region().getByText('Waits for you to confirm it').waitFor();
    await region().getByRole('button', { name: 'Make editable Raw with borea' }).click();
    await grid().getByRole('button', { name: 'Take back Raw with borea' }).click();
    await dialog().getByRole('listitem').filter({ hasText: 'eve' }).waitFor();
    await expectAccessible(page, 'taking a share back');
    await glance(page, 'take-back');
    await dialog().getByRole('button', { name: 'Take it back' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(backend.held.map(({ what }) => what)).toEqual([
      `POST /api/v1/projects/demo/offers/${offerOf(3).id}/accept`,
      'PATCH /api/v1/projects/demo/datasets/Raw/shares/borea',
      'DELETE /api/v1/projects/demo/datasets/Raw/shares/borea'
    ]);
  });

  it('is the data owners’, who are named; where nothing is yet it says so', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__bob' }
    };
    await stage.openSettings('Sharing');
    await region().getByText('Nothing of this project is shared.').waitFor();
    const share = region().getByRole('button', { name: 'Share a dataset…' });
    await expect.poll(() => share.getAttribute('aria-disabled')).toBe('true');
    await share.focus();
    await page.getByRole('tooltip').getByText('Only data owners share datasets. Ask Ada.').waitFor();
    backend.refuse(/shares$/, 'service.unavailable');
    backend.emit('journal', event('share.offered'));
    await page.getByRole('alert').getByText('A service is not available').waitFor();
    await expectAccessible(page, 'sharing that could not be had');
  });
});

describe('public datasets', () => {
  const item = (name: string) =>
    page.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: name }).first();

  it('are made so by a right click, knowing what everybody will see, and private knowing who loses them', async () => {
    backend.datasets.list = backend.datasets.list.map(one =>
      one.name === 'Raw' ? { ...one, editable: true } : one
    );
    await stage.open();
    await item('Logs').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Make public…' }).waitFor();
    await page.getByText('everybody’s programs write there: it stays private').waitFor();
    await page.keyboard.press('Escape');
    await item('Raw').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Make public…' }).click();
    await dialog().getByText('the name of this project, demo').waitFor();
    await dialog().getByText('What their programs write there is public at once.').waitFor();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `making public, ${theme}`);
      await glance(page, `make-public-${theme}`);
    });
    await dialog().getByRole('button', { name: 'Make it public' }).click();
    await dialog().waitFor({ state: 'detached' });
    await region().getByText('Waits for you to confirm it').waitFor();

    const long = 'a23456789_b23456789_c23456789x';
    backend.shares.published = [publicationOf('Raw', ['borea', false], [long, false], ['cetus', true])];
    backend.shares.holders = [{ user: 'eve', writable: false, startedAt: '2026-11-20T09:00:00.000Z' }];
    backend.datasets.list = backend.datasets.list.map(one => ({ ...one, public: one.name === 'Raw' }));
    backend.emit('journal', event('public.made'));
    await region().getByText('Added by borea, ').waitFor();
    await item('Raw').locator('.hop-Datasets-badge').getByText('public').waitFor();
    await item('Raw').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Make private…' }).click();
    await dialog().getByText('borea: in use now by eve').waitFor();
    await dialog().getByText('It stays shared with cetus.').waitFor();
    await expectAccessible(page, 'making private');
    await glance(page, 'make-private');
    await dialog().getByRole('button', { name: 'Make it private' }).click();
    await dialog().waitFor({ state: 'detached' });
    const path = '/api/v1/projects/demo/datasets/Raw/public';
    expect(backend.held.map(({ what }) => what)).toEqual([`PUT ${path}`, `DELETE ${path}`]);
    expect(visitor.complaints).toEqual([]);
  });

  it('of others are found and added with one click, and missed when they are gone', async () => {
    backend.shares.found = Array.from({ length: 60 }, (_, n) => foundOf(n));
    backend.shares.found[1] = foundOf(1, { owner: 'demo', dataset: 'Raw', description: 'Mine '.repeat(80) });
    await stage.open();
    await page.getByRole('button', { name: 'Add a public dataset…' }).click();
    await dialog().getByText('The first 50 are shown').waitFor();
    await dialog().getByText('of this project', { exact: true }).waitFor();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `finding public datasets, ${theme}`);
      await glance(page, `add-public-${theme}`);
    });
    await dialog().getByLabel('Find').fill('nothing such');
    await dialog().getByText('Nothing public has “nothing such” in it.').waitFor();
    await dialog().getByLabel('Find').fill('genes_7');
    await dialog().getByRole('button', { name: 'Add cetus::genes_7' }).click();
    await expect.poll(() => backend.shares.added).toHaveLength(1);
    backend.emit('journal', event('public.added'));
    await dialog().getByText('in this project', { exact: true }).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await region().getByRole('button', { name: 'Give back cetus::genes_7' }).waitFor();
    await glance(page, 'public-part');
    backend.shares.added = [addedOf('cetus', 'other')];
    backend.emit('journal', event('public.lost'));
    await page.getByText('cetus::genes_7 is not in this project any more').waitFor();
    expect(backend.held).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });
});
