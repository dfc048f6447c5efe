import type { pending as contract } from '@hopslab/schema';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

type Doors = Awaited<ReturnType<typeof doorsOf>>;

let test: TestPlatform;
let ada: Doors;
let bob: Doors;

beforeAll(async () => {
  test = await startPlatform();
  const [owner] = await Promise.all(['ada', 'bob', 'eve', 'zoe'].map(name => test.user(name)));
  await owner?.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await owner?.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  ada = await doorsOf(test, 'ada', 'atlas');
  bob = await doorsOf(test, 'bob', 'atlas');
});
afterAll(() => test.close());
afterEach(async () => {
  await test.db('pending_acts').delete();
  await test.db('members').where({ project: 'atlas', username: 'eve' }).delete();
});

const eve = '/api/v1/projects/atlas/members/eve';
const scientist = { body: { role: 'data_scientist' } };
const isMember = async (username = 'eve') =>
  (await test.db('members').where({ project: 'atlas', username }).first('role')) !== undefined;

/** What a page of ada's notebook gets when it asks to add eve. */
const asked = async (): Promise<contract.Held['pending']> => {
  const answer = await ada.notebook.send('PUT', eve, scientist);
  expect(answer.status).toBe(202);
  return (answer.body as contract.Held).pending;
};
const decide = (by: Doors['hub'], id: string, decision: 'confirm' | 'decline' = 'confirm') =>
  by.send('POST', `/api/v1/pending/${id}`, { body: { decision } });
const journaled = async (id: string): Promise<string[]> => {
  const rows = await test
    .db('journal')
    .where({ asset: `pending:${id}` })
    .orderBy('id')
    .select<{ action: string }[]>('action');
  return rows.map(row => row.action);
};

describe('a dangerous act that a notebook’s page asks for', () => {
  it('waits, and says what will happen, to whom and where it is confirmed', async () => {
    const act = await asked();
    expect(act.summary).toMatch(/Make eve a data scientist of the project atlas/);
    expect(act.url).toBe(`https://hopslab.localhost:8443/pending/${act.id}`);
    expect(Date.parse(act.expiresAt) - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(await isMember()).toBe(false);
    expect(await journaled(act.id)).toEqual(['pending.asked']);
    expect(await ada.hub.send('GET', `/api/v1/pending/${act.id}`)).toMatchObject({
      status: 200,
      body: { state: 'waiting', project: 'atlas', operation: 'putMember' }
    });
    expect((await ada.hub.send('GET', '/api/v1/pending')).body).toMatchObject({ items: [{ id: act.id }] });
  });

  it('is done when its person confirms it on the hub', async () => {
    const { id } = await asked();
    expect(await decide(ada.hub, id)).toMatchObject({
      status: 200,
      body: { pending: { state: 'done' }, answer: { user: 'eve', role: 'data_scientist' } }
    });
    expect(await isMember()).toBe(true);
    expect(await journaled(id)).toEqual(['pending.asked', 'pending.confirmed', 'pending.done']);
  });

  it('is not done when they decline it', async () => {
    const { id } = await asked();
    expect(await decide(ada.hub, id, 'decline')).toMatchObject({ body: { pending: { state: 'declined' } } });
    expect(await decide(ada.hub, id)).toMatchObject({ status: 409, body: { code: 'pending.over' } });
    expect(await isMember()).toBe(false);
    expect(await journaled(id)).toEqual(['pending.asked', 'pending.declined']);
  });

  it('is not held where it would be refused or is malformed', async () => {
    expect(await bob.notebook.send('PUT', eve, scientist)).toMatchObject({ status: 403 });
    const wrong = { body: { role: 'king' } };
    expect(await ada.notebook.send('PUT', eve, wrong)).toMatchObject({ status: 400 });
    const many = {
      body: { members: [{ user: 'eve', role: 'data_owner' }] },
      headers: { 'idempotency-key': 'k'.repeat(201) }
    };
    expect(await ada.notebook.send('POST', '/api/v1/projects/atlas/members', many)).toMatchObject({
      status: 400
    });
    for (const name of ['x\u202eyrotsih', 'x\u200b', 'x\n\nClick to go on', 'x” of yours for a minute. “']) {
      const token = { body: { name, scopes: ['manage'], days: 366 } };
      expect(await ada.notebook.send('POST', '/api/v1/auth/tokens', token)).toMatchObject({ status: 400 });
    }
    expect(await test.db('pending_acts').select()).toEqual([]);
  });

  it('is refused to a sandbox, in front of which nobody sits', async () => {
    expect(await ada.sandbox.send('PUT', eve, scientist)).toMatchObject({
      status: 403,
      body: { code: 'auth.hub-only' }
    });
    expect(await test.db('pending_acts').select()).toEqual([]);
  });

  it('waits once, however often it is asked for', async () => {
    const acts = await Promise.all(Array.from({ length: 6 }, asked));
    expect(new Set(acts.map(act => act.id)).size).toBe(1);
  });

  it('is one of ten at most', async () => {
    const ask = (n: number) => ada.notebook.send('PUT', `/api/v1/projects/atlas/members/m${n}`, scientist);
    const answers = await Promise.all(Array.from({ length: 14 }, (_, n) => ask(n)));
    expect(answers.filter(answer => answer.status === 202)).toHaveLength(10);
    expect(answers.filter(answer => answer.status === 429)).toHaveLength(4);
    // What has run out makes room.
    await test.db('pending_acts').update({ expires_at: test.db.raw(`now() - interval '1 second'`) });
    expect((await ask(99)).status).toBe(202);
  });
});

describe('a confirmation', () => {
  it('works once, also of many at the same moment', async () => {
    const { id } = await asked();
    const answers = await Promise.all(Array.from({ length: 8 }, () => decide(ada.hub, id)));
    expect(answers.map(answer => answer.status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
    await ada.hub.send('DELETE', eve);
    expect((await decide(ada.hub, id)).status).toBe(409);
    expect(await isMember()).toBe(false);
  });

  it('is too late after ten minutes', async () => {
    const { id } = await asked();
    await test.db('pending_acts').update({ expires_at: test.db.raw(`now() - interval '1 second'`) });
    expect((await ada.hub.send('GET', `/api/v1/pending/${id}`)).body).toMatchObject({ state: 'expired' });
    expect(await decide(ada.hub, id)).toMatchObject({ status: 409, body: { code: 'pending.over' } });
    expect(await isMember()).toBe(false);
    // The next one sweeps.
    await ada.notebook.send('DELETE', '/api/v1/projects/atlas/members/bob');
    expect(await journaled(id)).toEqual(['pending.asked', 'pending.expired']);
  });

  it('is judged by the rights of that moment', async () => {
    const { id } = await asked();
    await ada.hub.send('PUT', '/api/v1/projects/atlas/members/zoe', { body: { role: 'data_owner' } });
    await test.db('members').where({ username: 'ada' }).update({ role: 'data_scientist' });
    try {
      expect(await decide(ada.hub, id)).toMatchObject({
        status: 200,
        body: { pending: { state: 'refused', problem: { code: 'access.denied' } }, answer: null }
      });
      expect(await isMember()).toBe(false);
      expect(await journaled(id)).toContain('pending.refused');
    } finally {
      await test.db('members').where({ username: 'ada' }).update({ role: 'data_owner' });
    }
  });

  it('tells why the act could not be done', async () => {
    const me = '/api/v1/projects/atlas/members/ada';
    await test.db('members').where({ username: 'zoe' }).delete();
    const held = await ada.notebook.send('DELETE', me);
    expect(await decide(ada.hub, (held.body as contract.Held).pending.id)).toMatchObject({
      body: { pending: { state: 'refused', problem: { code: 'member.last-owner' } } }
    });
  });

  it.each(['notebook', 'sandbox', 'token', 'device'] as const)('cannot come through %s', async channel => {
    const { id } = await asked();
    expect(await decide(ada[channel], id)).toMatchObject({ status: 403, body: { code: 'auth.hub-only' } });
    expect(await ada[channel].send('GET', `/api/v1/pending/${id}`)).toMatchObject({ status: 403 });
    expect(await isMember()).toBe(false);
  });

  it('cannot come from another person, who does not learn of it', async () => {
    const { id } = await asked();
    expect(await decide(bob.hub, id)).toMatchObject({ status: 404, body: { code: 'pending.unknown' } });
    expect((await bob.hub.send('GET', '/api/v1/pending')).body).toMatchObject({ items: [] });
  });

  it('cannot be made by a page of another origin, nor without our pages’ token', async () => {
    const { id } = await asked();
    for (const site of ['same-site', 'cross-site'])
      expect(await decide(ada.hub.with({ 'sec-fetch-site': site }), id)).toMatchObject({
        status: 403,
        body: { code: 'auth.wrong-origin' }
      });
    expect(await decide(ada.hub.with({ 'x-csrf-token': 'x' }), id)).toMatchObject({
      status: 403,
      body: { code: 'auth.csrf' }
    });
    expect(await isMember()).toBe(false);
  });

  it('is on a page that nobody can frame', async () => {
    const { id } = await asked();
    const { headers } = await ada.hub.send('GET', `/pending/${id}`);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  });
});

describe('a secret in what was asked', () => {
  it('rests nowhere in the open, and what is made of it is answered on the hub only', async () => {
    const password = 'a very own password';
    const held = await ada.notebook.send('POST', '/api/v1/projects/atlas/devices/phone/certificate', {
      body: { format: 'p12', password }
    });
    expect(held.status).toBe(202);
    expect(JSON.stringify(held.body)).not.toContain(password);
    const [row] = await test.db('pending_acts').select<{ request: Buffer }[]>('*');
    expect(JSON.stringify({ ...row, request: row?.request.toString('latin1') })).not.toContain(password);
    const decided = await decide(ada.hub, (held.body as contract.Held).pending.id);
    expect(decided.body).toMatchObject({ answer: { device: 'phone' } });
    const [after] = await test.db('pending_acts').select<{ request: Buffer | null }[]>('request');
    expect(after?.request).toBeNull();
    expect(JSON.stringify(await test.db('journal').select())).not.toContain(password);
  });
});
