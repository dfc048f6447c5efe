import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { modelVersion } from './models-sample.js';
import { expectAccessible, glance, type Visit } from './platform/browser.js';
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
