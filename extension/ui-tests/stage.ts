import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startBackend, type Backend } from './backend.js';
import { startLab, type Lab } from './lab.js';
import { putBefore } from './lab-front.js';
import { visit, type Theme, type Visit } from './platform/browser.js';

/** What a test of the extension plays on. */
export interface Stage {
  readonly lab: Lab;
  readonly backend: Backend;
  readonly visitor: Visit;
  readonly page: Page;
  /** Opens JupyterLab in a theme, in a fresh workspace, with the Hopslab panel in front. */
  open(theme?: Theme): Promise<void>;
  /** Opens a section of the project's settings. */
  openSettings(section: string, theme?: Theme): Promise<void>;
}

/** One JupyterLab and one browser for a file's tests; for each test a backend and a visitor of its own. */
export const useStage = (): Stage => {
  let lab: Lab;
  let browser: Browser;
  let backend: Backend;
  let visitor: Visit;

  beforeAll(async () => {
    [lab, browser] = await Promise.all([
      startLab(),
      chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: [
          '--disable-gpu',
          '--disable-background-networking',
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
        ]
      })
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });
  beforeEach(async () => {
    backend = await startBackend();
    putBefore(backend, lab.socketPath);
    visitor = await visit(browser);
  });
  afterEach(async () => {
    await visitor.context.close();
    await backend.close();
  });

  const open = async (theme: Theme = 'light'): Promise<void> => {
    const { page } = visitor;
    const raw = JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' });
    const themes = `${backend.base}/lab/api/settings/@jupyterlab/apputils-extension:themes`;
    await page.request.put(themes, { data: { raw } });
    await page.goto(`${backend.base}/lab?reset`);
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await page.locator(`body[data-jp-theme-light="${theme === 'light'}"]`).waitFor({ state: 'attached' });
    const tab = page.getByRole('tab', { name: 'Hopslab' });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  };

  return {
    get lab() {
      return lab;
    },
    get backend() {
      return backend;
    },
    get visitor() {
      return visitor;
    },
    get page() {
      return visitor.page;
    },
    open,
    openSettings: async (section, theme) => {
      await open(theme);
      const { page } = visitor;
      await page.getByRole('button', { name: 'Project settings' }).first().click();
      await page
        .getByRole('navigation', { name: 'Sections of the project settings' })
        .getByRole('button', { name: section, exact: true })
        .click();
      await page.getByRole('region', { name: section, exact: true }).waitFor();
    }
  };
};
