import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openBrowser, visit, type Visit } from './browser.js';
import { asHub, enterLab, stopQuietly } from './hostile-steps.js';
import { confirm, openFile, openPanel, runCell } from './lab-steps.js';
import { createUser, signIn } from './steps.js';

const [lenders, borrowers] = ['lenders', 'borrowers'];
const shared = `/project/shared/${lenders}::genes`;
const password = 'correct horse battery';
const slow = { timeout: 120_000 };

const installation = inject('installation');
const hub = new URL(installation.url).origin;
let browser: Browser;
let lender: Visit;
let borrower: Visit;

const notebook = {
  cells: [],
  metadata: { kernelspec: { display_name: 'Hopslab (Python)', language: 'python', name: 'hopslab' } },
  nbformat: 4,
  nbformat_minor: 5
};

beforeAll(async () => {
  browser = await openBrowser(installation.ca);
  [lender, borrower] = await Promise.all([visit(browser), visit(browser)]);
  await signIn(lender.page, installation, installation);
  await createUser(lender.page, { username: 'noa', password, displayName: 'Noa Levi' });
  await asHub(lender.page, 'POST', '/projects', { name: lenders });
  await asHub(lender.page, 'POST', `/projects/${lenders}/datasets`, { name: 'genes' });
  await asHub(lender.page, 'PUT', `/projects/${lenders}/datasets/genes/files/answer.json`, { answer: 42 });

  await signIn(borrower.page, installation, { username: 'noa', password });
  await asHub(borrower.page, 'POST', '/projects', { name: borrowers });
  await asHub(borrower.page, 'PUT', `/projects/${borrowers}/datasets/Jupyter/files/reading.ipynb`, notebook);
}, 120_000);
afterAll(async () => {
  await browser.close();
});

/** Does what opens a window of the hub, and confirms there; answers when it was done. */
const confirmed = async ({ context }: Visit, act: () => Promise<void>): Promise<number> => {
  const popping = context.waitForEvent('page');
  await act();
  const window = await popping;
  await confirm(window);
  const done = Date.now();
  await window.close();
  return done;
};

const sharing = (page: Page): Locator => page.getByRole('region', { name: 'Sharing', exact: true });

/** JupyterLab of the borrower's notebook server, started anew, with a notebook that waits for cells. */
const openNotebook = async (): Promise<Page> => {
  const page = await borrower.context.newPage();
  await enterLab(page, hub, borrowers);
  await openFile(page, 'reading.ipynb');
  await page.getByText('Hopslab (Python) | Idle').waitFor(slow);
  return page;
};

const says = async (page: Page, code: string, output: string): Promise<void> => {
  await (await runCell(page, code)).getByText(output).first().waitFor(slow);
};

let lab: Page;

it('an owner shares a dataset by right click, and an owner of the other project accepts it', async () => {
  const owners = await lender.context.newPage();
  await enterLab(owners, hub, lenders);
  await openPanel(owners);
  const genes = owners.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: 'genes' });
  await genes.click({ button: 'right' });
  await owners.getByRole('menuitem', { name: 'Share…' }).click();
  await owners.getByRole('dialog').getByLabel('With the project').fill(borrowers);
  await confirmed(lender, () => owners.getByRole('dialog').getByRole('button', { name: 'Offer it' }).click());
  await sharing(owners)
    .getByRole('row', { name: /genes borrowers Read only waits for an answer/ })
    .waitFor();
  lender = { ...lender, page: owners };

  const theirs = await borrower.context.newPage();
  await enterLab(theirs, hub, borrowers);
  await theirs.getByRole('button', { name: 'Look at it' }).click();
  await confirmed(borrower, () =>
    sharing(theirs)
      .getByRole('button', { name: `Accept ${lenders}::genes` })
      .click()
  );
  await sharing(owners)
    .getByRole('row', { name: /genes borrowers Read only accepted/ })
    .waitFor();
  await (await openPanel(theirs)).getByText('A restart of your notebook server brings').waitFor();
  await theirs.close();
}, 400_000);

it('a notebook there reads it and fails to write it, until it may', async () => {
  await stopQuietly(borrower.page, borrowers);
  lab = await openNotebook();
  await says(lab, `print('read', open('${shared}/answer.json').read())`, 'read {"answer":42}');
  await says(
    lab,
    `try: open('${shared}/new', 'w')\nexcept OSError as error: print(error.strerror)`,
    'Read-only file system'
  );
  await lab.close();

  await confirmed(lender, () =>
    sharing(lender.page).getByRole('button', { name: 'Make editable genes with borrowers' }).click()
  );
  await stopQuietly(borrower.page, borrowers);
  lab = await openNotebook();
  await says(lab, `print(open('${shared}/new', 'w').write('theirs'), 'written')`, '6 written');
}, 400_000);

it('what is taken back is gone from the notebook within five seconds', async () => {
  const watch = [
    'import os, time',
    'print("watching")',
    `while os.path.exists('${shared}/answer.json'): time.sleep(0.05)`,
    'print("gone at", int(time.time() * 1000), "of", os.listdir("/project/shared"))'
  ].join('\n');
  const output = await runCell(lab, watch);
  await output.getByText('watching').waitFor(slow);
  const { page } = lender;
  await sharing(page).getByRole('button', { name: 'Take back genes with borrowers' }).click();
  await page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'noa' }).waitFor();
  const done = await confirmed(lender, () =>
    page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
  );
  await sharing(page).getByText('Nothing of this project is shared.').waitFor();
  await output.getByText('gone at').waitFor(slow);
  const gone = Number(/gone at (\d+)/.exec(await output.innerText())?.[1]);
  console.info('gone after the confirmation was answered, in ms', gone - done);
  expect(gone - done).toBeLessThan(5000);
  // The kernel lives on: only what was taken back is missing.
  await says(lab, `print(6 * 7, os.path.isdir('/project/Jupyter'))`, '42 True');
}, 300_000);
