import type { metering } from '@hopslab/schema';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from './backend.js';
import { expectAccessible, glance, type Visit } from './platform/browser.js';
import { useStage } from './stage.js';

const stage = useStage();
let backend: Backend;
let visitor: Visit;
let page: Page;
beforeEach(() => {
  ({ backend, visitor, page } = stage);
});

const open = (section = 'Data seen'): Promise<void> => stage.openSettings(section);

const mebibyte = 2 ** 20;

/** Thirty days of somebody. */
const seenBy = (user: string, factor: number): metering.Seen[] =>
  Array.from({ length: 30 }, (_, n) => ({
    user,
    day: new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10),
    bytes: factor * (5 + ((n * 7) % 11)) * mebibyte
  }));

describe('the section Data seen', () => {
  it('shows everybody’s days, and one’s', async () => {
    const long = 'w'.repeat(30);
    backend.seen = [...seenBy('bob', 1), ...seenBy(long, 40), ...seenBy('gone', 2)];
    backend.members.push({
      user: long,
      displayName: 'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Elder',
      role: 'data_scientist',
      since: '2026-11-01T08:00:00.000Z'
    });
    await open();
    await page.getByRole('img', { name: /GiB sent to everybody in these days/ }).waitFor();
    await page.getByRole('row', { name: /Wolfeschlegel.*200 MiB.*600 MiB.* GiB/ }).waitFor();
    await page.getByRole('row', { name: /gone \(not a member now\)/ }).waitFor();
    await page.getByLabel('Member', { exact: true }).selectOption('Bob');
    await page.getByRole('img', { name: /MiB sent to Bob in these days/ }).waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `data-seen-${theme}`);
      await expectAccessible(page, `data seen, ${theme}`);
    });
    expect(visitor.complaints).toEqual([]);
  });

  it('says where nothing is yet, and what could not be had', async () => {
    backend.refuse(/metering/, 'service.unavailable');
    await open();
    await page.getByRole('alert').getByText('A service is not available').first().waitFor();
    backend.accept();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No data scientist opened JupyterLab in the last 30 days.').waitFor();
    await expectAccessible(page, 'no data seen');
  });

  it('is the data owners’', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    await open();
    await page.getByText(/Only data owners see how much was looked at/).waitFor();
    expect(backend.requests.filter(what => what.includes('metering'))).toEqual([]);
  });
});

describe('the section Internet', () => {
  const today = new Date().toISOString().slice(0, 10);

  it('shows the switch, and what was carried', async () => {
    backend.egress = { enabled: true };
    backend.carried = [
      { user: 'ada', day: '2026-11-01', sent: mebibyte, received: 3 * mebibyte },
      { user: 'ada', day: today, sent: 2 * mebibyte, received: 2 ** 30 },
      { user: 'gone', day: today, sent: 0, received: 10 }
    ];
    await open('Internet');
    await page.getByText('On: data owners’ programs reach the internet.').waitFor();
    await page.getByRole('row', { name: /Ada.*2 MiB.*3 MiB.* GiB/ }).waitFor();
    await page.getByRole('row', { name: /gone \(not a member now\)/ }).waitFor();
    await stage.inBothThemes(async theme => {
      await glance(page, `internet-${theme}`);
      await expectAccessible(page, `internet, ${theme}`);
    });
    expect(visitor.complaints).toEqual([]);
  });

  it('asks for it to be switched on, which waits for a click on the hub', async () => {
    await open('Internet');
    await page.getByText('No program reached the internet in the last 30 days.').waitFor();
    await page.getByRole('button', { name: 'Switch on…' }).click();
    await page.getByText('It is asked: PUT /api/v1/projects/demo/egress').waitFor();
    const confirm = page.getByRole('link', { name: 'Confirm on the hub' });
    await expect.poll(() => confirm.getAttribute('href')).toContain(`${backend.me.hubUrl}/pending/`);
    backend.egress = { enabled: true };
    backend.emit('journal', {
      position: 1,
      at: '2026-11-20T09:00:00Z',
      actor: 'ada',
      action: 'egress.enabled',
      asset: 'project:demo'
    });
    await page.getByRole('button', { name: 'Switch off…' }).waitFor();
  });

  it('is switched by data owners', async () => {
    backend.me = {
      ...backend.me,
      project: { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' }
    };
    await open('Internet');
    await page.getByText('Off: no program reaches the internet.').waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: 'Switch on…' }).getAttribute('aria-disabled'))
      .toBe('true');
    expect(backend.requests.filter(what => what.includes('egress/use'))).toEqual([]);
  });
});
