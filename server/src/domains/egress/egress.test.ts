import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '@hopslab/schema';
import type { Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import { createEgressService } from './egress.service.js';
import { createEgressStore } from './egress.store.js';

let test: TestPlatform;
let ada: Readonly<Record<Channel, Client>>;
const path = '/api/v1/projects/atlas/egress';
const on = { body: { enabled: true } };

beforeAll(async () => {
  test = await startPlatform();
  const owner = await test.user('ada');
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  ada = await doorsOf(test, 'ada', 'atlas');
});
afterAll(() => test.close());

const switches = () =>
  test.db('journal').whereIn('action', ['egress.enabled', 'egress.disabled']).orderBy('id').pluck('action');

describe('the switch', () => {
  it('is off at first, and is the hub’s: a page of a notebook can only ask', async () => {
    expect((await ada.hub.send('GET', path)).body).toEqual({ enabled: false });
    const asked = await ada.notebook.send('PUT', path, on);
    expect(asked).toMatchObject({
      status: 202,
      body: {
        pending: { summary: expect.stringContaining('every data owner of the project atlas') as string }
      }
    });
    expect((await ada.sandbox.send('PUT', path, on)).status).toBe(403);
    expect((await ada.hub.send('GET', path)).body).toEqual({ enabled: false });
    const { url } = (asked.body as { pending: { id: string; url: string } }).pending;
    expect(url).toContain('/pending/');
    expect(await switches()).toEqual([]);
  });

  it('is journaled once per change, and minds If-Match', async () => {
    const before = await ada.hub.send('GET', path);
    expect(await ada.hub.send('PUT', path, on)).toMatchObject({ status: 200, body: { enabled: true } });
    expect((await ada.hub.send('PUT', path, on)).status).toBe(200);
    const stale = { body: { enabled: false }, headers: { 'if-match': String(before.headers['etag']) } };
    expect((await ada.hub.send('PUT', path, stale)).status).toBe(412);
    expect((await ada.sandbox.send('GET', path)).body).toEqual({ enabled: true });
    expect((await ada.token.send('PUT', path, { body: { enabled: false } })).status).toBe(200);
    expect(await switches()).toEqual(['egress.enabled', 'egress.disabled']);
  });

  it('opens for data owners that begin while it is on, and for nobody else', async () => {
    const service = createEgressService(test.db);
    expect(await service.opensFor('atlas', 'data_owner')).toBe(false);
    await ada.hub.send('PUT', path, on);
    expect(await service.opensFor('atlas', 'data_owner')).toBe(true);
    expect(await service.opensFor('atlas', 'data_scientist')).toBe(false);
    expect(await service.opensFor('other', 'data_owner')).toBe(false);
  });
});

it('what was carried is summed by member and day; a sum that comes twice counts once', async () => {
  const store = createEgressStore(test.db);
  const one = {
    project: 'atlas',
    username: 'ada',
    day: '2026-11-20',
    source: '0'.repeat(8) + '-0000-4000-8000-' + '0'.repeat(12)
  };
  for (const bytes of [5, 7, 6]) await store.keep('sent', [{ ...one, bytes }]);
  await store.keep('sent', [{ ...one, source: one.source.replace(/0$/, '1'), bytes: 10 }]);
  await store.keep('received', [{ ...one, day: '2026-11-21', bytes: 3 }]);
  const { body } = await ada.hub.send('GET', `${path}/use?from=2026-11-01&to=2026-11-30`);
  expect(body).toEqual({
    items: [
      { user: 'ada', day: '2026-11-20', sent: 17, received: 0 },
      { user: 'ada', day: '2026-11-21', sent: 0, received: 3 }
    ],
    nextCursor: null
  });
});
