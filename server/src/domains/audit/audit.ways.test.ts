import type { Channel } from '@hopslab/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let doors: Readonly<Record<Channel, Client>>;
const address = '192.0.2.7';
const sweep = { metric: 'm', direction: 'maximize', algorithm: 'random', space: {}, planned: 1, parallel: 1 };

beforeAll(async () => {
  test = await startPlatform();
  const ada = await test.user('ada');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  doors = await doorsOf(test, 'ada', 'atlas');
});
afterAll(() => test.close());

const rowOf = (requestId: unknown) => test.db('journal').where({ request_id: String(requestId) });

it.each(['hub', 'token', 'notebook'] as const)(
  'a change through %s leaves who, as whom, how, from where and in which request',
  async channel => {
    const { status, headers } = await doors[channel].send('POST', '/api/v1/projects/atlas/datasets', {
      body: { name: channel },
      headers: { 'x-hopslab-client-address': address }
    });
    expect(status).toBe(201);
    expect(await rowOf(headers['x-request-id'])).toMatchObject([
      { actor: 'ada', project_user: 'atlas__ada', channel, address, action: 'dataset.created' }
    ]);
  }
);

it('a sandbox is named itself, whatever it says of an address', async () => {
  const { headers } = await doors.sandbox.send('POST', '/api/v1/projects/atlas/experiments', {
    body: { ...sweep, name: 'n' },
    headers: { 'x-hopslab-client-address': address }
  });
  expect(await rowOf(headers['x-request-id'])).toMatchObject([
    { actor: 'ada', project_user: 'atlas__ada', channel: 'sandbox', address: 'sandbox ada-s' }
  ]);
});

it('so does a refusal, and a sign-in that fails', async () => {
  const refused = await doors.notebook.send('PUT', '/api/v1/projects/atlas/notebook-server', {
    body: {},
    headers: { 'x-hopslab-client-address': address }
  });
  expect(await rowOf(refused.headers['x-request-id'])).toMatchObject([
    {
      actor: 'ada',
      project: 'atlas',
      project_user: 'atlas__ada',
      channel: 'notebook',
      outcome: 'refused',
      address
    }
  ]);
  const wrong = await test.anonymous.send('POST', '/api/v1/auth/login', {
    body: { username: 'ada', password: 'wrong' },
    headers: { 'x-hopslab-client-address': address }
  });
  expect(await rowOf(wrong.headers['x-request-id'])).toMatchObject([
    { actor: '(anonymous)', channel: 'hub', asset: 'user:ada', outcome: 'refused', address }
  ]);
});

it('what the machine’s command line does has no request', async () => {
  expect(await test.db('journal').where({ action: 'user.created' }).first()).toMatchObject({
    actor: '(command line)',
    channel: 'command line',
    address: null,
    request_id: null
  });
});
