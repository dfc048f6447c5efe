import { AxeBuilder } from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

export type Theme = 'light' | 'dark';

const size = { width: 1280, height: 800 };

// On a closed network Chromium's own errands only cost time.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

// As root Chromium's own sandbox cannot be had.
const flags = process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet;

/** Chromium's engine without the browser around it, for pages that need nothing but to be drawn: a third less work. */
export const openEngine = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: flags });

/** Debian's Chromium, trusting the installation's CA as `./hopslab trust` would make it: no error is waved through. */
export const openBrowser = async (ca: string): Promise<Browser> => {
  const home = mkdtempSync(join(tmpdir(), 'hopslab-home-'));
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  execFileSync('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
  execFileSync('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'hopslab', '-i', ca]);
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: flags,
    env: { ...process.env, HOME: home }
  });
};

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained of in its console, refused requests aside. */
  readonly complaints: string[];
}

/** A fresh browser: no cookies, no cache, no window. */
export const newContext = async (browser: Browser, theme: Theme = 'light'): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, locale: 'en-GB' });
  // A busy machine needs more than the usual half minute to open JupyterLab.
  context.setDefaultTimeout(60_000);
  context.setDefaultNavigationTimeout(90_000);
  return context;
};

/** A window that is listened to. */
export const openPage = async (context: BrowserContext): Promise<Visit> => {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { context, page, complaints };
};

/** A fresh visitor: no cookies, one window. */
export const visit = async (browser: Browser, theme?: Theme): Promise<Visit> =>
  openPage(await newContext(browser, theme));

/** Finds nothing serious or critical wrong for people with other eyes or hands. */
export const expectAccessible = async (page: Page, what: string): Promise<void> => {
  // Naming all that is right takes axe longer than finding what is wrong, and a page of its own for what frames of
  // other origins say, of which there are none, longer than all else.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(serious, what).toEqual([]);
};

const glances = mkdtempSync(join(tmpdir(), 'hopslab-pictures-'));
const pictures = process.env['HOPSLAB_PICTURES']
  ? fileURLToPath(new URL('../../../docs/images', import.meta.url))
  : glances;
mkdirSync(pictures, { recursive: true });

const keep = async (page: Page, path: string): Promise<void> => {
  // What has just been scrolled to is drawn with the frame after the next.
  await page.evaluate(
    () =>
      new Promise(resolve =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 100)))
      )
  );
  await page.screenshot({ path, animations: 'disabled' });
};

/** Keeps what is seen for the documentation where that is asked for, else for whoever looks into a failure. */
export const picture = (page: Page, name: string): Promise<void> => keep(page, join(pictures, `${name}.png`));

/** Keeps what is seen for whoever works on it, never for the documentation. */
export const glance = (page: Page, name: string): Promise<void> => keep(page, join(glances, `${name}.png`));
