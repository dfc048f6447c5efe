import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, picture, type Visit } from './platform/browser.js';
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

const program = `from missing_package import nothing

def helper(x=1):
    return x

def train(lr=0.01, units=32, kernel="rbf", epochs=5, trial=None):
    """Fit the model."""
    trial.report(0.5)
    return {"accuracy": lr, "loss": 1 - lr}
`;

const write = (name: string, text: string): Promise<void> =>
  writeFile(join(stage.lab.root, 'Jupyter', name), text);
const parameter = (name: string) => page.getByRole('group', { name, exact: true });

const openForm = async (path: string): Promise<void> => {
  await stage.open();
  await page.evaluate(
    given =>
      (
        window as unknown as {
          jupyterapp: { commands: { execute(id: string, args: object): Promise<unknown> } };
        }
      ).jupyterapp.commands.execute('hopslab:new-experiment', { path: given }),
    path
  );
  await page.getByRole('heading', { level: 2, name: 'New experiment' }).waitFor();
};

describe('an experiment', () => {
  it('tells how it was made, and becomes a notebook that runs it again', async () => {
    const experiment = experimentOf(1, [], { name: 'digits', planned: 40 });
    backend.experiments.set(experiment.id, experiment);
    backend.trials.set(experiment.id, trialsOf(3));
    await stage.open();
    await page.locator('.hop-Experiments').getByRole('button', { name: 'digits' }).click();
    // Charts come a while after the rest, and move what is below them.
    await page.locator('.hop-Chart [role=img] svg').first().waitFor();
    await page.getByText('How it was made', { exact: true }).click();
    await page.getByText('Nothing is known of how it was made', { exact: true }).waitFor();
    backend.made.set(experiment.id, {
      ...{ experiment: experiment.id, epoch: 1, function: 'train', program: 'Jupyter/train.py' },
      ...{ before: ['import math'], code: 'def train(C, kernel, gamma=1):\n    return C', createdBy: 'ada' },
      ...{ python: '3.11.2', packages: { numpy: '1.26.4', optuna: '5.0.0' }, environment: 'a'.repeat(64) },
      resources: { executors: 2, cores: 1, memory: 2 ** 30, gpus: 0 },
      files: [{ path: '/project/Raw/digits.csv', size: 2048, modifiedAt: '2026-11-01T08:00:00.000Z' }],
      ...{ filesLeftOut: 2, toldAt: '2026-11-01T09:00:00.000Z' }
    });
    await page.getByText('How it was made', { exact: true }).click();
    await page.getByText('How it was made', { exact: true }).click();
    await page.getByText('Python 3.11.2, 2 packages (aaaaaaaaaaaa)').waitFor();
    await page.getByText('1 file read').click();
    await page.getByText('/project/Raw/digits.csv').waitFor();
    await page.getByText('2 more are not kept.').waitFor();
    await page.getByText('Code', { exact: true }).click();
    await stage.inBothThemes(async theme => {
      await glance(page, `how-made-${theme}`);
      await expectAccessible(page, `how it was made, ${theme}`);
    });
    await page.getByRole('button', { name: 'Make a notebook that runs it again' }).click();
    await page.getByRole('tab', { name: /digits-again\.ipynb/ }).waitFor();
    const saved = await readFile(join(stage.lab.root, 'Jupyter', 'digits-again.ipynb'), 'utf8');
    expect(saved).toContain(`again.check(\\"${experiment.id}\\")`);
    expect(saved).toContain('result = experiment.run(');
    expect(visitor.complaints).toEqual([]);
  });
});

describe('the form of a new experiment', () => {
  it('reads the function, is judged at its fields, starts, and tells what fails before there is one', async () => {
    await write('train.py', program);
    await openForm('Jupyter/train.py');
    await page.getByLabel('Function').waitFor();
    expect(await page.getByLabel('Function').inputValue()).toBe('train');
    expect(await page.getByLabel('Metric').inputValue()).toBe('accuracy');
    expect(await page.getByLabel('Early stopping').inputValue()).toBe('median');
    expect(await parameter('lr').getByLabel('From').inputValue()).toBe('0.001');
    expect(await parameter('kernel').getByLabel('Values').inputValue()).toBe('rbf, linear, poly, sigmoid');
    await parameter('epochs').getByText('The function has 5.').waitFor();
    await page.getByText(/It holds until its end: cores: 2, memory: 2 GiB, GPUs: 0/).waitFor();
    await page.getByText('Then it takes about 10 min: 0.33 core-hours and 0 GPU-hours.').waitFor();
    await stage.inBothThemes(async theme => {
      await (theme === 'light' ? picture(page, 'new-experiment-light') : glance(page, 'new-experiment-dark'));
      await expectAccessible(page, `the form, ${theme}`);
    });

    await parameter('lr').getByLabel('From').fill('1');
    await parameter('lr').getByText('low (1) is above high (0.1)').waitFor();
    const start = page.getByRole('button', { name: 'Start the experiment' });
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await glance(page, 'new-experiment-fault');
    await parameter('lr').getByLabel('From').fill('0.01');
    await parameter('lr').getByText('low (1)').waitFor({ state: 'detached' });
    await expect.poll(() => start.getAttribute('aria-disabled')).toBeNull();
    expect(await walk(page, '.hop-NewExperiment')).toMatchObject({ unseen: [], missed: [] });

    await start.click();
    await page.getByText('train failed', { exact: true }).waitFor({ timeout: 150_000 });
    await page
      .getByText("train.py raised ModuleNotFoundError: No module named 'missing_package'.", { exact: true })
      .waitFor();
    await glance(page, 'new-experiment-failed');
    await expectAccessible(page, 'a run that failed');

    // Closed and opened again it is still told: nobody may have looked on.
    await stage.reload();
    await page.getByText('train failed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Open its log' }).click();
    await page.getByRole('tab', { name: /^train-.*\.log$/ }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('says what it cannot read, and reads again what was saved', async () => {
    await write('broken.py', 'def train(:\n');
    await openForm('Jupyter/broken.py');
    await page.getByText(/^line 1: .* Correct it and save\.$/).waitFor();
    await glance(page, 'new-experiment-broken');
    await write('broken.py', 'x = 1\n');
    await page.getByRole('button', { name: 'Read it again' }).click();
    await page.getByText('There is no function to search').waitFor();
    await expectAccessible(page, 'no function');
    await write('broken.py', 'def train(lr=0.5):\n    return lr\n');
    await page.getByRole('button', { name: 'Read it again' }).click();
    await parameter('lr').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('opens from a notebook’s toolbar for the notebook as it is saved then', async () => {
    const cells = [
      { id: 'a', cell_type: 'code', metadata: {}, source: '', outputs: [], execution_count: null }
    ];
    const kernelspec = { name: 'hopslab', display_name: 'Hopslab (Python)' };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
    await write('work.ipynb', JSON.stringify(notebook));
    await stage.open();
    await page.evaluate(() =>
      (
        window as unknown as {
          jupyterapp: { commands: { execute(id: string, args: object): Promise<unknown> } };
        }
      ).jupyterapp.commands.execute('docmanager:open', { path: 'Jupyter/work.ipynb' })
    );
    await page.locator('.jp-Notebook .cm-content').click();
    await page.keyboard.insertText('def fit(depth=3): return depth');
    await page
      .getByRole('button', { name: /hyperparameters; it goes on when the browser is closed/ })
      .click();
    await parameter('depth').waitFor();
    expect(await readFile(join(stage.lab.root, 'Jupyter', 'work.ipynb'), 'utf8')).toContain('def fit');
    await page.getByText('Cells are run as they are saved, up to cell 1 with code').waitFor();
    expect(backend.requests).toContain('GET /api/v1/projects/demo/quota');
  });
});
