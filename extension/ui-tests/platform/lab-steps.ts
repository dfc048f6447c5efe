import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const slow = { timeout: 120_000 };

/** Starts the notebook server from its project's page with the form as filled in by `fill`, and waits for JupyterLab. */
export const startServer = async (page: Page, started: () => Promise<void>): Promise<void> => {
  await page.getByRole('link', { name: 'Start notebook server' }).click();
  await page.getByLabel('Executors').fill('3');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('progressbar').waitFor();
  await started();
  await labReady(page);
};

/** JupyterLab is there, on an origin of its own. */
export const labReady = async (page: Page): Promise<void> => {
  await page.waitForURL(/^https:\/\/[a-z2-7]{20}\.[^/]+\/lab/, slow);
  await page.locator('#jp-main-dock-panel').waitFor(slow);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached', ...slow });
};

/** Opens a file from the file browser, folder by folder. */
export const openFile = async (page: Page, ...path: readonly string[]): Promise<void> => {
  for (const name of path)
    await page.locator('.jp-DirListing-item').filter({ hasText: name }).first().dblclick();
};

export const runAll = async (page: Page): Promise<void> => {
  // Asked earlier, JupyterLab would want to know which kernel.
  await page.getByText('Hopslab (Python) | Idle').waitFor(slow);
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
};

/** Adds a cell at the end of the notebook in front and runs it; answers where its output appears. */
export const runCell = async (page: Page, code: string): Promise<Locator> => {
  const notebook = page.locator('.jp-NotebookPanel:visible');
  await notebook.locator('.jp-Notebook-footer').click();
  const editor = notebook.locator('.jp-CodeCell.jp-mod-active .cm-content');
  await editor.focus();
  // Pasted, because typing would be completed and indented by the editor.
  await editor.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, code);
  await editor.press('Shift+Enter');
  const [line = ''] = code.split('\n');
  return notebook.locator('.jp-CodeCell').filter({ hasText: line }).last().locator('.jp-OutputArea');
};

export const openPanel = async (page: Page): Promise<Locator> => {
  await page.getByRole('tab', { name: 'Hopslab' }).click();
  const panel = page.getByRole('region', { name: 'Hopslab' });
  await panel.waitFor();
  return panel;
};

/** Confirms what waits in this window of the hub, which lets nobody do so in its first moments. */
export const confirm = async (window: Page): Promise<void> => {
  const button = window.getByRole('button', { name: 'Confirm', exact: true });
  await expect.poll(() => button.getAttribute('aria-disabled'), { timeout: 30_000 }).toBeNull();
  await button.click();
  await window.getByText('Done').waitFor();
};
