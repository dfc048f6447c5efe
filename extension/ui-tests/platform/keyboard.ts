import type { Page } from 'playwright-core';

const enough = 400;
/** What appears late has appeared by then; what no key reaches is missed however often. */
const rounds = 4;

/** What has the focus: its words, whether it is seen to have it, and a mark that is the same for the same element. */
const focused = (page: Page, within: string) =>
  page.evaluate(root => {
    const element = document.activeElement;
    // A page that has just come takes the focus itself, once, for screen readers.
    if (!(element instanceof HTMLElement) || element.tabIndex < 0) return null;
    element.setAttribute('data-walked', '');
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
    return {
      name: (element.getAttribute('aria-label') ?? element.textContent.trim()) || element.tagName,
      visible: outlined || boxShadow !== 'none',
      inside: element.closest(root) !== null
    };
  }, within);

/** Everything in sight that can be used, and has not been reached by Tab. */
const missed = (page: Page, within: string): Promise<string[]> =>
  page.evaluate(root => {
    const usable = 'a[href], button, input, select, textarea, [tabindex]';
    return [...document.querySelectorAll<HTMLElement>(`${root} :is(${usable})`)]
      .filter(element => element.tabIndex >= 0 && !element.matches(':disabled'))
      .filter(element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }))
      .filter(element => !element.hasAttribute('data-walked'))
      .map(element => (element.getAttribute('aria-label') ?? element.textContent.trim()) || element.tagName);
  }, within);

export interface Walk {
  /** The words of what was reached, in order. */
  readonly reached: readonly string[];
  /** What was reached and did not show it. */
  readonly unseen: readonly string[];
  /** What Tab never reached. */
  readonly missed: readonly string[];
}

const round = async (page: Page, within: string): Promise<Walk> => {
  const reached: string[] = [];
  const unseen: string[] = [];
  for (let step = 0; step < enough; step++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement?.hasAttribute('data-walked'))) break;
    const now = await focused(page, within);
    if (!now?.inside) continue;
    reached.push(now.name);
    if (!now.visible) unseen.push(now.name);
  }
  const left = await missed(page, within);
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('[data-walked]')) element.removeAttribute('data-walked');
  });
  return { reached, unseen, missed: left };
};

/** Goes by Tab through all that lies below `within`, from where the focus is; once more where something appeared on the way. */
export const walk = async (page: Page, within: string): Promise<Walk> => {
  let walked = await round(page, within);
  for (let more = 0; more < rounds && walked.missed.length > 0; more++) walked = await round(page, within);
  return walked;
};
