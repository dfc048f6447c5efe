import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, picture, type Visit } from './platform/browser.js';
import { walk } from './platform/keyboard.js';
import { experimentOf, idOf, trialOf, trialsOf } from './sample.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
});

const running = (n: number, done: number, more = {}): void => {
  const trials = trialsOf(done);
  const experiment = experimentOf(n, trials, {
    state: 'running',
    endedAt: null,
    startedAt: new Date(Date.now() - n * 1000).toISOString(),
    ...more
  });
  backend.experiments.set(experiment.id, experiment);
  backend.trials.set(experiment.id, trials);
};

const section = (name: string) => page.locator('.hop-Panel h3', { hasText: name });
const rows = () => page.getByRole('grid', { name: 'Trials' }).locator('[data-index]');

const open = async (): Promise<void> => {
  await stage.open();
  await section('Project').waitFor();
};

const openExperiment = async (name: string | RegExp): Promise<void> => {
  await page.locator('.hop-Experiments').getByRole('button', { name }).click();
  await page.getByRole('heading', { level: 2 }).filter({ hasText: name }).waitFor();
};

describe('the panel', () => {
  it('shows the project, my role, the members and what I hold', async () => {
    await open();
    const panel = page.getByRole('region', { name: 'Hopslab' });
    await panel.getByText('Digits and more').waitFor();
    await panel.getByText('data scientist').waitFor();
    // The last of what is held is in sight, and not half of it.
    const facts = panel.locator('.hop-Section').filter({ hasText: 'My server' }).first();
    await expect
      .poll(() =>
        facts.evaluate(
          shown =>
            (shown.querySelector('dl')?.getBoundingClientRect().bottom ?? Infinity) <=
            shown.getBoundingClientRect().bottom
        )
      )
      .toBe(true);
    await glance(page, 'panel');
    await expect
      .poll(() => panel.getByRole('link', { name: 'Back to the hub' }).getAttribute('href'))
      .toBe(`${backend.me.hubUrl}/projects/demo`);
    await page.getByRole('button', { name: 'demo · data owner · 2 × (1 core, 1 GiB)' }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('remembers which sections are closed', async () => {
    await open();
    const toggled = async (shown: boolean): Promise<void> => {
      const saved = page.waitForResponse(
        answer => answer.request().method() === 'PUT' && answer.url().includes('extension:panel')
      );
      await section('Project').press('Enter');
      await saved;
      await expect.poll(() => section('Project').getAttribute('aria-expanded')).toBe(String(shown));
    };
    await page.getByText('Digits and more').waitFor();
    await toggled(false);
    await open();
    await expect.poll(() => section('Project').getAttribute('aria-expanded')).toBe('false');
    await toggled(true);
  });

  it('offers an example where there is no experiment yet', async () => {
    await open();
    await page.getByRole('button', { name: 'Open an example' }).click();
    await page.getByText('%%experiment --name first').first().waitFor();
    expect(existsSync(join(stage.lab.root, 'Jupyter', 'first_experiment.ipynb'))).toBe(true);
  });

  it('says quietly that the connection is lost, and that it is back', async () => {
    await open();
    await page.getByText('Digits and more').waitFor();
    backend.refuse(/events$/, 'service.unavailable');
    backend.dropStreams();
    const notice = page.getByText('Connection lost');
    await notice.waitFor();
    expect(await notice.evaluate(node => getComputedStyle(node).textTransform)).toBe('none');
    backend.accept();
    await notice.waitFor({ state: 'detached' });
  });

  it('says over whatever is open that access has ended, and leads to the hub', async () => {
    await open();
    await page.getByText('Digits and more').waitFor();
    backend.refuse(/./, 'auth.expired');
    backend.dropStreams();
    const toast = page.getByRole('alert').filter({ hasText: 'To the hub' });
    await toast.waitFor();
    await page.locator('.hop-Status').filter({ hasText: 'no access' }).waitFor();
    await glance(page, 'access-ended');
  });

  it('says that the notebook server was stopped and why, and leads to where it is started', async () => {
    await open();
    await page.getByText('Digits and more').waitFor();
    const gone = { ...backend.notebookServer, url: null, resources: null, startedAt: null };
    backend.emit('notebook-server', { ...gone, state: 'absent', reason: 'Nobody used it for 60 minutes.' });
    const notice = page.locator('.hop-LinkNotice');
    await notice
      .getByText('Your notebook server was stopped. Nobody used it for 60 minutes.', { exact: true })
      .waitFor();
    await expect
      .poll(() => notice.getByRole('link').getAttribute('href'))
      .toBe(`${backend.me.hubUrl}/projects/demo/start`);
    await expectAccessible(page, 'a stopped notebook server');
    backend.emit('notebook-server', backend.notebookServer);
    await notice.waitFor({ state: 'detached' });
  });

  it('leads back to the hub where the sign-in has expired', async () => {
    await open();
    await page.getByText('Digits and more').waitFor();
    backend.refuse(/.*/, 'auth.expired');
    backend.dropStreams();
    await page.getByRole('link', { name: 'Sign in on the hub' }).waitFor();
  });
});

describe('experiments', () => {
  it('are listed live', async () => {
    running(1, 3);
    await open();
    const row = page.locator('.hop-Experiments').getByRole('button', { name: 'sweep 1' });
    await row.getByText('3 of 40 trials').waitFor();
    backend.emit('experiment', experimentOf(1, trialsOf(12), { state: 'complete' }));
    await row.getByText('12 trials').waitFor();
    await row.getByText('complete').waitFor();
  });

  it('show their trials as they come, and are open again after a reload', async () => {
    running(1, 6);
    await open();
    const saved = page.waitForResponse(answer => {
      const request = answer.request();
      return request.method() === 'PUT' && (request.postData() ?? '').includes(idOf(1));
    });
    await openExperiment('sweep 1');
    await rows().first().waitFor();
    await expect.poll(() => rows().count()).toBe(6);
    await expect.poll(() => backend.streams()).toEqual([`?experiment=${idOf(1)}`]);
    backend.emit('trial', {
      ...trialOf(7, { state: 'running', value: null, endedAt: null }),
      experiment: idOf(1)
    });
    await rows().filter({ hasText: 'running' }).waitFor();
    backend.emit('trial', { ...trialOf(7), experiment: idOf(1) });
    await rows().filter({ hasText: 'running' }).waitFor({ state: 'detached' });
    await page.getByRole('img', { name: /accuracy of 7 trials/ }).waitFor();
    await saved;
    await page.goto(`${backend.base}/lab`);
    await page.getByRole('heading', { level: 2, name: 'sweep 1' }).waitFor();
    await rows().first().waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('sort their trials and show why one failed', async () => {
    running(1, 20);
    await open();
    await openExperiment('sweep 1');
    const byMetric = page.getByRole('button', { name: 'accuracy', exact: true });
    await byMetric.click();
    await byMetric.click();
    await expect.poll(() => rows().first().innerText()).toContain('0.99');
    await page.getByRole('button', { name: 'Trial', exact: true }).click();
    await rows().filter({ hasText: 'ValueError' }).first().click();
    await page
      .getByRole('region', { name: /Traceback of trial/ })
      .getByText('in train')
      .waitFor();
    await page.getByRole('button', { name: 'Copy hyperparameters', exact: true }).click();
    await page.getByText('on the clipboard').first().waitFor();
  });

  it('stop when asked and confirmed', async () => {
    running(1, 6);
    await open();
    await openExperiment('sweep 1');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('34 trials that have not ended').waitFor();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stopping…' }).waitFor();
    expect(backend.requests.filter(request => request.endsWith('/stop'))).toHaveLength(1);
  });

  it('of others are not a data scientist’s to stop, who is told whose', async () => {
    running(1, 6, { createdBy: 'ada' });
    backend.me = {
      ...backend.me,
      user: { name: 'bob', displayName: 'Bob', admin: false },
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__bob' }
    };
    await open();
    await openExperiment('sweep 1');
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    await expect.poll(() => stop.getAttribute('aria-disabled')).toBe('true');
    await stop.focus();
    await page.getByRole('tooltip').getByText('Ada can stop it').waitFor();
  });
});

/** Nothing in the panel or in the tab is cut off at its side without a way to reach it. */
const expectRoom = async (what: string): Promise<void> => {
  const over = await page.evaluate(() =>
    [...document.querySelectorAll('.hop-Section, .hop-Experiments, .hop-LinkNotice, .hop-ExperimentView')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .map(({ className }) => className)
  );
  expect(over, what).toEqual([]);
};

describe('in both themes', () => {
  it('nothing serious is found by axe', async () => {
    running(1, 26, { name: 'digits' });
    for (const [n, name] of [
      'a name so long that it cannot fit into any panel at all',
      'quick',
      'odd'
    ].entries()) {
      const trials = trialsOf(10 * n);
      const ended = experimentOf(n + 2, trials, { name, state: n === 0 ? 'failed' : 'complete' });
      backend.experiments.set(ended.id, n === 0 ? { ...ended, reason: 'The kernel was restarted.' } : ended);
      backend.trials.set(ended.id, trials);
    }
    await open();
    await openExperiment('digits');
    await page
      .getByRole('img', { name: /accuracy of/ })
      .locator('svg')
      .waitFor();
    await stage.inBothThemes(theme => picture(page, `experiment-${theme}`));
    await rows().filter({ hasText: 'ValueError' }).first().click();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `an experiment with a traceback, ${theme}`);
      await picture(page, `traceback-${theme}`);
    });
    await openExperiment(/a name so long/);
    await page.getByText('The kernel was restarted.').waitFor();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `a failed experiment, ${theme}`);
      await picture(page, `experiment-failed-${theme}`);
    });
    expect(visitor.complaints).toEqual([]);
  });

  it('many members, experiments and trials with long names have room', async () => {
    const long = 'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Elder of Philadelphia';
    backend.project = { ...backend.project, description: `${long} `.repeat(6).trim() };
    backend.members = Array.from({ length: 40 }, (_, n) => ({
      user: n === 0 ? 'ada' : `member_${n}`,
      displayName: n % 2 ? `Member ${n}` : `${long} ${n}`,
      role: n % 5 ? 'data_scientist' : 'data_owner',
      since: '2026-11-01T08:00:00.000Z'
    }));
    const parameters = Array.from({ length: 8 }, (_, n) => `a_hyperparameter_with_a_long_name_${n}`);
    const trials = trialsOf(1000).map(trial => ({
      ...trial,
      params: Object.fromEntries(
        parameters.map((name, n) => [name, n % 2 ? 'a choice of many words' : n / 7])
      )
    }));
    const space = Object.fromEntries(
      parameters.map(name => [name, { kind: 'uniform' as const, low: 0, high: 1 }])
    );
    const crowded = experimentOf(1, trials, {
      name: `crowded ${long}`,
      space,
      planned: 1000,
      startedAt: new Date().toISOString(),
      description: long
    });
    backend.experiments.set(crowded.id, crowded);
    backend.trials.set(crowded.id, trials);
    for (let n = 2; n < 60; n++) running(n, 3, { name: n % 2 ? `sweep ${n}` : `${long} ${n}` });
    await open();
    await page.getByText('Member 39').waitFor();
    await openExperiment(/^crowded/);
    await rows().first().waitFor();
    await page.getByRole('img', { name: /accuracy of/ }).waitFor();
    await expectRoom('long names');
    await stage.inBothThemes(async theme => {
      await glance(page, `crowded-${theme}`);
      await expectAccessible(page, `a crowded project, ${theme}`);
    });
    expect(visitor.complaints).toEqual([]);
  });

  it('what cannot be had says so', async () => {
    running(1, 3);
    backend.refuse(/experiments/, 'service.unavailable');
    await open();
    await page.locator('.hop-Panel').getByRole('alert').waitFor();
    await expectRoom('refused experiments');
    await stage.inBothThemes(async theme => {
      await glance(page, `refused-experiments-${theme}`);
      await expectAccessible(page, `refused experiments, ${theme}`);
    });
    backend.refuse(/./, 'server.fault');
    await open();
    await page.locator('.hop-LinkNotice').waitFor();
    await expectRoom('a refused project');
    await stage.inBothThemes(async theme => {
      await glance(page, `refused-project-${theme}`);
      await expectAccessible(page, `a refused project, ${theme}`);
    });
    backend.accept();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.hop-Experiments').getByRole('button', { name: 'sweep 1' }).waitFor();
  });
});

it('everything in the panel and the tab is reached by Tab, and shows that it is', async () => {
  running(1, 20);
  await open();
  await openExperiment('sweep 1');
  await rows().first().waitFor();
  await section('Project').focus();
  const panel = await walk(page, '.hop-Panel');
  expect(panel).toMatchObject({ unseen: [], missed: [] });
  expect(panel.reached).toEqual(expect.arrayContaining(['Back to the hub']));
  await page.locator('.hop-ExperimentView').getByRole('button', { name: 'Stop', exact: true }).focus();
  const view = await walk(page, '.hop-ExperimentView');
  expect(view).toMatchObject({ unseen: [], missed: [] });
  expect(view.reached).toEqual(expect.arrayContaining(['Copy hyperparameters', 'Copy search as code']));
});
