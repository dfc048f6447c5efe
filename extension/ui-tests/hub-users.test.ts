import type { admin } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rootAs, serveHubPages, type HubPages } from './hub-pages.js';
import { expectAccessible, glance, visit, type Theme, type Visit } from './platform/browser.js';
import { walk } from './platform/keyboard.js';
import { answer, refuse } from './platform/pretend.js';

let hub: HubPages;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  hub = await serveHubPages();
});
afterAll(() => hub.close());

const people = (count: number): admin.Account[] =>
  Array.from({ length: count }, (_, n) => ({
    name: n === 1 ? 'a23456789_b23456789_c23456789x' : `person_${n}`,
    displayName:
      n === 1
        ? 'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Elder of Philadelphia'
        : `Person Number ${n}`,
    admin: n % 50 === 0,
    locked: n % 7 === 2,
    since: '2026-11-01T08:00:00.000Z',
    signIns: n % 3,
    lastSeen: n % 3 ? '2026-11-22T10:00:00.000Z' : null
  }));

const open = async (
  items: readonly admin.Account[],
  theme: Theme = 'light',
  isAdmin = true
): Promise<void> => {
  visitor = await visit(hub.browser, theme);
  ({ page } = visitor);
  await answer(page, '/auth/me', rootAs(isAdmin));
  await answer(page, '/users?*', { items, nextCursor: null });
  await page.goto(`${hub.url}/admin/users`);
};
afterEach(() => visitor.context.close());

const grid = () => page.getByRole('grid', { name: 'Users' });
const dialog = () => page.getByRole('dialog');
const button = (name: string) => dialog().getByRole('button', { name });

it('is not there for who is no administrator', async () => {
  await open([], 'light', false);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await expect.poll(() => page.getByRole('heading', { name: 'Users' }).count()).toBe(0);
});

it('holds ten thousand, drawing those in sight, and asks the server for a name', async () => {
  await open(people(10_000));
  await page.getByText('All 10000 users').waitFor();
  await expect.poll(() => grid().getByRole('row').count()).toBeLessThan(60);
  await grid().getByRole('row', { name: 'Person Number 0' }).press('End');
  await grid().getByText('Person Number 9999').waitFor();
  const asked = page.waitForRequest(request => new URL(request.url()).searchParams.get('q') === 'wolfe');
  await page.getByLabel('Find').fill('wolfe');
  await asked;
});

describe.each<Theme>(['light', 'dark'])('in the %s theme', theme => {
  it('locks a user once it is said what ends with that', async () => {
    await open(people(40), theme);
    await grid().getByText('Person Number 3', { exact: true }).waitFor();
    await expectAccessible(page, 'users');
    await glance(page, `users-${theme}`);
    await grid().getByText('Person Number 4', { exact: true }).click();
    await dialog().getByText('person_4').waitFor();
    await expectAccessible(page, 'one user');
    await glance(page, `user-${theme}`);
    await button('Lock…').click();
    await dialog().getByText('Every sign-in of Person Number 4 ends now').waitFor();
    await expectAccessible(page, 'the question before a lock');
    await glance(page, `user-lock-${theme}`);

    await refuse(page, '/users/person_4', 'user.last-admin', 'Make somebody else one first.');
    await button('Lock').click();
    await dialog().getByRole('alert').getByText('Make somebody else one first.').waitFor();
    await page.unroute('**/api/v1/users/person_4');
    const locked = people(40).map(one => (one.name === 'person_4' ? { ...one, locked: true } : one));
    await answer(page, '/users/person_4', locked[4]);
    await answer(page, '/users?*', { items: locked, nextCursor: null });
    const sent = page.waitForRequest(request => request.method() === 'PATCH');
    await button('Lock').click();
    expect((await sent).postDataJSON()).toEqual({ locked: true });
    await dialog().waitFor({ state: 'detached' });
    await grid().getByRole('row', { name: 'Person Number 4' }).getByText('locked').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('gives a one-time password, shown once, and none to oneself', async () => {
    const root = { ...people(1)[0], name: 'root', displayName: 'Root' } as admin.Account;
    await open([root, ...people(5)], theme);
    await grid().getByText('Root', { exact: true }).click();
    await expect.poll(() => button('Reset password…').getAttribute('aria-disabled')).toBe('true');
    await button('Close').click();
    await grid().getByText('Person Number 4', { exact: true }).click();
    await button('Reset password…').click();
    await dialog().getByText('sign-ins and access tokens end now').waitFor();
    await expectAccessible(page, 'the question before a reset');
    await answer(page, '/users/person_4/password', { password: 'k7m2p-w9xqd-3hntz-ev5rb' });
    await button('Reset password').click();
    await dialog().getByText('k7m2p-w9xqd-3hntz-ev5rb').waitFor();
    await expectAccessible(page, 'a one-time password');
    await glance(page, `one-time-password-${theme}`);
    await button('Done').click();
    await dialog().waitFor({ state: 'detached' });
    await grid().getByText('Person Number 4', { exact: true }).click();
    await expect.poll(() => dialog().getByText('k7m2p').count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  it('creates a user, and says what is wrong with what was typed', async () => {
    await open(people(3), theme);
    await page.getByRole('button', { name: 'New user' }).click();
    await button('Create user').click();
    await dialog().getByText('Enter a username.').waitFor();
    await dialog().getByLabel('Username').fill('No Body');
    await dialog().getByText('Lower-case letters').waitFor();
    await expectAccessible(page, 'a new user refused');
    await glance(page, `user-new-${theme}`);
    await dialog().getByLabel('Username').fill('ana');
    await dialog().getByLabel('Name', { exact: true }).fill('Ana Lindqvist');
    await dialog().getByLabel('Password').fill('correct horse battery');
    await refuse(page, '/users', 'user.name-taken', 'There is a user ana already; choose another name.');
    await button('Create user').click();
    await dialog().getByText('There is a user ana already').waitFor();
    await page.unroute('**/api/v1/users');
    await answer(page, '/users', { name: 'ana', displayName: 'Ana Lindqvist', admin: true });
    await dialog().getByLabel('Administrator').check();
    const sent = page.waitForRequest(request => request.method() === 'POST');
    await button('Create user').click();
    expect((await sent).postDataJSON()).toMatchObject({ username: 'ana', admin: true });
    await dialog().waitFor({ state: 'detached' });
  });

  it('is narrow, empty or refused, and all of it is reached by keyboard', async () => {
    await open(people(40), theme);
    await grid().waitFor();
    const { reached, unseen, missed } = await walk(page, 'body');
    expect({ unseen, missed }).toEqual({ unseen: [], missed: [] });
    expect(reached).toEqual(expect.arrayContaining(['New user']));
    await page.setViewportSize({ width: 400, height: 800 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(400);
    await glance(page, `users-narrow-${theme}`);
    await answer(page, '/users?*', { items: [], nextCursor: null });
    await page.getByLabel('Find').fill('zz');
    await page.getByText('Nobody has that in their name.').waitFor();
    await expectAccessible(page, 'nobody found');
    await refuse(page, '/users?*', 'service.unavailable', 'The database does not answer.');
    await page.getByLabel('Find').fill('zzz');
    await page.getByRole('alert').getByText('The database does not answer.').waitFor();
    await expectAccessible(page, 'users refused');
  });
});
