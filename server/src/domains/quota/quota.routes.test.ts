import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { quota } from '@hopslab/schema';
import type { Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { gibibyte, small } from '../../testing/notebooks.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let admin: Client;
let ada: Client;
let bob: Client;

const base = '/api/v1/projects/atlas';
const limits = '/api/v1/quota/projects/atlas';

beforeAll(async () => {
  test = await startPlatform();
  admin = await test.user('root', { admin: true });
  [ada, bob] = await Promise.all([test.user('ada'), test.user('bob')]);
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await ada.send('PUT', `${base}/members/bob`, { body: { role: 'data_scientist' } });
});
afterAll(() => test.close());

const code = (answer: { body: unknown }) => (answer.body as { code?: string }).code;
const detail = (answer: { body: unknown }) => (answer.body as { detail: string }).detail;
const quotaOf = async (who: Client) => (await who.send('GET', `${base}/quota`)).body as quota.Quota;
const journaled = (action: string) =>
  test.db('journal').where({ project: 'atlas', action }).orderBy('id').pluck('asset');

describe('a project’s quota', () => {
  it('is the installation’s until an administrator sets it', async () => {
    expect(await quotaOf(bob)).toMatchObject({
      limits: { cores: 8, memory: 16 * gibibyte, servers: 10, coreHours: null, gpuTypes: {} },
      myLimits: { cores: 8, memory: 8 * gibibyte, servers: 1 },
      month: { project: { coreHours: 0, gpuHours: 0 } },
      warnings: []
    });
    const body = { cores: 3, coreHours: 100, gpuTypes: { A100: 2 } };
    const answer = await admin.send('PUT', limits, { body });
    expect(answer).toMatchObject({
      status: 200,
      body: { set: body, limits: { ...body, memory: 16 * gibibyte } }
    });
    expect(await admin.send('GET', limits)).toMatchObject({ status: 200, body: { set: body } });
    // A part is never more than the whole.
    expect(await quotaOf(bob)).toMatchObject({
      limits: body,
      myLimits: { cores: 3, coreHours: 100, gpuTypes: { A100: 2 }, memory: 8 * gibibyte },
      project: { limit: { cores: 3 } },
      user: { limit: { cores: 3 } }
    });
    expect(await journaled('quota.set')).toEqual(['quota:atlas']);
    const over = await bob.send('PUT', `${base}/notebook-server`, { body: { ...small, cores: 4 } });
    expect(detail(over)).toMatch(/You ask for 4 cores; 3 cores free in atlas, out of 3 cores/);
  });

  it('is set by nobody else, and not for a project that is not there', async () => {
    expect(code(await ada.send('PUT', limits, { body: {} }))).toBe('access.denied');
    expect(code(await admin.send('PUT', '/api/v1/quota/projects/nowhere', { body: {} }))).toBe(
      'project.unknown'
    );
  });

  it('names every fault of absurd limits', async () => {
    const body = { cores: -1, memory: 1.5, colour: 'blue', gpuTypes: { '': 1 } };
    const answer = await admin.send('PUT', limits, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect((answer.body as { errors: unknown[] }).errors.length).toBeGreaterThanOrEqual(4);
  });
});

describe('a member’s part', () => {
  it('is given by a data owner, within the project’s', async () => {
    const bobs = `${base}/quota/users/bob`;
    expect(code(await bob.send('PUT', bobs, { body: { cores: 1 } }))).toBe('access.denied');
    const above = await ada.send('PUT', bobs, { body: { cores: 4, gpuTypes: { A100: 3 } } });
    expect(code(above)).toBe('quota.above-project');
    expect(detail(above)).toMatch(/cores, A100/);
    expect(await ada.send('PUT', bobs, { body: { cores: 2, coreHours: 5 } })).toMatchObject({
      status: 200,
      body: { user: 'bob', limits: { cores: 2, coreHours: 5, servers: 1 }, used: { cores: 0 } }
    });
    const { items } = (await bob.send('GET', `${base}/quota/users`)).body as { items: quota.UserQuota[] };
    expect(items.map(({ user, limits }) => [user, limits.cores])).toEqual([
      ['ada', 3],
      ['bob', 2]
    ]);
    expect(await journaled('quota.set')).toContain('quota:atlas/bob');
  });

  it('is nobody’s who is not in the project, and no matter for a notebook', async () => {
    expect(code(await ada.send('PUT', `${base}/quota/users/root`, { body: {} }))).toBe('member.unknown');
    const { notebook } = await doorsOf(test, 'ada', 'atlas');
    const asked = await notebook.send('PUT', `${base}/quota/users/bob`, { body: {} });
    expect(asked.status).not.toBe(200);
  });
});

describe('a request for more', () => {
  const ask = (asked: object, reason = 'Deep nets') =>
    ada.send('POST', `${base}/quota/requests`, { body: { asked, reason } });
  const answer = (id: string, body: object) =>
    admin.send('PUT', `/api/v1/quota/requests/${id}/answer`, { body });
  const idOf = (made: { body: unknown }) => (made.body as { id: string }).id;

  it('is granted in words, and sets what it asks for and nothing else', async () => {
    const made = await ask({ cores: 6, gpuHours: 50 });
    expect(made).toMatchObject({ status: 201, body: { state: 'waiting', by: 'ada', limits: { cores: 3 } } });
    const waiting = (await admin.send('GET', '/api/v1/quota/requests')).body as { items: { id: string }[] };
    expect(waiting.items.map(({ id }) => id)).toEqual([idOf(made)]);
    expect(await answer(idOf(made), { granted: true, words: 'Until May' })).toMatchObject({
      status: 200,
      body: { state: 'granted', answer: { words: 'Until May', by: 'root' } }
    });
    expect((await quotaOf(ada)).limits).toMatchObject({ cores: 6, gpuHours: 50, coreHours: 100 });
    expect(code(await answer(idOf(made), { granted: false }))).toBe('quota.request-answered');
    expect(await journaled('quota.asked')).toEqual([`quota-request:${idOf(made)}`]);
    expect(await journaled('quota.granted')).toEqual([`quota-request:${idOf(made)}`]);
  });

  it('is declined in words, and changes nothing', async () => {
    const made = await ask({ memory: 2 ** 40 });
    await answer(idOf(made), { granted: false, words: 'The machine has 32 GiB.' });
    const { items } = (await bob.send('GET', `${base}/quota/requests`)).body as {
      items: quota.QuotaRequest[];
    };
    expect(items[0]).toMatchObject({ state: 'declined', answer: { words: 'The machine has 32 GiB.' } });
    expect((await quotaOf(ada)).limits.memory).toBe(16 * gibibyte);
  });

  it('takes an owner, a reason and something asked for, and no more than five wait', async () => {
    const body = { asked: { cores: 9 }, reason: 'x' };
    expect(code(await bob.send('POST', `${base}/quota/requests`, { body }))).toBe('access.denied');
    expect(code(await ask({}))).toBe('request.invalid');
    expect(code(await ask({ cores: 9 }, '  '))).toBe('request.invalid');
    const all = await Promise.all(Array.from({ length: 8 }, () => ask({ cores: 9 })));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(code(all.find(({ status }) => status !== 201) ?? { body: {} })).toBe('quota.too-many-requests');
  });

  it('is answered by administrators alone, and once', async () => {
    expect(code(await ada.send('GET', '/api/v1/quota/requests'))).toBe('access.denied');
    expect(code(await answer('00000000-0000-4000-8000-000000000000', { granted: true }))).toMatch(/request/);
    const { items } = (await admin.send('GET', '/api/v1/quota/requests')).body as { items: { id: string }[] };
    const id = items[0]?.id ?? '';
    const both = await Promise.all([answer(id, { granted: true }), answer(id, { granted: false })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('what was used', () => {
  beforeAll(async () => {
    const row = (day: string, username: string, kind: string, amount: number) => ({
      project: 'atlas',
      day,
      username,
      kind,
      amount
    });
    await test
      .db('usage')
      .insert([
        row('2026-03-01', 'ada', 'cores', 7_200_000),
        row('2026-03-01', 'bob', 'cores', 3_600_000),
        row('2026-03-02', 'bob', 'memory', 1024 * 3_600_000),
        row('2026-03-02', 'bob', 'gpu:A100', 1_800_000)
      ]);
  });
  const usage = async (query: string) =>
    ((await bob.send('GET', `${base}/usage?${query}`)).body as { items: quota.Usage[] }).items;

  it('is told by day and by user', async () => {
    expect(await usage('from=2026-03-01&to=2026-03-31')).toEqual([
      { of: '2026-03-01', coreHours: 3, memoryHours: 0, gpuHours: {} },
      { of: '2026-03-02', coreHours: 0, memoryHours: 1, gpuHours: { A100: 0.5 } }
    ]);
    expect(await usage('from=2026-03-01&to=2026-03-31&by=user')).toEqual([
      { of: 'ada', coreHours: 2, memoryHours: 0, gpuHours: {} },
      { of: 'bob', coreHours: 1, memoryHours: 1, gpuHours: { A100: 0.5 } }
    ]);
    expect(await usage('to=2026-03-01')).toHaveLength(1);
    expect(await usage('')).toEqual([]);
  });

  it('refuses days that are none, and a time that ends before it begins', async () => {
    for (const query of ['from=2026-02-30', 'to=yesterday', 'from=2026-03-02&to=2026-03-01', 'by=hour'])
      expect(code(await bob.send('GET', `${base}/usage?${query}`))).toBe('request.invalid');
  });
});

describe('a month that is used up', () => {
  it('lends nothing new, and says when the month turns and who can grant more', async () => {
    await admin.send('PUT', limits, { body: { coreHours: 2 } });
    const day = new Date().toISOString().slice(0, 10);
    const row = { project: 'atlas', day, username: 'ada', kind: 'cores', amount: 7_200_000 };
    await test.db('usage').insert(row);
    const refused = await bob.send('PUT', `${base}/notebook-server`, { body: { ...small, wait: true } });
    expect(code(refused)).toBe('quota.used-up');
    expect(detail(refused)).toMatch(
      /atlas has used its 2 core-hours of this month\. The month turns on \d{4}-\d\d-01 at 00:00 UTC; an administrator can grant more/
    );
    expect((await quotaOf(bob)).month.project).toEqual({ coreHours: 2, gpuHours: 0 });
    await admin.send('PUT', limits, { body: { coreHours: 3 } });
    const started = await bob.send('PUT', `${base}/notebook-server`, { body: small });
    expect(code(started)).toBeUndefined();
  });
});
