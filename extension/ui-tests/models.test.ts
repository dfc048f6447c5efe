import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { keptModelOf } from '../src/domains/experiments/experiments.folder.js';
import type { Backend } from './backend.js';
import { modelVersion } from './models-sample.js';
import { expectAccessible, glance, type Visit } from './platform/browser.js';
import { walk } from './platform/keyboard.js';
import { experimentOf, trialsOf } from './sample.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
});

const list = () => page.getByRole('list', { name: 'Models' });
const grid = (name: string) => page.getByRole('grid', { name: `Versions of ${name}` });
const tell = (action: string, asset: string): void => {
  backend.emit('journal', { position: 1, at: '2026-11-20T09:00:00.000Z', actor: 'bob', action, asset });
};

describe('the model that a trial has kept', () => {
  it('is registered by a click; where there is none, the dialog teaches how to keep one', async () => {
    const experiment = experimentOf(1, trialsOf(8), { name: 'digits: 2nd sweep' });
    const best = experiment.best?.number ?? NaN;
    backend.experiments.set(experiment.id, experiment);
    backend.trials.set(experiment.id, trialsOf(8));
    backend.models.push(modelVersion('digits-2nd-sweep', 4));
    await stage.open();
    await page.locator('.hop-Experiments').getByRole('button', { name: experiment.name }).click();
    const dialog = page.getByRole('dialog', { name: `Register the model of trial ${best}` });
    const register = page
      .locator('.hop-ExperimentHeader')
      .getByRole('button', { name: 'Register as model…' });
    await register.click();
    await dialog.getByText(`Trial ${best} has kept no model.`).waitFor();
    await expectAccessible(page, 'how a trial keeps a model');
    await glance(page, 'register-none');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => register.evaluate(button => button === document.activeElement)).toBe(true);

    await mkdir(join(stage.lab.root, keptModelOf(experiment, best)), { recursive: true });
    await register.click();
    const name = dialog.getByLabel('Name');
    await dialog
      .getByText('There is a model of this name; this becomes its next version, 5 or later.')
      .waitFor();
    expect(await name.inputValue()).toBe('digits-2nd-sweep');
    await name.fill('2nd');
    await dialog.getByText(/^Use letters, digits, _ and -/).waitFor();
    await page.keyboard.press('Enter');
    await name.fill('digits');
    await dialog.getByText('No model has this name yet.').waitFor();
    // This notebook server is no project’s.
    await dialog.getByRole('button', { name: 'Register', exact: true }).click();
    await dialog.getByRole('alert').getByText('The model was not registered').waitFor({ timeout: 120_000 });
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `registering a model, ${theme}`);
      await glance(page, `register-${theme}`);
    });
    expect(await walk(page, 'dialog[open]')).toMatchObject({ unseen: [], missed: [] });

    const asked: unknown[] = [];
    await page.route(/\/hopslab\/experiments\/models/, route => {
      asked.push(route.request().postDataJSON());
      return route.fulfill({ json: { name: 'digits', version: 1 } });
    });
    await name.focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(`Trial ${best} is registered as digits, version 1.`).first().waitFor();
    expect(asked).toEqual([
      {
        experiment: experiment.id,
        trial: best,
        name: 'digits',
        description: `Trial ${best} of digits: 2nd sweep`
      }
    ]);

    await page.getByRole('grid', { name: 'Trials' }).locator('[data-index]').first().click();
    const one = page.getByRole('region', { name: /^Trial \d+$/ });
    await one.getByRole('button', { name: 'Register as model…' }).click();
    await page
      .getByRole('dialog')
      .getByText(/has kept no model/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await one.waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});

describe('the section Models', () => {
  it('shows what was registered, its versions, and where they came from', async () => {
    const experiment = experimentOf(1, trialsOf(8), { name: 'digits sweep' });
    backend.experiments.set(experiment.id, experiment);
    const came = { experiment: experiment.id, trial: 7 };
    backend.models.push(
      modelVersion('digits', 1, { metrics: { accuracy: 0.9, loss: 0.3 }, createdBy: 'bob' }),
      modelVersion('digits', 2, { metrics: { accuracy: 0.975 }, description: 'SVM', ...came }),
      modelVersion('b'.repeat(63), 1, { missing: true })
    );
    await stage.open();
    const digits = list().getByRole('button', { name: /digits.*version 2 of 2.*accuracy/ });
    await digits.waitFor();
    await list().getByText('its files are missing').waitFor();
    await digits.click();
    await grid('digits')
      .getByRole('row', { name: /^2 SVM 0.975/ })
      .waitFor();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `models, ${theme}`);
      await glance(page, `models-${theme}`);
    });
    await grid('digits').getByRole('button', { name: 'digits sweep, trial 7' }).click();
    await page.getByRole('heading', { level: 2, name: 'digits sweep' }).waitFor();
    await page.getByRole('button', { name: 'digits, version 2' }).waitFor();
    await expectAccessible(page, 'an experiment with its model');
    await glance(page, 'came-of');
    await page.getByRole('button', { name: 'digits, version 2' }).click();
    await page.getByRole('heading', { level: 2, name: 'digits', exact: true }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('takes a version out, and hears what others register', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    backend.models.push(modelVersion('digits', 1, { createdBy: 'bob' }), modelVersion('digits', 2));
    await stage.open();
    await list()
      .getByRole('button', { name: /digits/ })
      .click();
    const others = grid('digits').getByRole('button', { name: 'Delete… version 1' });
    await others.hover();
    await page.getByText('Only bob and data owners delete it: Ada.').first().waitFor();
    await grid('digits').getByRole('button', { name: 'Delete… version 2' }).click();
    await page.getByRole('dialog').getByText('go to the trash of the dataset Models').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await grid('digits').getByRole('row', { name: /^2 / }).waitFor({ state: 'detached' });
    backend.models.push(modelVersion('digits', 3), modelVersion('new', 1));
    tell('model.registered', 'model:new/1');
    await list().getByRole('button', { name: /new/ }).waitFor();
    await grid('digits').getByRole('row', { name: /^3 / }).waitFor();
    backend.models.length = 0;
    tell('model.deleted', 'model:digits/3');
    await page.getByText('No version of it is registered any more.').waitFor();
    await page.getByText('A notebook registers a model here').waitFor();
    backend.refuse(/models$/, 'service.unavailable');
    tell('model.registered', 'model:digits/4');
    await page.getByRole('alert').getByText('A service is not available').waitFor();
    backend.accept();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Copy an example' }).waitFor();
    await expectAccessible(page, 'no models');
  });
});
