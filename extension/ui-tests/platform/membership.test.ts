import { readFileSync } from 'node:fs';
import type { account, projects } from '@hopslab/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { expectAccessible, glance, openBrowser, picture, visit, type Visit } from './browser.js';
import { hostile, plant, told } from './hostile-notebook.js';
import { asHub, enterLab } from './hostile-steps.js';
import { confirm, openFile, runAll } from './lab-steps.js';
import {
  closedAt,
  holdTerminal,
  lastOpen,
  runs,
  statusOn,
  withDevice,
  withToken
} from './membership-steps.js';
import { createUser, signIn } from './steps.js';

/** What the platform promises: whoever is removed has lost access by every way in within five seconds. */
const promised = 5000;
const project = 'promises';
const password = 'correct horse battery';
const slow = { timeout: 180_000 };

const installation = inject('installation');
const hub = new URL(installation.url).origin;
const ca = readFileSync(installation.ca);
let browser: Browser;
let owner: Visit;
let scientist: Visit;
/** The scientist's JupyterLab. */
let lab: Page;

beforeAll(async () => {
  browser = await openBrowser(installation.ca);
  owner = await visit(browser);
  const { page } = owner;
  await signIn(page, installation, installation);
  await createUser(page, { username: 'mia', password, displayName: 'Mia Okafor' });
  await createUser(page, { username: 'eve', password, displayName: 'Eve' });
  await asHub(page, 'POST', '/projects', { name: project, description: 'What is promised is kept.' });
  await asHub(page, 'PUT', `/projects/${project}/datasets/Jupyter/files/salaries.csv`, { mia: 1 });
  await page.goto(`${hub}/projects/${project}`);
}, 120_000);
afterAll(async () => {
  await browser.close();
});

const openLab = (page: Page): Promise<void> => enterLab(page, hub, project);

it('a data owner invites a data scientist, who is refused data by JupyterLab’s own way, with the reason', async () => {
  const { page } = owner;
  await page.getByRole('button', { name: 'Add member' }).click();
  await page.getByLabel('Username').fill('mia');
  await page.getByRole('dialog').getByRole('button', { name: 'Add member' }).click();
  await page.getByRole('row', { name: /Mia Okafor mia/ }).waitFor();

  scientist = await visit(browser);
  await signIn(scientist.page, installation, { username: 'mia', password });
  await scientist.page.getByRole('link', { name: new RegExp(`^${project}`) }).click();
  await scientist.page.getByText('You are a data scientist here.').waitFor();
  lab = await scientist.context.newPage();
  await openLab(lab);

  // The file browser's own command, as a person gives it.
  await lab.locator('.jp-DirListing-item').filter({ hasText: 'salaries.csv' }).click({ button: 'right' });
  const popping = scientist.context.waitForEvent('page');
  await lab.getByRole('menuitem', { name: 'Open in New Browser Tab' }).click();
  const refused = await popping;
  await refused.getByText('A data owner of the project can do it').waitFor();
  await refused.getByText('data.export').waitFor();
  expect(new URL(refused.url()).origin).toBe(new URL(lab.url()).origin);
  await refused.close();
}, 300_000);

it('a hostile notebook that a data owner runs gets only acts that wait, until one is confirmed on the hub', async () => {
  // Its author is the data scientist; the owner opens and runs it.
  await plant(lab, 'tempting.ipynb', hostile(project));
  const page = await owner.context.newPage();
  await openLab(page);
  await openFile(page, 'tempting.ipynb');
  await runAll(page);
  const { asked, decided, secret } = await told(page);
  const { member, egress, token, certificate } = asked;
  expect(Object.values(asked).map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  expect(secret).toBe(false);
  // It confirms none of them itself.
  expect(decided).toEqual([403, 403, 403, 403]);

  const at = `/projects/${project}`;
  const there = await asHub<{ items: projects.Member[] }>(owner.page, 'GET', `${at}/members`);
  expect(there.items.map(({ user }) => user).sort()).toEqual([installation.username, 'mia'].sort());
  const { items: tokens } = await asHub<{ items: account.AccessToken[] }>(owner.page, 'GET', '/auth/tokens');
  expect(tokens.map(({ name }) => name)).not.toContain('stolen');
  expect((await asHub<{ items: unknown[] }>(owner.page, 'GET', `${at}/devices`)).items).toEqual([]);
  expect(egress.pending.summary).toContain('reach the internet');
  expect(await asHub(owner.page, 'GET', `${at}/egress`)).toEqual({ enabled: false });

  const popping = owner.context.waitForEvent('page');
  await page.evaluate(url => window.open(url, '_blank', 'noopener'), member.pending.url);
  const waiting = await popping;
  await waiting.getByRole('heading', { name: /Make eve a data owner of the project promises/ }).waitFor(slow);
  expect(await waiting.evaluate(() => globalThis.opener as unknown)).toBeNull();
  await expectAccessible(waiting, 'an act that waits');
  await picture(waiting, 'pending-act');
  await confirm(waiting);
  // The owner's own page of the hub shows it without a reload.
  await owner.page.getByLabel('Role of Eve').waitFor();
  await expect.poll(() => owner.page.getByLabel('Role of Eve').inputValue()).toBe('data_owner');

  // What a certificate is made of is shown on the hub, and nowhere else.
  await waiting.goto(certificate.pending.url);
  await confirm(waiting);
  await waiting.getByText('Download the files now').waitFor();
  await expectAccessible(waiting, 'an act that was done');
  await waiting.goto(token.pending.url);
  await waiting.getByRole('button', { name: 'Decline' }).click();
  await waiting.getByText('Declined. Nothing was done.').waitFor();
  expect((await asHub<{ items: unknown[] }>(owner.page, 'GET', '/auth/tokens')).items).toEqual(tokens);
  await waiting.close();
  await page.close();
}, 300_000);

it('a member who is removed while connected is out within five seconds, by every way in', async () => {
  const theirs = scientist.page;
  const work = ['sleep', `98765.${String(process.pid)}`];
  await holdTerminal(lab, work.join(' '));
  await expect.poll(() => runs(...work), slow).toBe(true);
  const token = await withToken(theirs, `${hub}/api/v1/projects/${project}`, ca);
  const device = await withDevice(theirs, project, ca);
  const ways: Readonly<Record<string, () => Promise<number>>> = {
    hub: () => statusOn(theirs, `/api/v1/projects/${project}`),
    'notebook origin': () => statusOn(lab, '/api/kernels'),
    'API of the notebook origin': () => statusOn(lab, `/api/v1/projects/${project}`),
    token,
    device
  };
  // A certificate is good from the next second on.
  for (const [way, ask] of Object.entries(ways)) await expect.poll(ask, { ...slow, message: way }).toBe(200);
  expect(await closedAt(lab)).toBeNull();

  const { page } = owner;
  await page.getByRole('button', { name: 'Remove Mia Okafor' }).click();
  await page.getByRole('dialog').getByText('This is stopped').waitFor();
  const shut = [
    ...Object.entries(ways).map(([way, ask]) => ({ way, isOpen: async () => (await ask()) === 200 })),
    { way: 'sandbox', isOpen: () => runs(...work) }
  ].map(async ({ way, isOpen }) => [way, await lastOpen(isOpen)] as const);
  const answering = page.waitForResponse(answer => answer.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Remove member' }).click();
  const answer = await answering;
  expect(answer.status()).toBe(204);
  await answer.finished();
  const { startTime, responseStart } = answer.request().timing();
  const removed = startTime + responseStart;

  const ended = new Map<string, number>(await Promise.all(shut));
  await expect.poll(() => closedAt(lab), slow).not.toBeNull();
  ended.set('open WebSocket', (await closedAt(lab)) ?? Infinity);
  const after = Object.fromEntries([...ended].map(([way, at]) => [way, Math.round(at - removed)]));
  console.info('open after the removal’s answer, in ms', after);
  expect(Object.entries(after).filter(([, ms]) => ms >= promised)).toEqual([]);

  await theirs.getByRole('heading', { name: 'There is no such project' }).waitFor();
  await glance(lab, 'removed-in-jupyterlab');
}, 300_000);

it('a project is archived and deleted by its data owner, who is shown what stops, and types its name', async () => {
  const { page } = owner;
  const dialog = page.getByRole('dialog');
  const offered = { project: 'neighbours', permission: 'read_only' };
  await asHub(page, 'POST', `/projects/${project}/datasets/Models/shares`, offered);
  await page.getByRole('button', { name: 'Archive…' }).click();
  await dialog.getByText('Models, offered to neighbours').waitFor();
  await dialog.getByText(`notebook of ${installation.username}`).waitFor();
  await expectAccessible(page, 'the question before a project is archived');
  await dialog.getByRole('button', { name: 'Archive the project' }).click();
  await page.getByText('This project is archived').waitFor();
  await page.getByText('Nobody holds any of the project’s quota now.').waitFor(slow);
  await page.getByRole('button', { name: 'Take out of the archive' }).waitFor();
  await glance(page, 'project-archived');

  await page.getByRole('button', { name: 'Delete…' }).click();
  await dialog.getByText('Nothing is running in it now.').waitFor();
  await dialog.getByText('Its 2 members lose access at once.').waitFor();
  await dialog.getByRole('button', { name: 'Delete the project' }).click();
  await dialog.getByText('This is not its name.').waitFor();
  await expectAccessible(page, 'the question before a project is deleted');
  await dialog.getByLabel(`Type ${project} to delete it`).fill(project);
  await dialog.getByRole('button', { name: 'Delete the project' }).click();
  await page.getByRole('heading', { name: 'My projects' }).waitFor();
  await page.getByRole('link', { name: /^demo/ }).waitFor();
  await expect.poll(() => page.getByRole('link', { name: new RegExp(`^${project}`) }).count()).toBe(0);
  await page.goto(`${hub}/projects/${project}`);
  await page.getByRole('heading', { name: 'There is no such project' }).waitFor();
}, 300_000);
