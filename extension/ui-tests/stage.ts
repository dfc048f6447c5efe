import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startBackend, type Backend } from './backend.js';
import { startLab, type Lab } from './lab.js';
import { putBefore } from './lab-front.js';
import { newContext, openEngine, openPage, type Theme, type Visit } from './platform/browser.js';

/** What a test of the extension plays on. */
export interface Stage {
  readonly lab: Lab;
  readonly backend: Backend;
  readonly visitor: Visit;
  readonly page: Page;
  /** Opens JupyterLab in a theme, in a fresh workspace, with the Hopslab panel in front. */
  open(theme?: Theme): Promise<void>;
  /** Loads JupyterLab again, as somebody does who comes back. */
  reload(): Promise<void>;
  /** Opens a section of the project's settings. */
  openSettings(section: string, theme?: Theme): Promise<void>;
  /** Looks at what is open in the light theme, then in the dark one. */
  inBothThemes(look: (theme: Theme) => Promise<void>): Promise<void>;
}

const themes: Readonly<Record<Theme, string>> = { light: 'JupyterLab Light', dark: 'JupyterLab Dark' };

const isDrawn = (page: Page, theme: Theme): Promise<void> =>
  page.locator(`body[data-jp-theme-light="${theme === 'light'}"]`).waitFor({ state: 'attached' });

const wear = async (page: Page, theme: Theme): Promise<void> => {
  await page.evaluate(
    name =>
      (
        window as unknown as {
          jupyterapp: { commands: { execute(id: string, args: object): Promise<void> } };
        }
      ).jupyterapp.commands.execute('apputils:change-theme', { theme: name }),
    themes[theme]
  );
  await isDrawn(page, theme);
};

/** In an empty workspace JupyterLab opens its launcher a while after all else, and gives it the focus. */
const hasOpenedLauncher = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => document.activeElement?.closest('.jp-Launcher'));
};

const toFront = async (page: Page): Promise<void> => {
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  const tab = page.getByRole('tab', { name: 'Hopslab' });
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
};

/** An address that stays, whichever backend is behind it: the browser keeps JupyterLab's code from test to test. */
const startFront = async () => {
  let backend: Backend | undefined;
  const server = createServer((request, response) => backend?.server.emit('request', request, response));
  server.on('upgrade', (...what) => backend?.server.emit('upgrade', ...what));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (next: Backend) => (backend = next),
    /** Ends what is still open with the last test's page. */
    clear: () => {
      server.closeAllConnections();
    },
    close: () => new Promise(resolve => server.close(resolve))
  };
};

/** Forgets what a test left in the browser, but for its cache. */
const forget = async ({ context, page }: Visit, origin: string): Promise<void> => {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', {
    origin,
    storageTypes: 'cookies,local_storage,indexeddb,websql,service_workers'
  });
  await context.unrouteAll({ behavior: 'ignoreErrors' });
  await Promise.all(context.pages().map(open => open.close()));
};

/** One JupyterLab, one browser and one address for a file's tests; for each test a backend and a page of its own. */
export const useStage = (): Stage => {
  let lab: Lab;
  let browser: Browser;
  let front: Awaited<ReturnType<typeof startFront>>;
  let context: BrowserContext;
  let backend: Backend;
  let visitor: Visit;

  beforeAll(async () => {
    [lab, front, browser] = await Promise.all([startLab(), startFront(), openEngine()]);
    context = await newContext(browser);
  });
  afterAll(async () => {
    await browser.close();
    await front.close();
    await lab.close();
  });
  beforeEach(async () => {
    backend = await startBackend({ base: front.base });
    putBefore(backend, lab.socketPath);
    front.leadTo(backend);
    visitor = await openPage(context);
  });
  afterEach(async () => {
    await forget(visitor, front.base);
    front.clear();
    await backend.close();
  });

  const open = async (theme: Theme = 'light'): Promise<void> => {
    const { page } = visitor;
    const setting = `${backend.base}/lab/api/settings/@jupyterlab/apputils-extension:themes`;
    await page.request.put(setting, { data: { raw: JSON.stringify({ theme: themes[theme] }) } });
    await page.goto(`${backend.base}/lab?reset`);
    await isDrawn(page, theme);
    await hasOpenedLauncher(page);
    await toFront(page);
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
    reload: async () => {
      await visitor.page.reload();
      await visitor.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
      // What was in front before comes to the front again, whatever was clicked until then.
      await visitor.page.evaluate(
        () => (window as unknown as { jupyterapp: { restored: Promise<unknown> } }).jupyterapp.restored
      );
      // JupyterLab writes down what is open a while after it was opened.
      await toFront(visitor.page);
    },
    inBothThemes: async look => {
      for (const theme of ['light', 'dark'] as const) {
        await wear(visitor.page, theme);
        await look(theme);
      }
    },
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
