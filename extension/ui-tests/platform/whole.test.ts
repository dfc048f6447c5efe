import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject, it } from 'vitest';
import { openBrowser, picture, visit, type Visit } from './browser.js';
import { openFile, openPanel, runAll, runCell, startServer } from './lab-steps.js';
import { crash, endExecutor, signIn } from './steps.js';

const installation = inject('installation');
const slow = { timeout: 180_000 };
const verySlow = { timeout: 400_000 };
let browser: Browser;
let person: Visit;

beforeAll(async () => {
  browser = await openBrowser(installation.ca);
  person = await visit(browser);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture(person.page, 'failed');
});
afterAll(async () => {
  await browser.close();
});

it('takes a person from the sign-in to the best hyperparameters, through crashes of the platform', async () => {
  const { page, context } = person;
  await signIn(page, installation, installation);
  await page.getByRole('link', { name: /^demo/ }).click();
  await startServer(page, () => picture(page, 'starting'));

  const hub = await context.newPage();
  await hub.goto(`${installation.url}/projects/demo`);
  await page.bringToFront();
  await openFile(page, 'digits_sweep.ipynb');
  await runAll(page);
  const panel = await openPanel(page);
  const experiment = panel.getByRole('button', { name: /^digits\s*running/ });
  await experiment.waitFor(slow);
  await experiment.click();
  const view = page.locator('.hop-ExperimentView');
  await view.getByText(/^([1-9]|[1-4]\d) of 60$/).waitFor(slow);
  await endExecutor(installation);
  await crash(hub, 'server');
  await picture(page, 'sweep-running');
  await crash(hub, 'proxy');
  await hub.getByText('Open JupyterLab').waitFor(slow);
  await hub.close();

  await view.locator('header').getByText('complete', { exact: true }).waitFor(verySlow);
  await view.getByText('60 of 60').waitFor();
  await view
    .getByRole('img', { name: /the best so far is/ })
    .locator('svg')
    .waitFor();
  await picture(page, 'sweep-done');

  await view.getByRole('button', { name: 'Register as model…' }).first().click();
  const register = page.getByRole('dialog', { name: /^Register the model of trial/ });
  await register.getByText(/becomes its next version, 2 or later/).waitFor();
  await register.getByRole('button', { name: 'Register', exact: true }).click();
  await page
    .getByText(/is registered as digits, version 2\./)
    .first()
    .waitFor(slow);

  await view.getByRole('button', { name: 'TensorBoard' }).first().click();
  const board = page.frameLocator('iframe[title*="digits"]');
  await board.getByRole('tab', { name: /hparams/i }).click(slow);
  await board.getByText('kernel', { exact: true }).first().waitFor(slow);
  await picture(page, 'tensorboard');

  await panel
    .getByRole('list', { name: 'Models' })
    .getByRole('button', { name: /digits.*version 2 of 2.*accuracy/ })
    .click();
  await page
    .getByRole('grid', { name: 'Versions of digits' })
    .getByRole('button', { name: /^digits, trial/ })
    .nth(1)
    .waitFor(slow);
  await picture(page, 'model');

  await page.getByRole('tab', { name: /digits_sweep/ }).click();
  const cells = page.locator('.jp-NotebookPanel:visible .jp-CodeCell');
  await cells.filter({ hasText: 'from_estimator' }).locator('.jp-OutputArea img').waitFor(slow);
  await cells.filter({ hasText: '%%experiment' }).locator('.jp-InputPrompt').click();
  await picture(page, 'sweep-notebook');
  const best = await runCell(page, 'print("the best kernel is", best["kernel"])');
  await best.getByText(/the best kernel is (rbf|poly)/).waitFor(slow);
  await picture(page, 'best');
}, 900_000);

it('stops a sweep from the panel and keeps what is done', async () => {
  const { page } = person;
  const output = await runCell(
    page,
    [
      '%%experiment --name slow --metric m --direction maximize --trials 500 --parallel 2 --algorithm random',
      'x = uniform(0, 1)',
      '',
      'def train(x):',
      '    import time',
      '    time.sleep(1)',
      '    return {"m": x}'
    ].join('\n')
  );
  const panel = page.getByRole('region', { name: 'Hopslab' });
  await panel.getByRole('button', { name: /^slow\s*running/ }).click(slow);
  const view = page.locator('.hop-ExperimentView:visible');
  await view.getByText('Best m').waitFor(slow);
  await view.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.locator('.jp-Dialog').getByRole('button', { name: 'Stop' }).click();
  await view.locator('header').getByText('stopped', { exact: true }).waitFor(slow);
  await page.getByRole('tab', { name: /digits_sweep/ }).click();
  await output
    .getByText(/stopped/)
    .first()
    .waitFor(slow);
  const alive = await runCell(page, 'print(6 * 7, "and going on")');
  await alive.getByText('42 and going on').waitFor(slow);
}, 300_000);

it('runs a program from the form, steers it, and puts it beside another search', async () => {
  const { page } = person;
  const written = await runCell(
    page,
    [
      '%%writefile gentle.py',
      'import time',
      '',
      '',
      'def train(pace=0.5, kind="slow"):',
      '    time.sleep(1)',
      '    return {"score": pace}'
    ].join('\n')
  );
  await written.getByText('Writing gentle.py').waitFor(slow);
  const entry = (name: string) => page.locator('.jp-DirListing-item:visible').filter({ hasText: name });
  await entry('Jupyter').dblclick();
  await entry('gentle.py').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'New experiment…' }).click();
  await page.getByRole('heading', { level: 2, name: 'New experiment' }).waitFor();
  await page.getByRole('group', { name: 'pace', exact: true }).waitFor(slow);
  await page.getByRole('spinbutton', { name: 'Trials' }).fill('200');
  await page.getByText(/core-hours/).waitFor();
  await picture(page, 'form');
  const start = page.getByRole('button', { name: 'Start the experiment' });
  await start.click();

  // It goes on when the page is closed, and shows itself where it began.
  const view = page.locator('.hop-ExperimentView:visible');
  await view.getByRole('heading', { level: 2, name: /train|gentle/ }).waitFor(slow);
  const button = (name: string) => view.getByRole('button', { name, exact: true });
  const state = (words: string) => view.locator('header').getByText(words, { exact: true }).waitFor(slow);
  await button('Pause').click(slow);
  await state('paused');
  await button('Add a trial…').click();
  const dialog = page.getByRole('dialog', { name: /^Add a trial/ });
  await dialog.getByLabel('pace', { exact: true }).fill('0.123');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.waitFor({ state: 'detached' });
  await picture(page, 'paused');
  await button('Go on').click();
  await view
    .getByRole('grid', { name: 'Trials' })
    .getByRole('row', { name: /complete .*0\.123/ })
    .waitFor(slow);
  await button('Stop after running ones').click();
  await state('stopped');
  await picture(page, 'steered');

  const section = page.locator('.hop-ExperimentsSection');
  for (const box of await section.getByRole('checkbox').all()) await box.click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const beside = page.locator('.hop-Several');
  await beside.getByRole('row', { name: /^Algorithm/ }).waitFor(slow);
  await beside.getByRole('img', { name: 'Best score so far' }).locator('svg').waitFor(slow);
  await picture(page, 'compared');
}, 500_000);

it('brings a person back to their notebook, and stops the server from the hub', async () => {
  const { page, context } = person;
  const label = new URL(page.url()).hostname.split('.')[0] ?? '';
  await page.goto(`${installation.url}/?from=${label}`);
  await page.waitForURL(/^https:\/\/[a-z2-7]{20}\./, slow);

  await page.goto(`${installation.url}/projects/demo`);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop it' }).click();
  await page.getByText('Not running').waitFor(slow);
  await context.close();
});
