import type { BrowserContext, Page } from 'playwright-core';
import { vi } from 'vitest';
import { labReady } from './lab-steps.js';

/** Calls the API as a page of the hub does; answers what it says. */
export const asHub = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([verb, address, sent]) => {
      const { csrfToken } = (await (await fetch('/api/v1/auth/me')).json()) as { csrfToken: string };
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrfToken };
      const more = sent === undefined ? {} : { body: JSON.stringify(sent) };
      const answer = await fetch(`/api/v1${address}`, { method: verb, headers, ...more });
      if (!answer.ok) throw new Error(`${address}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    [method, path, body] as const
  );

const smallest = { executors: 0, cores: 1, memory: 2 ** 30, gpus: 0 };

const serverOf = (project: string): string => `/projects/${project}/notebook-server`;

const isIn = (page: Page, project: string, wanted: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const { state } = await asHub<{ state: string }>(page, 'GET', serverOf(project));
      if (state !== wanted) throw new Error(`the notebook server is ${state}`);
    },
    { timeout: 180_000, interval: 250 }
  );

/** Starts the notebook server in a project, by no page that would tell of it; resolves when it is ready. */
export const startQuietly = async (page: Page, project: string): Promise<void> => {
  await asHub(page, 'PUT', serverOf(project), smallest);
  await isIn(page, project, 'ready');
};

/** Stops it again, for whoever begins where nothing runs. */
export const stopQuietly = async (page: Page, project: string): Promise<void> => {
  await asHub(page, 'DELETE', serverOf(project));
  await isIn(page, project, 'absent');
};

/** Starts the notebook server and opens its JupyterLab from the project's page on the hub. */
export const enterLab = async (page: Page, hub: string, project: string): Promise<void> => {
  await page.goto(`${hub}/projects/${project}`);
  await startQuietly(page, project);
  await page.getByRole('button', { name: 'Open JupyterLab' }).click({ timeout: 180_000 });
  await labReady(page);
};

/** A fresh one-time address, made for the person who is signed in on the hub. */
export const enterAddress = async (
  context: BrowserContext,
  hub: string,
  project: string
): Promise<string> => {
  const page = await context.newPage();
  await page.goto(hub);
  const { url } = await asHub<{ url: string }>(page, 'POST', `${serverOf(project)}/entry`);
  await page.close();
  return url;
};
