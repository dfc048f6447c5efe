import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAccessible, openBrowser, picture, visit, type Theme } from './browser.js';
import { createUser, fillLogin, signIn } from './steps.js';

const installation = inject('installation');
const password = 'correct horse battery';
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser(installation.ca);
});
afterAll(async () => {
  await browser.close();
});

describe('signing in', () => {
  it('says that the password is wrong, and lets in with the right one', async () => {
    const { context, page, complaints } = await visit(browser);
    await page.goto(installation.url);
    await page.locator('input[name=username]:focus').waitFor();
    await fillLogin(page, installation.username, 'not the password');
    await page.getByRole('alert').filter({ hasText: 'Wrong username or password' }).waitFor();
    await expectAccessible(page, 'a refused sign-in');

    await fillLogin(page, installation.username, installation.password);
    await page.getByRole('heading', { name: 'My projects' }).waitFor();
    await page.getByRole('link', { name: /^demo/ }).waitFor();

    await page.reload();
    await page.getByRole('heading', { name: 'My projects' }).waitFor();
    await page.getByRole('link', { name: /^demo/ }).click();
    await page.getByRole('heading', { name: 'demo' }).waitFor();
    await page
      .getByRole('banner')
      .getByRole('button', { name: /Administrator|admin/i })
      .click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Hopslab' }).waitFor();
    // Whoever comes next may not know this project.
    await page.waitForURL(({ pathname }) => pathname === '/');
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('a project', () => {
  it('is created under a name that is right and free, and shared with people who are told what they may', async () => {
    const owner = await visit(browser);
    const { page } = owner;
    await signIn(page, installation, installation);
    await createUser(page, { username: 'ana', password, displayName: 'Ana Lindqvist' });

    await page.getByRole('button', { name: 'New project' }).click();
    const name = page.getByLabel('Name', { exact: true });
    const alert = page.getByRole('alert');
    await name.fill('My Project');
    await alert.filter({ hasText: 'Lower-case letters' }).waitFor();
    await name.fill('a'.repeat(31));
    await alert.filter({ hasText: 'At most 30 characters' }).waitFor();
    await name.fill('demo');
    await page.getByRole('button', { name: 'Create project' }).click();
    await alert.filter({ hasText: 'demo' }).waitFor();
    await expectAccessible(page, 'a refused project name');
    await picture(page, 'new-project');
    await name.fill('roundworm');
    await page.getByLabel('Description').fill('The genome of the roundworm.');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('heading', { name: 'roundworm' }).waitFor();

    await page.getByRole('button', { name: 'Add member' }).click();
    await page.getByLabel('Username').fill('No Body');
    await page.getByRole('dialog').getByRole('button', { name: 'Add member' }).click();
    await alert.filter({ hasText: /^Lower-case letters/ }).waitFor();
    await page.getByLabel('Username').fill('nobody_at_all');
    await page.getByRole('dialog').getByRole('button', { name: 'Add member' }).click();
    await alert.filter({ hasText: 'nobody_at_all' }).waitFor();
    await page.getByLabel('Username').fill('an');
    await page.locator('datalist option[value="ana"]').waitFor({ state: 'attached' });
    await page.getByLabel('Username').fill('ana');
    await page.getByRole('dialog').getByRole('button', { name: 'Add member' }).click();
    await page.getByRole('row', { name: /Ana Lindqvist ana/ }).waitFor();
    await picture(page, 'members');
    expect(owner.complaints).toEqual([]);

    const scientist = await visit(browser);
    await signIn(scientist.page, installation, { username: 'ana', password });
    await scientist.page.getByRole('link', { name: /roundworm/ }).click();
    await scientist.page.getByText('You are a data scientist here.').waitFor();
    await scientist.page.getByRole('button', { name: 'Add member' }).focus();
    await scientist.page.getByRole('tooltip').filter({ hasText: 'Only data owners' }).first().waitFor();

    // What the owner does is seen by the member at once, without a reload.
    await page.getByLabel('Role of Ana Lindqvist').selectOption({ label: 'Data owner' });
    await scientist.page.getByText('You are a data owner here.').waitFor();
    await page.getByRole('button', { name: 'Remove Ana Lindqvist' }).click();
    await expectAccessible(page, 'the question before a member is removed');
    await page.getByRole('button', { name: 'Remove member' }).click();
    await scientist.page.getByRole('heading', { name: 'There is no such project' }).waitFor();
    await scientist.context.close();

    // The last data owner stays.
    await page.getByRole('button', { name: 'Leave the project' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave the project' }).click();
    await page.getByRole('alert').filter({ hasText: 'At least one data owner always remains' }).waitFor();
    await owner.context.close();
  });
});

describe.each<Theme>(['light', 'dark'])('every page in the %s theme', theme => {
  it('has nothing serious that axe finds', async () => {
    const { context, page, complaints } = await visit(browser, theme);
    await page.goto(installation.url);
    await page.getByLabel('Username').waitFor();
    await expectAccessible(page, 'the sign-in');
    await picture(page, `sign-in-${theme}`);
    await signIn(page, installation, installation);
    await page.getByRole('link', { name: /^demo/ }).waitFor();
    await expectAccessible(page, 'my projects');
    await picture(page, `projects-${theme}`);
    await page.getByRole('link', { name: /^demo/ }).click();
    await page.getByRole('heading', { name: 'demo' }).waitFor();
    await page.getByRole('group', { name: 'The project' }).waitFor();
    await expectAccessible(page, 'a project');
    await picture(page, `project-${theme}`);
    await page.getByRole('link', { name: 'Start notebook server' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await page.getByLabel('Executors').fill('999');
    await page.getByRole('alert').filter({ hasText: 'At most' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'once every field holds what is possible' }).waitFor();
    await expectAccessible(page, 'more than there is');
    await page.getByLabel('Executors').fill('2');
    await expectAccessible(page, 'the start of a notebook server');
    await picture(page, `start-${theme}`);
    await page.goto(`${installation.url}/projects/no_such_project`);
    await page.getByRole('heading', { name: 'There is no such project' }).waitFor();
    await expectAccessible(page, 'no such project');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
