import type { account, auth, devices } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serveHubPages, type HubPages } from './hub-pages.js';
import { expectAccessible, glance, visit, type Theme, type Visit } from './platform/browser.js';
import { answer, refuse } from './platform/pretend.js';

let hub: HubPages;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  hub = await serveHubPages();
});
afterAll(() => hub.close());
afterEach(() => visitor.context.close());

const me: auth.Me = {
  user: { name: 'ada', displayName: 'Ada Lovelace', admin: false },
  via: 'hub',
  project: null,
  device: null,
  csrfToken: 'x',
  hubUrl: 'https://hopslab.localhost:8443'
};
const at = '2026-11-22T10:00:00.000Z';
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const sessions: account.Session[] = [
  {
    id: id(1),
    device: 'Firefox on Linux',
    address: '192.0.2.1',
    signedInAt: at,
    lastUsedAt: at,
    current: true
  },
  ...Array.from({ length: 12 }, (_, n) => ({
    id: id(n + 2),
    device: n % 2 ? 'Safari on iOS' : 'Something that did not say what it is',
    address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
    signedInAt: at,
    lastUsedAt: at,
    current: false
  }))
];
const token: account.AccessToken = {
  id: id(50),
  name: 'a nightly job with a name that is as long as it may be, 60 c',
  scopes: ['read', 'compute', 'manage'],
  project: 'a_project_of_thirty_characters',
  createdAt: at,
  expiresAt: '2027-11-22T10:00:00.000Z',
  lastUsedAt: at,
  lastAddress: '2001:db8:85a3:8d3:1319:8a2e:370:7348'
};
const device: devices.Device = {
  name: 'a23456789_b23456789_c23456789x',
  project: 'a_project_of_thirty_characters',
  user: 'ada',
  principal: 'a_project_of_thirty_characters__ada__a23456789_b23456789_c23456789x',
  createdAt: at,
  lastUsedAt: null,
  lastAddress: null,
  certificates: [{ serial: '1', issuedAt: at, expiresAt: '2026-12-06T10:00:00.000Z' }]
};
const off: account.SecondFactor = { on: false, since: null, recoveryCodesLeft: 0 };

const open = async (theme: Theme, tokens: account.AccessToken[] = [token], factor = off): Promise<void> => {
  visitor = await visit(hub.browser, theme);
  ({ page } = visitor);
  await answer(page, '/auth/me', me);
  await answer(page, '/auth/sessions', { items: sessions, nextCursor: null });
  await answer(page, '/auth/tokens', { items: tokens, nextCursor: null });
  await answer(page, '/auth/devices', { items: [device], nextCursor: null });
  await answer(page, '/auth/second-factor', factor);
  await answer(page, '/projects?*', { items: [], nextCursor: null });
  await page.goto(`${hub.url}/account`);
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
};
const part = (name: string) => page.getByRole('region', { name });

describe.each<Theme>(['light', 'dark'])('in the %s theme', theme => {
  it('shows sign-ins and tokens, however long, also on a narrow screen', async () => {
    await open(theme);
    await page.getByRole('button', { name: me.user.displayName }).click();
    const menu = page.getByRole('group', { name: 'Account', exact: true });
    await menu.getByRole('link', { name: 'Your account' }).click();
    await menu.waitFor({ state: 'hidden' });
    await part('Sign-ins').getByText('this one').waitFor();
    await part('Access tokens').getByText('Read, Compute, Manage').waitFor();
    await part('Devices').getByText('in a_project_of_thirty_characters').waitFor();
    await expectAccessible(page, 'the account');
    await glance(page, `account-${theme}`);
    await page.setViewportSize({ width: 400, height: 800 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(400);
    await glance(page, `account-narrow-${theme}`);
    expect(visitor.complaints).toEqual([]);
  });

  it('makes a token by keyboard and shows it once', async () => {
    await open(theme, []);
    await part('Access tokens').getByText('With a token a program outside').waitFor();
    await part('Access tokens').getByRole('button', { name: 'New token' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New access token' });
    await dialog.waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByText('Enter a name.').waitFor();
    await expectAccessible(page, 'a new token');
    await glance(page, `account-token-${theme}`);
    await page.keyboard.type('nightly');
    await answer(page, '/auth/tokens', { token, secret: 'hsl_secret' });
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Your new token' }).getByText('hsl_secret').waitFor();
    await expectAccessible(page, 'the new token');
    await glance(page, `account-secret-${theme}`);
  });

  it('says why a password is not taken, and that a better one was', async () => {
    await open(theme);
    const form = part('Password');
    await form.getByRole('button', { name: 'Change password' }).click();
    await form.getByText('At least 8 characters.').waitFor();
    await form.getByLabel('Present password').fill('the old one');
    await form.getByLabel('New password').fill('password');
    await refuse(page, '/auth/password', 'auth.weak-password', 'It would be guessed soon.');
    await form.getByRole('button', { name: 'Change password' }).click();
    await form.getByText('It would be guessed soon.').waitFor();
    await expectAccessible(page, 'a weak password');
    await page.unroute('**/api/v1/auth/password');
    await page.route('**/api/v1/auth/password', route => route.fulfill({ status: 204 }));
    await form.getByRole('button', { name: 'Change password' }).click();
    await form.getByText('Your password is changed').waitFor();
    await expect.poll(() => form.getByLabel('New password').inputValue()).toBe('');
  });

  it('sets a second factor up and keeps its recovery codes', async () => {
    await open(theme);
    await part('Second factor').getByRole('button', { name: 'Set up' }).click();
    await page.keyboard.type('my password');
    const qr = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
    await answer(page, '/auth/second-factor', { uri: 'otpauth://totp/x', secret: 'JBSWY3DPEHPK3PXP', qr });
    await page.keyboard.press('Enter');
    await page.getByText('JBSWY3DPEHPK3PXP').waitFor();
    await page.getByRole('img', { name: 'QR code' }).waitFor();
    await expectAccessible(page, 'the QR code');
    await glance(page, `account-qr-${theme}`);
    await refuse(page, '/auth/second-factor', 'auth.wrong-code', 'It is wrong.');
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('It is wrong.').waitFor();
    const recoveryCodes = Array.from({ length: 10 }, (_, n) => `abcd-efgh-jkmn-pq${n}${n}`);
    await answer(page, '/auth/second-factor', { recoveryCodes });
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('abcd-efgh-jkmn-pq99').waitFor();
    await expectAccessible(page, 'recovery codes');
    await glance(page, `account-codes-${theme}`);
  });

  it('shows that it is on, and what went wrong', async () => {
    await open(theme, [], { on: true, since: at, recoveryCodesLeft: 1 });
    await part('Second factor').getByText('One recovery code is left.').waitFor();
    await refuse(page, '/auth/sessions', 'service.unavailable', 'The database does not answer.');
    await part('Sign-ins')
      .getByRole('button', { name: /^End Safari/ })
      .first()
      .click();
    await part('Sign-ins').getByRole('alert').first().waitFor();
    await expectAccessible(page, 'an account with faults');
  });
});

it('asks for the code where signing in wants one', async () => {
  visitor = await visit(hub.browser);
  ({ page } = visitor);
  await refuse(page, '/auth/me', 'auth.required', 'Sign in.');
  await refuse(page, '/auth/login', 'auth.second-factor', 'Send the code.');
  await page.goto(hub.url);
  await page.getByLabel('Username').fill('ada');
  await page.getByLabel('Password').fill('correct horse');
  await page.keyboard.press('Enter');
  await page.getByLabel('Code').waitFor();
  await expectAccessible(page, 'the sign-in with a code');
  await refuse(page, '/auth/login', 'auth.must-change', 'Change it.');
  await page.getByLabel('Code').fill('123456');
  await page.keyboard.press('Enter');
  await page.getByLabel('New password').waitFor();
  await glance(page, 'account-login');
});
