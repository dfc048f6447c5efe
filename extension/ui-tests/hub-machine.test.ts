import type { admin, audit, quota } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rootAs, serveHubPages, type HubPages } from './hub-pages.js';
import { expectAccessible, glance, picture, visit, type Theme, type Visit } from './platform/browser.js';
import { walk } from './platform/keyboard.js';
import { answer, refuse } from './platform/pretend.js';
import { projectLimits, quotaRequest } from './quota-sample.js';

let hub: HubPages;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  hub = await serveHubPages();
});
afterAll(() => hub.close());
afterEach(() => visitor.context.close());

const gibibyte = 2 ** 30;
const since = new Date(Date.now() - 3_900_000).toISOString();
const long = 'a23456789_b23456789_c23456789x';

const machine: quota.Machine = {
  capacity: {
    limit: { cores: 128, memory: 253 * gibibyte, gpus: 4, servers: 506 },
    used: { cores: 57, memory: 121 * gibibyte, gpus: 3, servers: 21 }
  },
  coresSharedBy: 4,
  gpuTypes: [{ type: 'NVIDIA A100-SXM4-80GB', count: 4, free: 1 }],
  noGpuReason: null,
  defaults: {
    project: projectLimits,
    user: { ...projectLimits, memory: 8 * gibibyte, servers: 1, bytes: null }
  }
};

const services: admin.Ready = {
  ready: false,
  build: '0.1.0+3f9a1c2b4d5e',
  services: [
    { name: 'postgres', state: 'ready', pid: 812, since, restarts: 0 },
    { name: 'server', state: 'ready', pid: 820, since, restarts: 2 },
    {
      name: 'proxy',
      state: 'failed',
      since,
      restarts: 7,
      reason: 'it ended with exit code 1 within a second'
    }
  ]
};

const leases = (count: number): quota.MachineLease[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `lease ${n}`,
    project: n === 1 ? long : `project_${n}`,
    user: n === 1 ? long : 'ana',
    for: n % 2 ? 'spark' : 'notebook',
    state: n % 5 === 4 ? 'queued' : 'held',
    executors: n % 2 ? 4 : 0,
    cores: 4,
    memory: 6 * gibibyte,
    gpus: n % 3 ? 0 : 1,
    since,
    ...(n === 3 && { wanted: 8, keep: 2, keepReason: 'Somebody in another project waits for some of it.' }),
    ...(n % 5 === 4 && { queuePosition: (n + 1) / 5, reason: 'The machine is full.' })
  }));

const projects = (count: number): quota.ProjectQuota[] =>
  Array.from({ length: count }, (_, n) => ({
    project: n === 1 ? long : `project_${n}`,
    set: n % 3 ? {} : { cores: 32, gpus: null, gpuTypes: { A100: 2 } },
    limits: n % 3 ? projectLimits : { ...projectLimits, cores: 32, gpuTypes: { A100: 2 } },
    used: { cores: n % 7, memory: (n % 5) * gibibyte, gpus: 0, servers: 1 },
    month: { coreHours: 10.25 * n, gpuHours: 0 }
  }));

const found: audit.Verification = {
  verified: true,
  rows: 9000,
  position: 9000,
  hash: 'ab'.repeat(32),
  heads: 90,
  signed: { position: 9000, at: '2026-11-22T10:00:00.000Z' },
  faults: [],
  moreFaults: false,
  seconds: 0.1
};

interface Told {
  readonly leases?: readonly quota.MachineLease[];
  readonly projects?: readonly quota.ProjectQuota[];
  readonly requests?: readonly quota.QuotaRequest[];
  readonly admin?: boolean;
}

const list = (items: readonly unknown[]) => ({ items, nextCursor: null });

const open = async (theme: Theme = 'light', told: Told = {}): Promise<void> => {
  visitor = await visit(hub.browser, theme);
  ({ page } = visitor);
  await answer(page, '/auth/me', rootAs(told.admin ?? true));
  await answer(page, '/quota/machine', machine);
  await answer(page, '/admin/services', services);
  await answer(page, '/quota/leases', list(told.leases ?? leases(30)));
  await answer(page, '/quota/projects?*', list(told.projects ?? projects(20)));
  await answer(page, '/quota/requests', list(told.requests ?? [quotaRequest()]));
  await answer(page, '/admin/audit/verification', {
    running: null,
    last: { by: 'root', at: '2026-11-22T10:00:03.000Z', found }
  });
  await page.goto(`${hub.url}/admin/machine`);
};

const card = (name: string) => page.getByRole('region', { name, exact: true });
const dialog = () => page.getByRole('dialog');

it('is not there for who is no administrator', async () => {
  await open('light', { admin: false });
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await expect.poll(() => page.getByRole('heading', { name: 'Machine' }).count()).toBe(0);
});

describe.each<Theme>(['light', 'dark'])('in the %s theme', theme => {
  it('shows capacity, who holds it, services and the journal', async () => {
    await open(theme);
    await card('Capacity').getByText('57 of 128').waitFor();
    await card('Capacity').getByText('3 of 4').waitFor();
    await card('Capacity').getByText('Each of 32 cores is lent 4 times over.').waitFor();
    await card('Services').getByText('it ended with exit code 1').waitFor();
    await card('The journal').getByText('Verified up to row 9,000').waitFor();
    await card('Who holds what').getByText('waits for notebook server, number 1 in the queue').waitFor();
    const shared = card('Who holds what').getByText('4 of 8 executors, 2 wanted back for others');
    await expect.poll(() => shared.getAttribute('title')).toMatch(/another project waits/);
    await card('Default limits').getByRole('row', { name: 'Storage (GiB) 100 GiB no limit' }).waitFor();
    await expectAccessible(page, 'the machine');
    await (theme === 'light' ? picture : glance)(page, `machine-${theme}`);
    await card('Limits of projects').scrollIntoViewIfNeeded();
    await glance(page, `machine-below-${theme}`);
    expect(visitor.complaints).toEqual([]);
  });

  it('answers a request, and sets what a project may hold', async () => {
    await open(theme);
    await card('Requests for more quota').getByRole('button', { name: 'Grant…' }).click();
    await dialog().getByText('The limits of demo become').waitFor();
    await answer(page, '/quota/requests/*/answer', quotaRequest({ state: 'granted' }));
    await answer(page, '/quota/requests', list([]));
    await dialog().getByRole('button', { name: 'Grant' }).click();
    await card('Requests for more quota').getByText('No request waits for an answer.').waitFor();

    const grid = page.getByRole('grid', { name: 'Limits of projects' });
    await grid.getByRole('row', { name: 'project_3' }).press('Enter');
    await expect.poll(() => dialog().getByLabel('Cores', { exact: true }).inputValue()).toBe('32');
    await expectAccessible(page, 'limits of a project');
    await glance(page, `machine-limits-${theme}`);
    await dialog().getByLabel('Memory (GiB)').fill('much');
    await dialog().getByText('A number, 0 or more.').waitFor();
    await dialog().getByLabel('Memory (GiB)').fill('64');
    await answer(page, '/quota/projects/project_3', { set: {}, limits: projectLimits });
    const sent = page.waitForRequest(request => request.method() === 'PUT');
    await dialog().getByRole('button', { name: 'Set limits' }).click();
    // What the fields do not hold stays as it was.
    expect((await sent).postDataJSON()).toEqual({
      cores: 32,
      memory: 64 * gibibyte,
      gpus: null,
      gpuTypes: { A100: 2 }
    });
    await dialog().waitFor({ state: 'detached' });
  });

  it('is narrow, empty or refused, and all of it is reached by keyboard', async () => {
    await open(theme);
    await card('Services').getByText('ready').first().waitFor();
    await page.getByRole('grid', { name: 'Limits of projects' }).waitFor();
    const { reached, unseen, missed } = await walk(page, 'body');
    expect({ unseen, missed }).toEqual({ unseen: [], missed: [] });
    expect(reached).toEqual(expect.arrayContaining(['Grant…', 'Verify the journal']));
    await page.setViewportSize({ width: 400, height: 800 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(400);
    await glance(page, `machine-narrow-${theme}`);
    await visitor.context.close();

    await open(theme, { leases: [], projects: [], requests: [] });
    await card('Who holds what').getByText('Nobody holds anything now.').waitFor();
    await card('Limits of projects').getByText('There is no project yet.').waitFor();
    await expectAccessible(page, 'an idle machine');
    await refuse(page, '/quota/machine', 'service.unavailable', 'The database does not answer.');
    await refuse(page, '/admin/services', 'service.unavailable', 'The database does not answer.');
    await page.reload();
    await card('Capacity').getByRole('alert').getByText('The database does not answer.').waitFor();
    await card('Services').getByRole('alert').getByText('The database does not answer.').waitFor();
    await expectAccessible(page, 'a machine that does not answer');
  });
});

it('holds ten thousand leases and projects, drawing those in sight', async () => {
  await open('light', { leases: leases(10_000), projects: projects(10_000) });
  const grid = page.getByRole('grid', { name: 'Who holds what' });
  await grid.getByRole('row', { name: 'project_0' }).press('End');
  await grid.getByText('project_9999').waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBeLessThan(120);
});

it('is where “My projects” leads who has requests to answer', async () => {
  await open();
  await page.getByRole('link', { name: 'Hopslab' }).click();
  await page.getByText('A request for more quota waits for your answer').waitFor();
  await page.getByRole('link', { name: 'See them' }).click();
  await page.getByRole('heading', { name: 'Machine' }).waitFor();
});
