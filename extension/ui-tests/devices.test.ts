import type { devices } from '@hopslab/schema';
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

const at = '2026-11-20T09:00:00.000Z';
const device = (name: string, user: string, more: Partial<devices.Device> = {}): devices.Device => ({
  name,
  project: 'demo',
  user,
  principal: `demo__${user}__${name}`,
  createdAt: at,
  lastUsedAt: at,
  lastAddress: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  certificates: [{ serial: '1', issuedAt: at, expiresAt: '2026-12-04T09:00:00.000Z' }],
  ...more
});
const grid = () => page.getByRole('grid', { name: 'Devices' });

describe('the section Devices', () => {
  it('shows whose they are and until when they are good', async () => {
    backend.devices = [
      device('phone', 'ada'),
      device('a23456789_b23456789_c23456789x', 'bob', {
        lastUsedAt: null,
        lastAddress: null,
        certificates: []
      })
    ];
    await stage.openSettings('Devices');
    await grid()
      .getByRole('row', { name: /phone you data owner/ })
      .waitFor();
    await grid()
      .getByRole('row', { name: /Bob data scientist never expired/ })
      .waitFor();
    await stage.inBothThemes(async theme => {
      await expectAccessible(page, `devices, ${theme}`);
      await glance(page, `devices-${theme}`);
    });
    expect(visitor.complaints).toEqual([]);
  });

  it('asks for a revocation, opens the hub for the click, and shows when it is done', async () => {
    await page.context().route(`${backend.me.hubUrl}/**`, route => route.fulfill({ body: 'the hub' }));
    backend.devices = [device('phone', 'ada'), device('meter', 'bob')];
    await stage.openSettings('Devices');
    const popping = page.context().waitForEvent('page');
    await grid().getByRole('button', { name: 'Revoke demo__bob__meter' }).click();
    await (await popping).waitForURL(`${backend.me.hubUrl}/pending/*`);
    expect(backend.held.map(({ what }) => what)).toEqual(['DELETE /api/v1/projects/demo/devices/meter']);
    await page.getByText('Waits for you to confirm it').waitFor();
    backend.devices = [device('phone', 'ada')];
    const event = { position: 1, at, actor: 'ada', action: 'device.revoked', asset: 'device:bob__meter' };
    backend.emit('journal', event);
    await grid()
      .getByRole('row', { name: /^meter/ })
      .waitFor({ state: 'detached' });
    await page.getByText('Waits for you to confirm it').waitFor({ state: 'detached' });
  });

  it('says where nothing is yet, and what could not be had', async () => {
    await stage.openSettings('Devices');
    await page.getByText('There is no device. It is made on the hub.').waitFor();
    await expectAccessible(page, 'no devices');
    backend.refuse(/devices$/, 'service.unavailable');
    const event = { position: 1, at, actor: 'ada', action: 'device.revoked', asset: 'device:bob__meter' };
    backend.emit('journal', event);
    await page.getByRole('alert').getByText('A service is not available').waitFor();
    backend.accept();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});
