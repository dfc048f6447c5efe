import { problems, type ProblemCode } from '@hopslab/schema';
import type { Page } from 'playwright-core';

const below = (path: string): string => `**/api/v1${path}`;

/** What the platform really answers to this page's person. */
export const asked = <T>(page: Page, path: string): Promise<T> =>
  page.evaluate(async at => (await (await fetch(`/api/v1${at}`)).json()) as T, path);

/** From now on this page is answered so. */
export const answer = async (page: Page, path: string, body: unknown): Promise<void> => {
  await page.route(below(path), route => route.fulfill({ json: body }));
};

/** From now on this page is refused so, as the platform would. */
export const refuse = async (page: Page, path: string, code: ProblemCode, detail: string): Promise<void> => {
  const { status, title } = problems[code];
  const type = `urn:hopslab:problem:${code}`;
  await page.route(below(path), route =>
    route.fulfill({
      status,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type, title, status, code, detail, requestId: 'req-7f3a', retriable: false })
    })
  );
};
