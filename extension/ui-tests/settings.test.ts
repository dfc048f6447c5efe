import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, type Visit } from './platform/browser.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
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

const open = (): Promise<void> => stage.openSettings('Overview');

const sections = () => page.getByRole('navigation', { name: 'Sections of the project settings' });
const members = () => page.getByRole('grid', { name: 'Members' });

const happened = (action: string, asset: string) => ({
  position: 1,
  at: '2026-11-20T09:00:00Z',
  actor: 'hopslab',
  action,
  asset
});

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
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('New words');
  });

  it('overwrite nothing that somebody else has changed meanwhile, unless it is wanted', async () => {
    await open();
    await page.getByRole('button', { name: 'Edit description' }).click();
    await page.getByLabel('Description').fill('Mine');
    backend.project = { ...backend.project, description: 'Theirs' };
    await page.getByRole('button', { name: 'Save' }).click();
    const notice = page.getByRole('status').filter({ hasText: 'Somebody else changed this meanwhile' });
    await notice.getByText('Theirs', { exact: true }).waitFor();
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('Mine');
    await expectAccessible(page, 'a description that was changed meanwhile');
    await glance(page, 'settings-meanwhile');
    await notice.getByRole('button', { name: 'Take theirs' }).click();
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('Theirs');
    await page.getByLabel('Description').fill('Ours');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .locator('.hop-Settings-body p')
      .filter({ hasText: /^Ours$/ })
      .waitFor();
    expect(backend.project.description).toBe('Ours');
  });

  it('show who is in and what they hold, as it changes', async () => {
    await open();
    await sections().getByRole('button', { name: 'Members' }).click();
    await members()
      .getByRole('row', { name: /Ada.*data owner.*2 cores, 2 GiB/ })
      .waitFor();
    backend.leases = [];
    backend.emit('journal', happened('notebook.ended', 'notebook-server:ada'));
    await members()
      .getByRole('row', { name: /Ada.*nothing/ })
      .waitFor();
  });

  it('ask for a member’s change, open the hub for the click, and show it once it is done', async () => {
    await page.context().route(`${backend.me.hubUrl}/**`, route => route.fulfill({ body: 'the hub' }));
    await open();
    await sections().getByRole('button', { name: 'Members' }).click();
    const bob = members().getByRole('row', { name: /Bob/ });
    const popping = page.context().waitForEvent('page');
    await bob.getByRole('button', { name: 'Make data owner' }).click();
    const window = await popping;
    await window.waitForURL(`${backend.me.hubUrl}/pending/*`);
    expect(await window.evaluate(() => globalThis.opener as unknown)).toBeNull();
    await window.close();
    expect(backend.held).toEqual([
      { what: 'PUT /api/v1/projects/demo/members/bob', body: { role: 'data_owner' } }
    ]);
    await page.getByText('Waits for you to confirm it').waitFor();
    const link = page.getByRole('link', { name: 'Confirm on the hub' });
    await expect.poll(() => link.getAttribute('rel')).toBe('noopener noreferrer');
    await expectAccessible(page, 'members with a change that waits');
    await glance(page, 'settings-waiting');

    backend.members = backend.members.map(one => ({ ...one, role: 'data_owner' }));
    backend.emit('journal', happened('member.role-changed', 'member:bob'));
    await bob.getByRole('button', { name: 'Make data scientist' }).waitFor();
    await page.getByText('Waits for you to confirm it').waitFor({ state: 'detached' });
  });

  it('ask for a new member and a removal, having shown what stops, and say why not', async () => {
    await page.context().route(`${backend.me.hubUrl}/**`, route => route.fulfill({ body: 'the hub' }));
    backend.leases = backend.leases.map(lease => ({ ...lease, user: 'bob' }));
    await open();
    await sections().getByRole('button', { name: 'Members' }).click();
    await page.getByRole('button', { name: 'Add member' }).click();
    const dialog = page.getByRole('dialog');
    await page.keyboard.press('Enter');
    await dialog.getByText('Enter a username.').waitFor();
    await page.keyboard.type('bob');
    await dialog.getByText('Bob is in the project already.').waitFor();
    await dialog.getByLabel('Username').fill('eve');
    backend.refuse(/^PUT /, 'pending.too-many');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await expectAccessible(page, 'a refused new member');
    backend.accept();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('It is asked: PUT /api/v1/projects/demo/members/eve').waitFor();

    await members().getByRole('row', { name: /Bob/ }).getByRole('button', { name: 'Remove' }).click();
    await dialog.getByText('notebook: 2 cores, 2 GiB').waitFor();
    await expectAccessible(page, 'the question before a member is removed');
    await glance(page, 'settings-remove');
    await dialog.getByRole('button', { name: 'Remove member' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('It is asked: DELETE /api/v1/projects/demo/members/bob').waitFor();
    expect(backend.held.map(({ body }) => body)).toEqual([{ role: 'data_scientist' }, undefined]);
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
    await page.goto(`${backend.base}/lab`);
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
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
    await mine.getByRole('button', { name: 'Leave' }).waitFor();
    const remove = members().getByRole('row', { name: /Bob/ }).getByRole('button', { name: 'Remove' });
    await expect.poll(() => remove.getAttribute('aria-disabled')).toBe('true');
    await glance(page, 'settings-scientist');
  });

  it('have nothing serious that axe finds', async () => {
    for (let i = 0; i < 200; i += 1)
      backend.members.push({
        user: `person${String(i)}`,
        displayName: `Person with a rather long name ${String(i)}`,
        role: 'data_scientist',
        since: '2026-11-20T09:00:00Z'
      });
    await open();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `the overview, ${theme}`);
      await glance(page, `settings-overview-${theme}`);
    });
    await sections().getByRole('button', { name: 'Members' }).click();
    await members().getByRole('row').nth(5).waitFor();
    await expect.poll(() => members().getByRole('row').count()).toBeLessThan(100);
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `the members, ${theme}`);
      await glance(page, `settings-members-${theme}`);
    });
  });
});
