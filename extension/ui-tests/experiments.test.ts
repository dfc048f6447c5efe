import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { experiments } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { logOf } from '../src/domains/experiments/experiments.folder.js';
import type { Backend } from './backend.js';
import { expectAccessible, glance, picture, type Visit } from './platform/browser.js';
import { walk } from './platform/keyboard.js';
import { experimentOf, severalOf, trialOf, trialsOf } from './sample.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
});

const view = () => page.locator('.hop-ExperimentView');
const rows = () => page.getByRole('grid', { name: 'Trials' }).locator('[data-index]');
const left = (words: string) => view().getByRole('status').getByText(words, { exact: true }).waitFor();
const chart = (name: string) => page.getByRole('button', { name, exact: true });

/** What a trial reported on its way to its value. */
const curveOf = ({ number, value, state }: experiments.Trial): experiments.Curve => {
  const steps = Array.from({ length: state === 'pruned' ? 4 : 12 }, (_, step) => step);
  const end = value ?? 0.6 + (number % 5) / 50;
  return { number, attempt: 1, steps, values: steps.map(step => end * (1 - 0.7 ** (step + 1))) };
};

const open = async (
  trials: experiments.Trial[],
  change: Partial<experiments.Experiment> = {}
): Promise<experiments.Experiment> => {
  const experiment = experimentOf(1, trials, { name: 'digits', planned: trials.length, ...change });
  backend.experiments.set(experiment.id, experiment);
  backend.trials.set(experiment.id, trials);
  await stage.open();
  await page.locator('.hop-Experiments').getByRole('button', { name: experiment.name }).click();
  await page.getByRole('heading', { level: 2, name: experiment.name }).waitFor();
  await rows().first().waitFor();
  return experiment;
};

interface Serving {
  state: 'starting' | 'ready' | 'failed';
  readonly asked: { readonly of: string; readonly again: boolean }[];
}

/** The notebook server's page that waits for TensorBoard, and what would be behind it. */
const serveTensorboard = async (on: Page): Promise<Serving> => {
  const serving: Serving = { state: 'starting', asked: [] };
  const file = new URL('../../kernels/src/hopslab_server/tensorboard/open.html', import.meta.url);
  const body = (await readFile(file, 'utf8')).replaceAll('{nonce}', 'once');
  const policy = "default-src 'none'; script-src 'nonce-once'; style-src 'nonce-once'; connect-src 'self'";
  const html = { contentType: 'text/html; charset=utf-8' };
  await on.route('**/hopslab/tensorboard/open?*', route =>
    route.fulfill({ ...html, body, headers: { 'content-security-policy': policy } })
  );
  await on.route('**/hopslab/tensorboard/start', route => {
    serving.asked.push(route.request().postDataJSON() as Serving['asked'][number]);
    const failed = serving.state === 'failed';
    return route.fulfill({
      json: {
        state: serving.state,
        progress: failed
          ? 'experiment.unknown: There is no such experiment.'
          : 'Reading the trials of digits',
        log: failed
          ? ['Reading the trials of digits', 'experiment.unknown: There is no such experiment.']
          : [],
        url: '/hopslab/tensorboard/0123456789abcdef0123/'
      }
    });
  });
  await on.route('**/hopslab/tensorboard/0123456789abcdef0123/', route =>
    route.fulfill({
      ...html,
      body: '<!doctype html><html lang="en"><title>TensorBoard</title>The board itself</html>'
    })
  );
  return serving;
};

/** Drags along the first axis, between two parts of the drawing's height. */
const brush = async (from: number, to: number): Promise<void> => {
  const box = await page.getByRole('img', { name: /across/ }).boundingBox();
  if (!box) throw new Error('The chart is not in sight.');
  const x = box.x + 48;
  await page.mouse.move(x, box.y + box.height * from);
  await page.mouse.down();
  await page.mouse.move(x, box.y + box.height * ((from + to) / 2), { steps: 4 });
  await page.mouse.move(x, box.y + box.height * to, { steps: 4 });
  await page.mouse.up();
};

describe('the trials of an experiment', () => {
  it('are narrowed by dragging along an axis, and all there again', async () => {
    // Some were not given `gamma`, which only `rbf` uses.
    const trials = trialsOf(60).map(trial =>
      trial.params['kernel'] === 'rbf'
        ? trial
        : { ...trial, params: { C: trial.params['C'] ?? 1, kernel: 'poly' } }
    );
    await open(trials);
    await left('60 trials');
    await chart('Parallel coordinates').click();
    const drawing = page.getByRole('img', { name: /60 of 60 trials across 3 hyperparameters/ });
    await drawing.locator('canvas').waitFor();
    await picture(page, 'parallel-light');
    await brush(0.2, 0.5);
    const chip = page.getByRole('list', { name: 'Chosen on the axes' }).getByText(/^C .* to /);
    await chip.waitFor();
    const [, low = NaN, high = NaN] = (/^C (\S+) to (\S+)$/.exec(await chip.innerText()) ?? []).map(Number);
    const kept = trials.filter(({ params }) => Number(params['C']) >= low && Number(params['C']) <= high);
    expect(kept.length).toBeGreaterThan(5);
    await left(`${kept.length} of 60 trials`);
    await stage.inBothThemes(async theme => {
      await glance(page, `brushed-${theme}`);
      await expectAccessible(page, `parallel coordinates, ${theme}`);
    });
    await chart('Best so far').click();
    await page.getByRole('img', { name: /accuracy of [1-4]\d trials/ }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await left('60 trials');
    await chip.waitFor({ state: 'detached' });
    expect(visitor.complaints).toEqual([]);
  });

  it('of several metrics have a front: as a picture, in the table and in one of them', async () => {
    const trials = severalOf(60);
    const front = trials.filter(trial => trial.front);
    const others = trials.filter(({ state, front: on }) => state === 'complete' && on !== true);
    await open(trials, {
      objectives: [
        { metric: 'accuracy', direction: 'maximize' },
        { metric: 'size', direction: 'minimize' }
      ],
      best: null,
      front: front.length
    });
    await view().getByText(`${front.length} trials on the front`, { exact: true }).waitFor();
    const complete = front.length + others.length;
    const drawing = page.getByRole('img', {
      name: `size by accuracy for ${complete} trials, of which ${front.length} are on the front`
    });
    await drawing.locator('svg').getByText('On the front').waitFor();
    await page.getByRole('columnheader', { name: 'size' }).getByRole('button').click();
    const least = trials.reduce((so, { metrics }) => Math.min(so, metrics['size'] ?? Infinity), Infinity);
    await rows().first().getByText(String(least), { exact: true }).waitFor();
    // What is drawn last of the trials is the last of those on the front.
    const diamonds = drawing.locator('svg path[d="M0 -1L1 0L0 1L-1 0Z"]');
    await expect.poll(() => diamonds.count()).toBeGreaterThanOrEqual(front.length);
    await diamonds.last().click();
    const chosen = page.getByRole('region', { name: `Trial ${front.at(-1)?.number ?? ''}`, exact: true });
    await chosen.getByText(/^It is complete and on the front/).waitFor();
    await drawing.locator('svg').getByText('Opened').waitFor();
    await picture(page, 'front-light');
    await stage.inBothThemes(async theme => {
      await glance(page, `front-${theme}`);
      await expectAccessible(page, `the front, ${theme}`);
    });
    await chart('Best so far').click();
    await page.getByLabel('Metric of the chart').selectOption('size');
    await page
      .getByRole('img', { name: `size of ${complete} trials; the best so far is ${least}` })
      .waitFor();
    await page.getByRole('searchbox', { name: 'Words or conditions' }).fill(`front size<=${least}`);
    await left('1 of 60 trials');
    expect(visitor.complaints).toEqual([]);
  });

  it('are found by state, words and conditions', async () => {
    await open(trialsOf(40));
    await page.getByLabel('State', { exact: true }).selectOption('failed (5)');
    await left('5 of 40 trials');
    await page.getByLabel('Words or conditions').fill('kernel=poly');
    await left('3 of 40 trials');
    await page.getByLabel('Words or conditions').fill('C>1e9');
    await page.getByText('No trial is like that.').waitFor();
    await expectAccessible(page, 'no trial left');
    await page.getByRole('button', { name: 'Clear' }).click();
    await left('40 trials');
  });

  it('tell everything about one, by click and by Enter', async () => {
    const gpu = { count: 2, busy: 37.5, peakMemory: 3 * 2 ** 30 };
    await open([
      ...trialsOf(12).map(trial =>
        trial.number === 6 ? { ...trial, usage: { cpuSeconds: 0.42, peakMemory: 2 ** 28, gpu } } : trial
      ),
      trialOf(12, { state: 'running', value: null, endedAt: null })
    ]);
    const one = page.getByRole('region', { name: /^Trial \d+$/ });
    await rows().filter({ hasText: 'positive semi-definite' }).first().click();
    await one.getByText('It failed: ValueError: the kernel matrix').waitFor();
    await one.getByText('2 GPUs, busy').waitFor();
    await one.getByText('3 GiB').waitFor();
    await one.getByText('420 ms').waitFor();
    await rows().filter({ hasText: '38 %' }).waitFor();
    await one.getByRole('region', { name: 'Traceback of trial 6' }).getByText('in train').waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `trial-${theme}`);
      await expectAccessible(page, `a trial, ${theme}`);
    });
    await one.getByRole('button', { name: 'Copy hyperparameters as code' }).click();
    await page.getByText('The hyperparameters are on the clipboard.').first().waitFor();
    await rows().first().focus();
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() =>
        rows()
          .nth(1)
          .evaluate(row => row === document.activeElement)
      )
      .toBe(true);
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { level: 3, name: 'Trial 11' });
    await expect.poll(() => heading.evaluate(title => title === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await heading.waitFor({ state: 'detached' });
    expect(
      await rows()
        .nth(1)
        .evaluate(row => row === document.activeElement)
    ).toBe(true);
    await rows().first().click();
    await one.getByText('It runs now.').waitFor();
    backend.emit('trial', { ...trialOf(12), experiment: experimentOf(1, []).id });
    await one.getByText(/^It is complete with/).waitFor();
    const log = join(stage.lab.root, logOf({ ...experimentOf(1, []), name: 'digits' }, 12));
    await mkdir(dirname(log), { recursive: true });
    await writeFile(log, 'epoch 1\n');
    await one.getByRole('button', { name: 'What it printed' }).click();
    await page.getByRole('tab', { name: 'output.log' }).waitFor();
    await page.getByText('epoch 1').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('have learning curves, all together and each by itself, and an order of what decides', async () => {
    const trials = trialsOf(40);
    const experiment = experimentOf(1, trials);
    backend.curves.set(experiment.id, trials.map(curveOf));
    await open(trials);
    await chart('Learning curves').click();
    await page
      .getByRole('img', { name: 'Learning curves of 40 trials: accuracy by step' })
      .locator('svg')
      .getByText('trial 1, the best')
      .waitFor();
    await glance(page, 'curves');
    await rows().filter({ hasText: 'pruned' }).first().click();
    await page.getByRole('img', { name: 'Learning curve of trial 32' }).locator('svg').waitFor();
    await chart('Importance').click();
    const bars = page.getByRole('list', { name: 'Importance of the hyperparameters' });
    await expect.poll(() => bars.getByRole('listitem').first().innerText()).toMatch(/^C\s+[6-9]\d %$/);
    await glance(page, 'importance');
    await expectAccessible(page, 'importance, and a trial with its curve');
    expect(visitor.complaints).toEqual([]);
  });

  it('are compared side by side, and saved as a table', async () => {
    const trials = trialsOf(20);
    await open(trials);
    await page.getByRole('checkbox', { name: 'Compare trial 19' }).click();
    await page.getByText('Tick another one').waitFor();
    await rows().nth(1).focus();
    await page.keyboard.press(' ');
    const compared = page.getByRole('region', { name: 'Compared trials' });
    await compared.getByRole('row', { name: /^kernel differs poly rbf/ }).waitFor();
    await page.getByRole('button', { name: 'Compare 2 trials' }).click();
    await expect
      .poll(() => compared.getByRole('heading').evaluate(title => title === document.activeElement))
      .toBe(true);
    await glance(page, 'compared');
    await expectAccessible(page, 'compared trials');
    await page.getByLabel('Words or conditions').fill('kernel=poly');
    await left('10 of 20 trials');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const file = await saving;
    expect(file.suggestedFilename()).toBe('digits.csv');
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n');
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatch(/^trial,state,accuracy,param_C,/);
    expect(lines[1]).toMatch(/^0,complete,/);
  });

  it('are shown in TensorBoard: all, one, or those that are left', async () => {
    const asked: unknown[] = [];
    page.on('request', request => {
      if (request.method() === 'POST' && request.url().endsWith('/tensorboard'))
        asked.push(request.postDataJSON());
    });
    const serving = await serveTensorboard(page);
    await open(trialsOf(20));
    await page.getByRole('button', { name: 'TensorBoard', exact: true }).click();
    const frame = page.frameLocator('iframe[title="TensorBoard: digits"]');
    await frame.getByRole('status').getByText('Reading the trials of digits').waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `tensorboard-starting-${theme}`);
    });
    await expectAccessible(page, 'TensorBoard while it starts');
    serving.state = 'failed';
    await frame.getByRole('alert').getByLabel('The end of its log').getByText('experiment.unknown').waitFor();
    await glance(page, 'tensorboard-failed');
    await expectAccessible(page, 'TensorBoard that could not be started');
    serving.state = 'ready';
    await frame.getByRole('button', { name: 'Try again' }).press('Enter');
    await frame.getByText('The board itself').waitFor();
    expect(serving.asked.map(({ again }) => again)).toContain(true);

    const experimentTab = page.getByRole('tab', { name: 'digits', exact: true });
    await experimentTab.click();
    await rows().first().click();
    await page.getByRole('button', { name: 'Open in TensorBoard' }).click();
    await page.getByRole('tab', { name: 'TensorBoard: digits, trial 19' }).waitFor();
    await experimentTab.click();
    await page.getByLabel('Words or conditions').fill('kernel=poly');
    await page.getByRole('button', { name: '10 trials in TensorBoard' }).click();
    await page.getByRole('tab', { name: 'TensorBoard: digits, 10 trials' }).waitFor();
    expect(asked).toEqual([{}, { trials: [19] }, { trials: expect.arrayContaining([0, 18]) as number[] }]);
    // One that is open already is shown again.
    await experimentTab.click();
    await page.getByRole('button', { name: 'TensorBoard', exact: true }).click();
    await frame.getByText('The board itself').waitFor();
    expect(asked).toHaveLength(3);
    // Several experiments together.
    const other = experimentOf(2, [], { name: 'wider' });
    backend.experiments.set(other.id, other);
    backend.emit('experiment', other);
    await page.locator('.hop-Experiments').getByRole('button', { name: 'wider' }).waitFor();
    await page.evaluate(() => {
      const { jupyterapp } = window as unknown as {
        jupyterapp: { commands: { execute(id: string): Promise<unknown> } };
      };
      void jupyterapp.commands.execute('hopslab:open-tensorboard');
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('listbox').selectOption([{ index: 0 }, { index: 1 }]);
    await dialog.getByRole('button', { name: 'Ok' }).click();
    await page.getByRole('tab', { name: 'TensorBoard: 2 experiments' }).waitFor();
    expect(asked.at(-1)).toMatchObject({ with: [{ experiment: expect.any(String) as string }] });
    expect(visitor.complaints).toEqual([]);
  });

  it('are not a data scientist’s to carry out', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    await open(trialsOf(3));
    const save = page.getByRole('button', { name: 'Save as CSV' });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await save.focus();
    await page.getByRole('tooltip').getByText('Only data owners carry data out').waitFor();
  });

  it('are reached by Tab, in every picture', async () => {
    await open(trialsOf(20));
    await rows().first().click();
    await chart('Parallel coordinates').click();
    await page
      .getByRole('img', { name: /across/ })
      .locator('canvas')
      .waitFor();
    await page.getByLabel('State', { exact: true }).focus();
    expect(await walk(page, '.hop-ExperimentView')).toMatchObject({ unseen: [], missed: [] });
  });
});

describe('an experiment that runs', () => {
  const running = [...trialsOf(5), trialOf(5, { state: 'running', value: null, endedAt: null })];
  const begin = () => open(running, { state: 'running', endedAt: null, planned: 12 });
  const button = (name: string) => view().getByRole('button', { name, exact: true });
  const state = (words: string) => view().locator('header').getByText(words, { exact: true }).waitFor();

  it('is paused and goes on, is given a trial, rid of one, and stops after what runs', async () => {
    await begin();
    await button('Pause').click();
    await state('paused');
    await stage.inBothThemes(async theme => {
      await glance(page, `paused-${theme}`);
      await expectAccessible(page, `a paused experiment, ${theme}`);
    });
    await button('Go on').click();
    await button('Pause').waitFor();
    await button('Add a trial…').click();
    const dialog = page.getByRole('dialog', { name: 'Add a trial to digits' });
    const field = dialog.getByLabel('C', { exact: true });
    await field.fill('1e9');
    await dialog.getByText('Enter a number from 0.001 to 1000.').waitFor();
    await glance(page, 'add-trial');
    await expectAccessible(page, 'adding a trial');
    await field.fill('2.5');
    await dialog.getByLabel('kernel').selectOption('poly');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.waitFor({ state: 'detached' });
    const [best] = trialsOf(5).toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
    expect(backend.points).toEqual([{ ...best?.params, C: 2.5, kernel: 'poly' }]);
    await rows().first().click();
    const one = page.getByRole('region', { name: 'Trial 5' });
    await one.getByRole('button', { name: 'Stop this trial' }).click();
    await one.getByRole('button', { name: 'Stopping trial 5…' }).waitFor();
    await button('Stop after running ones').click();
    await state('stopping after what runs');
    await button('Pause').waitFor({ state: 'detached' });
    expect(await walk(page, '.hop-ExperimentView header')).toMatchObject({ unseen: [], missed: [] });
    expect(visitor.complaints).toEqual([]);
  });

  it('is somebody else’s to steer, and anybody’s to write on', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    backend.experiments.set(experimentOf(2, []).id, experimentOf(2, []));
    await open(running, { state: 'running', endedAt: null, createdBy: 'bob' });
    for (const name of ['Pause', 'Add a trial…', 'Stop after running ones', 'Stop'])
      expect(await button(name).getAttribute('aria-disabled'), name).toBe('true');
    await button('Add tags').click();
    await view().getByLabel('Tags').fill('night, seed 3, night');
    await page.keyboard.press('Enter');
    await view().getByRole('list', { name: 'Tags' }).getByText('seed 3').waitFor();
    await page.locator('.hop-Experiments').getByText('night, seed 3').waitFor();
    const filter = page.locator('.hop-ExperimentsSection').getByLabel('Tag', { exact: true });
    await filter.selectOption('night');
    await glance(page, 'tagged');
    const label = page.locator('.hop-ExperimentsSection-bar').getByText('New experiment…');
    expect((await label.boundingBox())?.height).toBeLessThan(24);
    expect(await filter.evaluate(box => box.scrollWidth <= box.clientWidth)).toBe(true);
    await page.getByRole('list', { name: 'Experiments' }).getByText('sweep 2').waitFor({ state: 'detached' });
    await filter.selectOption('Any tag');
    await page.getByRole('list', { name: 'Experiments' }).getByText('sweep 2').waitFor();
    await button('Add a note').click();
    await view().getByLabel('Note').fill('The third seed\nwas lucky.');
    await button('Save').click();
    await view().getByText('The third seed').waitFor();
    await glance(page, 'annotated');
    await expectAccessible(page, 'an experiment with tags and a note');
    await button('Copy search as code').click();
    await page.getByText('The experiment is on the clipboard').first().waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});
