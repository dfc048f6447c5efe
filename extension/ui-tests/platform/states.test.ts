import type { notebooks, projects, quota as contract } from '@hopslab/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { expectAccessible, glance, openBrowser, visit, type Theme, type Visit } from './browser.js';
import { walk } from './keyboard.js';
import { answer, asked, refuse } from './pretend.js';
import { signIn } from './steps.js';

const installation = inject('installation');
const longest = 'a23456789_b23456789_c23456789x';
const wordy = 'Measurements of the genome of the roundworm, with notes. '.repeat(9).slice(0, 500);
const unbroken = 'https://example.org/' + 'a-very-long-path-without-any-space/'.repeat(8);
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser(installation.ca);
});
afterAll(async () => {
  await browser.close();
});

const crowd = (count: number): projects.Member[] =>
  Array.from({ length: count }, (_, n) => ({
    user: n === 0 ? installation.username : n === 1 ? longest : `member_${n}`,
    displayName:
      n === 0
        ? 'Administrator'
        : n === 1
          ? 'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Elder of Philadelphia'
          : `Member Number ${n}`,
    role: n % 5 ? 'data_scientist' : 'data_owner',
    since: '2026-11-01T08:00:00.000Z'
  }));

/** Nothing is wider than the window, and nothing serious is found by axe. */
const expectWell = async (page: Page, what: string): Promise<void> => {
  for (const width of [1280, 400]) {
    await page.setViewportSize({ width, height: 800 });
    // A chart is drawn anew a moment after its place has become narrower.
    const over = () =>
      page.evaluate(() => {
        const edge = document.documentElement.clientWidth;
        return [...document.querySelectorAll('main *, header *')]
          .filter(element => element.getBoundingClientRect().right > edge + 1)
          .filter(element => !element.matches('.hop-hidden, .hop-hidden *'))
          .map(element => `${element.tagName}.${element.getAttribute('class') ?? ''}`);
      });
    await expect.poll(over, { timeout: 10_000, message: `${what}, ${width} pixels wide` }).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await glance(page, what.replaceAll(' ', '-'));
  await expectAccessible(page, what);
};

describe.each<Theme>(['light', 'dark'])('in the %s theme', theme => {
  let visitor: Visit;
  let page: Page;

  beforeEach(async () => {
    visitor = await visit(browser, theme);
    ({ page } = visitor);
    await signIn(page, installation, installation);
    return () => visitor.context.close();
  });

  it('the projects are none, many with long words, or cannot be had', async () => {
    const [real] = (await asked<{ items: projects.Project[] }>(page, '/projects')).items;
    await answer(page, '/projects?*', { items: [], nextCursor: null });
    await page.reload();
    await page.getByText('You are in no project yet').waitFor();
    await expectWell(page, `no projects ${theme}`);

    const many = Array.from({ length: 30 }, (_, n) => ({
      ...real,
      name: n === 0 ? longest : `project_${n}`,
      description: n === 0 ? wordy : n === 1 ? unbroken : '',
      members: n
    }));
    await answer(page, '/projects?*', { items: many, nextCursor: null });
    await page.reload();
    await page.getByRole('link', { name: longest }).waitFor();
    await expectWell(page, `many projects ${theme}`);

    await refuse(
      page,
      '/projects?*',
      'server.fault',
      'Something failed in the platform, and has been logged.'
    );
    await page.reload();
    await page.getByRole('alert').getByText('req-7f3a').waitFor();
    await expectWell(page, `projects refused ${theme}`);
  });

  it('a project has long words and forty members, or parts of it cannot be had', async () => {
    const real = await asked<projects.Project>(page, '/projects/demo');
    await answer(page, '/projects/demo', { ...real, description: `${wordy} ${unbroken}` });
    await answer(page, '/projects/demo/members?*', { items: crowd(40), nextCursor: null });
    await page.goto(`${installation.url}/projects/demo`);
    await page.getByRole('row', { name: 'Member Number 39' }).waitFor();
    await expectWell(page, `forty members ${theme}`);

    await refuse(
      page,
      '/projects/demo/members?*',
      'access.denied',
      'You may not see who is in this project.'
    );
    await refuse(page, '/projects/demo/quota', 'service.unavailable', 'The database does not answer.');
    await refuse(page, '/projects/demo/leases', 'service.unavailable', 'The database does not answer.');
    await refuse(
      page,
      '/projects/demo/notebook-server',
      'service.unavailable',
      'The database does not answer.'
    );
    await page.reload();
    await page.getByText('You may not see who is in this project.').waitFor();
    await page.getByText('The database does not answer.').first().waitFor();
    await expectWell(page, `parts refused ${theme}`);
  });

  it('a notebook server has failed for a long reason', async () => {
    const real = await asked<notebooks.NotebookServer>(page, '/projects/demo/notebook-server');
    const failed = { ...real, state: 'failed', reason: `The sandbox ended: ${wordy} ${unbroken}` };
    await answer(page, '/projects/demo/notebook-server', failed);
    await page.goto(`${installation.url}/projects/demo/start`);
    await page.getByText('The notebook server failed').waitFor();
    await expectWell(page, `server failed ${theme}`);
    await page.goto(`${installation.url}/projects/demo`);
    await page.getByText('The notebook server failed').waitFor();
    await expectWell(page, `project with a failed server ${theme}`);
  });

  it('what is asked for is not free: taken in part, or waited for with place and reason', async () => {
    const quota = await asked<contract.Quota>(page, '/projects/demo/quota');
    const { limit } = quota.project;
    const most = { limit, used: { ...limit, cores: limit.cores - 2, memory: 0, gpus: 0, servers: 1 } };
    await answer(page, '/projects/demo/quota', { ...quota, project: most });
    await page.goto(`${installation.url}/projects/demo/start`);
    const executors = page.getByLabel('Executors');
    await executors.fill('4');
    await page.getByText('4 cores are asked for, 2 are free.').first().waitFor();
    await expectWell(page, `start over the quota ${theme}`);
    await page.getByRole('button', { name: 'Ask for 2 executors instead' }).click();
    await expect.poll(() => executors.inputValue()).toBe('2');
    await page.getByRole('button', { name: 'Wait for it' }).waitFor({ state: 'detached' });

    const reason = `You ask for 4 cores; 2 cores free in demo, out of 8 cores. Held by ${longest} 6 cores.`;
    const real = await asked<notebooks.NotebookServer>(page, '/projects/demo/notebook-server');
    const queued = {
      ...real,
      state: 'queued',
      queuePosition: 3,
      reason,
      resources: { executors: 4, cores: 1, memory: 2 ** 30, gpus: 0 },
      startedAt: '2026-11-22T10:00:00Z'
    };
    await executors.fill('4');
    const wait = page.getByRole('button', { name: 'Wait for it' });
    await wait.focus();
    const sent = page.waitForRequest(request => request.method() === 'PUT');
    await answer(page, '/projects/demo/notebook-server', queued);
    await page.keyboard.press('Enter');
    expect((await sent).postDataJSON()).toMatchObject({ executors: 4, wait: true });
    await page.getByText('number 3 in the queue').waitFor();
    await page.getByText(reason).waitFor();
    await page.getByRole('button', { name: 'Stop waiting' }).waitFor();
    await expectWell(page, `waiting ${theme}`);

    const lease = { id: '1', user: longest, executors: 0, cores: 6, memory: 2 ** 30, gpus: 0 };
    const since = '2026-11-22T10:00:00Z';
    const leases = [
      { ...lease, for: 'notebook', state: 'held', since },
      { ...lease, id: '2', for: 'spark', executors: 4, state: 'queued', queuePosition: 1, reason, since }
    ];
    await answer(page, '/projects/demo/leases', { items: leases, nextCursor: null });
    await page.goto(`${installation.url}/projects/demo`);
    await page.getByText('waits for 4 executors, number 1 in the queue').waitFor();
    await expectWell(page, `project with a queue ${theme}`);
  });

  it('there is no such page, or no network', async () => {
    await page.goto(`${installation.url}/nowhere/at/all`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await expectWell(page, `no page ${theme}`);

    await page.goto(installation.url);
    await page.getByRole('link', { name: /^demo/ }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', { name: /^demo/ }).click();
    await page.getByRole('alert').first().waitFor();
    await expectWell(page, `no network ${theme}`);
    // It comes back without a reload.
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'demo' }).waitFor();
  });
});

describe('by keyboard alone', () => {
  it('everything on every page is reached, and shows that it is', async () => {
    const { context, page } = await visit(browser);
    await page.goto(installation.url);
    await page.getByLabel('Username').waitFor();
    const expectReached = async (what: string, ...names: string[]): Promise<void> => {
      const { reached, unseen, missed } = await walk(page, 'body');
      expect({ unseen, missed }, what).toEqual({ unseen: [], missed: [] });
      expect(reached, what).toEqual(expect.arrayContaining(names));
    };
    await expectReached('the sign-in', 'Sign in');
    await signIn(page, installation, installation);
    await page.getByRole('link', { name: /^demo/ }).waitFor();
    await expectReached('my projects', 'New project');
    await page.goto(`${installation.url}/projects/demo`);
    await page.getByRole('link', { name: 'Start notebook server' }).waitFor();
    await page.getByLabel('Role of Administrator').waitFor();
    // What is drawn last: whatever appeared on the way would be missed.
    const unused = page.getByText('Nothing was used in these days yet.');
    await page.getByRole('button', { name: 'Save as SVG' }).or(unused).waitFor();
    await page.getByRole('checkbox', { name: /internet/i }).waitFor();
    await expectReached('a project', 'Start notebook server', 'Add member', 'Role of Administrator');
    await page.goto(`${installation.url}/projects/demo/start`);
    await page.getByLabel('Executors').waitFor();
    await expectReached('the start', 'Start');
    await page.goto(`${installation.url}/projects/no_such_project`);
    await page.getByRole('heading', { name: 'There is no such project' }).waitFor();
    await expectReached('no such project', 'My projects');
    await context.close();
  });

  it('a dialog is opened, keeps the focus inside, and gives it back', async () => {
    const { context, page } = await visit(browser);
    await signIn(page, installation, installation);
    const opener = page.getByRole('button', { name: 'New project' });
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    const { reached, unseen, missed } = await walk(page, 'dialog');
    expect({ unseen, missed }).toEqual({ unseen: [], missed: [] });
    expect(reached).toEqual(expect.arrayContaining(['Cancel', 'Create project']));
    expect(reached).not.toContain('New project');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => opener.evaluate(element => element === document.activeElement)).toBe(true);
    await context.close();
  });
});
