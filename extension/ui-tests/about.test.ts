import { activity } from '@hopslab/schema';
import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectAccessible, glance } from './platform/browser.js';
import { useStage } from './stage.js';

const stage = useStage();

const at = (minute: number): string => `2026-11-03T08:${String(minute).padStart(2, '0')}:00.000Z`;
const dot =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const hostile = `# Sensors
What they measured, **as it came**.

| column | unit |
|---|---|
| level | m |

![dot](${dot}) ![away](http://elsewhere.invalid/seen.png) [site](https://example.org/) [run](javascript:document.title='taken')
<script>document.title = 'taken'</script><img src=x onerror="document.title = 'taken'">
<a href="#" style="position:fixed;inset:0" class="jp-Dialog" id="jupyter-config-data">cover</a>
<iframe srcdoc="<script>parent.document.title='taken'</script>"></iframe>
<form action="https://elsewhere.invalid/"><input name="password"><button>Send</button></form>
<svg><a xlink:href="javascript:document.title='taken'"><text>svg</text></a></svg>
<math><mtext><table><mglyph><style><img src=x onerror="document.title='taken'"></style></mglyph></table></mtext></math>
<div style="background:url(http://elsewhere.invalid/style.png)" onclick="document.title='taken'" data-commandlinker-command="hub:logout">box</div>`;

const row = (name: string): Locator =>
  stage.page.locator('.hop-Datasets .jp-DirListing-item').filter({ hasText: name }).first();
const tab = (): Locator => stage.page.locator('.hop-About');
const about = async (name: string): Promise<void> => {
  await row(name).click({ button: 'right' });
  await stage.page.getByRole('menuitem', { name: 'About this dataset' }).click();
  await tab().getByRole('heading', { name, exact: true, level: 2 }).waitFor();
};

describe('what is to know of a dataset', () => {
  beforeEach(async () => {
    const done = [
      { action: 'file.moved', path: 'old.csv', to: 'Raw/2026/old.csv' },
      { action: 'share.changed', path: '', project: 'genes', permission: 'editable' },
      { action: 'file.uploaded', path: '2026/a.csv' },
      { action: 'dataset.created', path: '' }
    ];
    stage.backend.datasets.done = [...done, ...Array.from({ length: 60 }, () => done[2] ?? done[0])].map(
      (one, index) =>
        activity.Activity.parse({ ...one, position: 100 - index, at: at(59 - (index % 60)), actor: 'ada' })
    );
    await stage.open();
  });

  it('is its description, its README as it is harmless, and who changed what', async () => {
    const { page, backend } = stage;
    backend.datasets.put('Raw/README.md', hostile);
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    await about('Raw');
    await tab().getByRole('heading', { name: 'Sensors' }).waitFor();
    await tab().getByRole('cell', { name: 'level' }).waitFor();
    const readme = tab().locator('.hop-About-readme');
    expect(await readme.locator('img').evaluateAll(all => all.map(one => one.getAttribute('alt')))).toEqual([
      'dot'
    ]);
    expect(
      await readme
        .locator('*')
        .evaluateAll(all => [
          ...new Set(
            all.flatMap(one => one.getAttributeNames().filter(name => !['src', 'alt'].includes(name)))
          )
        ])
    ).toEqual(['href', 'target', 'rel']);
    expect(
      await readme.locator('a[href]').evaluateAll(all => all.map(one => one.getAttribute('href')))
    ).toEqual(['https://example.org/']);
    expect(
      await readme.locator('script, style, iframe, form, input, button, svg, math, object').count()
    ).toBe(0);
    await expect.poll(() => readme.innerText()).toContain('away');
    expect(await page.title()).not.toContain('taken');
    expect(asked.filter(url => url.includes('elsewhere'))).toEqual([]);

    const done = tab().getByRole('list', { name: 'What was done in it' }).getByRole('listitem');
    await expect.poll(() => done.count()).toBe(50);
    await done.filter({ hasText: 'Ada' }).first().waitFor();
    await done.filter({ hasText: 'let Raw be changed where it is shared' }).waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `about-${theme}`);
      await expectAccessible(page, `about a dataset, ${theme}`);
    });
    await tab().getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => done.count()).toBe(64);
  });

  it('is described by its owners, and empty, long and refused it is told in words', async () => {
    const { page, backend } = stage;
    await about('Raw');
    await tab().getByText('A file README.md in the dataset would be shown here.').waitFor();
    await tab().getByRole('button', { name: 'Edit the description' }).click();
    const long = 'Levels_of_every_sensor_since_the_first_one_was_built '.repeat(12).trim();
    await tab().getByLabel('Description').fill(long);
    await tab().getByRole('button', { name: 'Save' }).click();
    await tab().getByRole('button', { name: 'Edit the description' }).waitFor();
    expect(backend.datasets.list.find(({ name }) => name === 'Raw')?.description).toBe(long);
    await glance(page, 'about-long');
    await tab().getByRole('button', { name: 'Edit the description' }).click();
    await tab().getByLabel('Description').fill('');
    await tab().getByRole('button', { name: 'Save' }).click();
    await tab().getByRole('button', { name: 'Describe it' }).waitFor();

    backend.refuse(/readme/, 'service.unavailable');
    await row('Jupyter').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'About this dataset' }).click();
    await tab().getByText('A service is not available').filter({ visible: true }).waitFor();
    await glance(page, 'about-refused');
    backend.accept();
    await tab().getByRole('button', { name: 'Try again' }).click();
    await tab().getByText('Holds').filter({ visible: true }).waitFor();
  });
});
