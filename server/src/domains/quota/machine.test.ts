import type { quota } from '@hopslab/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../testing/client.js';
import { gibibyte } from '../../testing/notebooks.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import { createLeasesStore } from './leases.store.js';

let test: TestPlatform;
let root: Client;
let ada: Client;

beforeAll(async () => {
  test = await startPlatform();
  [root, ada] = await Promise.all([test.user('root', { admin: true }), test.user('ada')]);
  for (const name of ['atlas', 'beagle', 'challenger', 'gone'])
    await ada.send('POST', '/api/v1/projects', { body: { name } });
  await test.db('projects').where({ name: 'gone' }).update({ state: 'deleted' });
  await root.send('PUT', '/api/v1/quota/projects/beagle', { body: { cores: 32, gpus: null } });
  const day = new Date().toISOString().slice(0, 10);
  await test
    .db('usage')
    .insert({ project: 'beagle', day, username: 'ada', kind: 'cores', amount: 7_200_000 });
  const leases = createLeasesStore(test.db);
  const total = { cores: 3, memory: 2 * gibibyte, gpus: 0, servers: 1 };
  const resources = { executors: 0, cores: 3, memory: 2 * gibibyte, gpus: 0 };
  for (const [id, project] of [
    ['1', 'beagle'],
    ['2', 'atlas']
  ] as const)
    await leases.insert({
      id: `00000000-0000-4000-8000-00000000000${id}`,
      project,
      user: 'ada',
      purpose: 'notebook',
      resources,
      total
    });
  await leases.grant('00000000-0000-4000-8000-000000000001', [], {});
  await leases.keepWaiting('00000000-0000-4000-8000-000000000002', 1, 'The machine is full.');
});
afterAll(() => test.close());

const get = async <T>(path: string): Promise<T> => {
  const answer = await root.send('GET', `/api/v1/quota/${path}`);
  expect(answer.status).toBe(200);
  return answer.body as T;
};
const projects = (query: string) =>
  get<{ items: quota.ProjectQuota[]; nextCursor: string | null }>(`projects?${query}`);

it('the machine’s capacity is told with what is held of it', async () => {
  const { capacity, defaults, coresSharedBy } = await get<quota.Machine>('machine');
  expect(capacity.used).toEqual({ cores: 3, memory: 2 * gibibyte, gpus: 0, servers: 1 });
  expect(capacity.limit.cores % coresSharedBy).toBe(0);
  expect(defaults).toMatchObject({ project: { cores: 8 }, user: { cores: 8, servers: 1 } });
});

it('leases of all projects are told, with who waits and why', async () => {
  expect(await get('leases')).toMatchObject({
    items: [
      { project: 'beagle', user: 'ada', state: 'held', cores: 3 },
      { project: 'atlas', state: 'queued', queuePosition: 1, reason: 'The machine is full.' }
    ]
  });
});

it('projects’ limits are told page by page, beside what they hold and have used', async () => {
  const first = await projects('limit=2');
  expect(first.items).toMatchObject([
    { project: 'atlas', set: {}, limits: { cores: 8 }, used: { cores: 0 }, month: { coreHours: 0 } },
    {
      project: 'beagle',
      set: { cores: 32, gpus: null },
      limits: { cores: 32, gpus: null },
      used: { cores: 3, servers: 1 },
      month: { coreHours: 2 }
    }
  ]);
  const names = async (query: string) => (await projects(query)).items.map(({ project }) => project);
  expect(await names(`limit=2&cursor=${first.nextCursor ?? ''}`)).toEqual(['challenger']);
  expect(await names('q=AG')).toEqual(['beagle']);
  expect(await names('q=%25')).toEqual([]);
  expect(await names('q=gone')).toEqual([]);
});

it('services are told to administrators, whether all is well or not', async () => {
  expect(await root.send('GET', '/api/v1/admin/services')).toMatchObject({
    status: 200,
    body: { ready: true, build: 'test', services: [{ name: 'server', state: 'ready' }] }
  });
});
