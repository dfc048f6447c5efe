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

const show = (n: number, trials: ReturnType<typeof trialsOf>, more = {}) => {
  const experiment = experimentOf(n, trials, more);
  backend.experiments.set(experiment.id, experiment);
  backend.trials.set(experiment.id, trials);
  return experiment;
};
const section = () => page.locator('.hop-ExperimentsSection');
const box = (name: string) => section().getByRole('checkbox', { name: `Choose ${name}`, exact: true });
const bar = () => page.getByRole('group', { name: 'Chosen experiments' });
const view = () => page.locator('.hop-Several');
const lines = (metric: string) => view().getByRole('img', { name: `Best ${metric} so far` });
const row = (name: RegExp) => view().getByRole('row', { name });

/** What could be done with a name that is taken for HTML. */
const hostile = 'night <img src=x onerror="document.title=\'taken\'">';

/** As many trials that come nearer and nearer to a value. */
const towards = (end: number, count: number, pace: number) =>
  trialsOf(count).map(trial => {
    const distance = 0.4 * pace ** trial.number + ((trial.number * 37) % 10) / 100;
    return trial.value === null ? trial : { ...trial, value: end < 0.5 ? end + distance : end - distance };
  });
const wider = { name: 'wider', state: 'running', endedAt: null, algorithm: 'tpe', pruner: 'median' } as const;
const begun = towards(0.93, 24, 0.8);

const openAll = async (): Promise<void> => {
  show(1, towards(0.99, 40, 0.93), { name: 'digits', tags: ['baseline'] });
  show(2, [...begun, trialOf(24, { state: 'running', value: null, endedAt: null })], {
    ...wider,
    space: { C: { kind: 'uniform', low: 0, high: 10 }, kernel: { kind: 'choice', options: ['rbf', 'poly'] } }
  });
  const losses = towards(0.1, 15, 0.8);
  const least = Math.min(...losses.map(({ value }) => value ?? 1));
  const [best] = losses.filter(({ value }) => value === least);
  show(3, losses, {
    ...{ name: 'loss', metric: 'loss', direction: 'minimize', createdBy: 'bob' },
    best: { number: best?.number ?? 0, value: least, params: best?.params ?? {} }
  });
  await stage.open();
  await section().getByRole('button', { name: 'digits' }).waitFor();
};

describe('experiments side by side', () => {
  it('are chosen in the list, drawn together, told apart, and there again after a reload', async () => {
    await openAll();
    await box('digits').click();
    await bar().getByText('1 chosen').waitFor();
    expect(await bar().getByRole('button', { name: 'Compare' }).getAttribute('aria-disabled')).toBe('true');
    await box('wider').press(' ');
    await box('loss').press(' ');
    await bar().getByText('3 chosen').waitFor();
    await glance(page, 'chosen');
    const saved = page.waitForResponse(answer => {
      const request = answer.request();
      return request.method() === 'PUT' && (request.postData() ?? '').includes('hopslab-compare-');
    });
    await bar().getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('tab', { name: 'Compare 3 experiments' }).waitFor();
    await view()
      .getByRole('img', { name: /3 · digits: 0\.\d+ after 40 trials/ })
      .waitFor();
    await lines('accuracy').locator('svg').getByText('3 · digits').waitFor();
    await lines('loss').locator('svg').waitFor();
    await view().getByText('so there are 2 charts').waitFor();
    await row(/^Algorithm differs random tpe random$/).waitFor();
    await row(/^Best value differs .* the best$/).waitFor();
    await row(/^C differs loguniform\(0\.001, 1000\) uniform\(0, 10\)/).waitFor();
    await row(/^In parallel 3 3 3$/).waitFor();
    await stage.inBothThemes(async theme => {
      await picture(page, `compare-experiments-${theme}`);
      await expectAccessible(page, `experiments side by side, ${theme}`);
    });

    await view().getByLabel('Only what differs').press(' ');
    await row(/^In parallel/).waitFor({ state: 'detached' });
    await row(/^Algorithm differs/).scrollIntoViewIfNeeded();
    await glance(page, 'only-what-differs');
    await view().getByRole('button', { name: 'TensorBoard' }).focus();
    expect(await walk(page, '.hop-Several')).toMatchObject({ unseen: [], missed: [] });

    const better = show(2, [...begun, trialOf(24, { state: 'complete', value: 0.995 })], wider);
    backend.emit('experiment', better);
    await row(/^Best value differs/)
      .getByText('0.995 the best')
      .waitFor();
    await view()
      .getByRole('img', { name: /wider: 0\.995 after 25 trials/ })
      .waitFor();

    await saved;
    backend.experiments.delete(idOf(3));
    await stage.reload();
    await view().getByText('Experiment 1 is not in this project any more').waitFor();
    await view().getByRole('heading', { name: '2 experiments side by side' }).waitFor();
    await lines('accuracy').locator('svg').waitFor();
    await view().getByRole('columnheader').getByRole('button', { name: 'digits' }).click();
    await page.getByRole('heading', { level: 2, name: 'digits' }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('are eight at most, go to one TensorBoard, and are let go of', async () => {
    const nameOf = (n: number): string => (n === 5 ? hostile : `sweep ${n}`);
    for (let n = 1; n <= 9; n++) show(n, towards(0.9, 8 * n, 0.9), { name: nameOf(n) });
    await stage.open();
    await section().getByRole('button', { name: 'sweep 9' }).waitFor();
    const asked: unknown[] = [];
    page.on('request', request => {
      if (request.url().endsWith('/tensorboard') && request.method() === 'POST')
        asked.push([request.url().split('/').at(-2), request.postDataJSON()]);
    });
    await page.route('**/hopslab/tensorboard/open?*', route =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>TensorBoard</title>' })
    );
    await box('sweep 8').click();
    await box('sweep 9').click();
    await bar().getByRole('button', { name: 'TensorBoard' }).click();
    await page.getByRole('tab', { name: 'TensorBoard: 2 experiments' }).waitFor();
    expect(asked).toEqual([[idOf(9), { with: [{ experiment: idOf(8) }] }]]);
    for (const n of [7, 6, 5, 4, 3, 2]) await box(nameOf(n)).check();
    await bar().getByText('8 of 8').waitFor();
    expect(await box('sweep 1').isDisabled()).toBe(true);
    await glance(page, 'eight-chosen');
    await expectAccessible(page, 'as many as fit are chosen');
    await bar().getByRole('button', { name: 'Compare' }).click();
    await view()
      .getByRole('img', { name: /8 · sweep 2: 0\.\d+ after 16 trials/ })
      .waitFor();
    await lines('accuracy').locator('svg').getByText('8 · sweep 2').waitFor();
    const told = view().getByText(/onerror="document\.title='taken'">: 0\.\d+$/);
    // Left of where the shortest line ends; a chart that is drawn again hides what it told.
    let x = 90;
    await expect
      .poll(async () => {
        await lines('accuracy').hover({ position: { x: x++, y: 140 } });
        return told.count();
      })
      .toBe(1);
    await glance(page, 'told');
    expect(await page.title()).not.toBe('taken');
    await stage.inBothThemes(async theme => {
      await glance(page, `eight-${theme}`);
    });
    await bar().getByRole('button', { name: 'Clear' }).click();
    await bar().waitFor({ state: 'detached' });
    expect(await box('sweep 1').isEnabled()).toBe(true);
    expect(await box('sweep 2').isChecked()).toBe(false);
    expect(visitor.complaints).toEqual([]);
  });
});
