import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import type { Client } from '../../testing/client.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let eve: Client;

beforeAll(async () => {
  test = await startPlatform();
  [ada, bob, eve] = await Promise.all([test.user('ada'), test.user('bob'), test.user('eve')]);
});
afterAll(() => test.close());

const create = (who: Client, body: object, headers = {}) =>
  who.send('POST', '/api/v1/projects', { body, headers });

describe('projects', () => {
  it('makes the caller its data owner', async () => {
    const made = await create(ada, { name: 'genes', description: 'Human genes' });
    expect(made).toMatchObject({ status: 201, body: { name: 'genes', role: 'data_owner', members: 1 } });
    expect((await ada.send('GET', '/api/v1/projects')).body).toMatchObject({
      items: [{ name: 'genes' }],
      nextCursor: null
    });
  });

  it('are listed with what is used of them, where that is asked for', async () => {
    const file = '/api/v1/projects/genes/datasets/Jupyter/files/a.py';
    expect((await ada.send('PUT', file, { raw: 'print(1)' })).status).toBe(201);
    await vi.waitFor(async () => {
      expect((await ada.send('GET', '/api/v1/projects?with=use')).body).toMatchObject({
        items: [
          {
            name: 'genes',
            use: {
              changedAt: expect.any(String) as string,
              cores: { used: 0 },
              memory: { used: 0 },
              bytes: { used: 8 }
            }
          }
        ]
      });
    }, 15_000);
    expect((await bob.send('GET', '/api/v1/projects?with=use')).body).toMatchObject({ items: [] });
    const { items } = (await ada.send('GET', '/api/v1/projects')).body as { items: object[] };
    expect(items.every(item => !('use' in item))).toBe(true);
  });

  it.each(['', 'Genes', 'a__b', '_a', 'a_', '1a', 'a'.repeat(31), 'a-b', 'ä'])(
    'refuses the name %j and changes nothing',
    async name => {
      const refused = await create(ada, { name });
      expect(refused).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', errors: [{ pointer: '/body/name' }] }
      });
    }
  );

  it('gives a name only once', async () => {
    expect(await create(bob, { name: 'genes' })).toMatchObject({
      status: 409,
      body: { code: 'project.name-taken' }
    });
  });

  it('names every fault of a body', async () => {
    const { body } = await create(ada, { name: 'A', description: 'x'.repeat(501), more: 1 });
    expect((body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/body',
      '/body/description',
      '/body/name'
    ]);
  });

  it('answers the same to the same idempotency key, and refuses it for another request', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const [first, second] = [
      await create(ada, { name: 'once' }, headers),
      await create(ada, { name: 'once' }, headers)
    ];
    expect(second).toMatchObject({ status: 201, body: first.body as object });
    expect(await create(ada, { name: 'twice' }, headers)).toMatchObject({
      status: 409,
      body: { code: 'request.idempotency-conflict' }
    });
  });

  it('pages', async () => {
    const first = (await ada.send('GET', '/api/v1/projects?limit=1')).body as {
      items: { name: string }[];
      nextCursor: string;
    };
    const second = (await ada.send('GET', `/api/v1/projects?limit=1&cursor=${first.nextCursor}`)).body;
    expect([first.items[0]?.name, (second as typeof first).items[0]?.name]).toEqual(['genes', 'once']);
    expect(await ada.send('GET', '/api/v1/projects?cursor=!!')).toMatchObject({ status: 400 });
  });
});

describe('members', () => {
  const put = (who: Client, user: string, role: string) =>
    who.send('PUT', `/api/v1/projects/genes/members/${user}`, { body: { role } });

  it('are added by a data owner only', async () => {
    expect(await put(bob, 'bob', 'data_owner')).toMatchObject({
      status: 404,
      body: { code: 'project.unknown' }
    });
    expect(await put(ada, 'bob', 'data_scientist')).toMatchObject({
      status: 200,
      body: { user: 'bob', role: 'data_scientist' }
    });
    expect(await put(bob, 'eve', 'data_scientist')).toMatchObject({
      status: 403,
      body: { code: 'access.denied' }
    });
    expect(await put(ada, 'nobody', 'data_scientist')).toMatchObject({
      status: 404,
      body: { code: 'user.unknown' }
    });
  });

  it('leave a row of each refusal, once a minute', async () => {
    await put(bob, 'eve', 'data_scientist');
    const rows = await test
      .db('journal')
      .where({ outcome: 'refused', action: 'putMember', project: 'genes' });
    expect(rows).toMatchObject([
      { actor: 'bob', project_user: 'genes__bob', channel: 'token', data: { code: 'access.denied' } }
    ]);
  });

  it('do not exist for others: the same answer as for a project that is not there', async () => {
    const [hidden, absent] = [
      await eve.send('GET', '/api/v1/projects/genes'),
      await eve.send('GET', '/api/v1/projects/nothing')
    ];
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    expect(JSON.stringify(hidden.body)).not.toContain('Human');
  });

  it('always keep one data owner, also when two step down at once', async () => {
    expect(await put(ada, 'ada', 'data_scientist')).toMatchObject({
      status: 409,
      body: { code: 'member.last-owner' }
    });
    await put(ada, 'bob', 'data_owner');
    const both = await Promise.all([put(ada, 'ada', 'data_scientist'), put(bob, 'bob', 'data_scientist')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const owners = await test.db('members').where({ project: 'genes', role: 'data_owner' });
    expect(owners).toHaveLength(1);
  });

  const ownersNow = (): Promise<string[]> =>
    test.db('members').where({ project: 'genes', role: 'data_owner' }).pluck<string[]>('username');

  it('keep a data owner where two of them demote each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const [left] = await ownersNow();
      await put(left === 'ada' ? ada : bob, left === 'ada' ? 'bob' : 'ada', 'data_owner');
      expect(await ownersNow()).toHaveLength(2);
      const both = await Promise.all([put(ada, 'bob', 'data_scientist'), put(bob, 'ada', 'data_scientist')]);
      const [done, refused] = both.map(({ status }) => status).sort();
      expect(done).toBe(200);
      expect([403, 409]).toContain(refused);
      expect(await ownersNow()).toHaveLength(1);
    }
  });

  it('are told live, resumable without loss', async () => {
    const owner = (await ownersNow())[0] === 'ada' ? ada : bob;
    await put(owner, 'eve', 'data_scientist');
    const path = '/api/v1/projects/genes/events';
    const all = await owner.events(
      path,
      events => events.some(({ data }) => (data as { asset: string }).asset === 'member:eve'),
      { 'last-event-id': '0' }
    );
    expect(all[0]?.data).toMatchObject({ action: 'project.created', actor: 'ada' });
    const live = owner.events(path, events => events.length > 0, { 'last-event-id': all.at(-1)?.id ?? '' });
    await owner.send('DELETE', '/api/v1/projects/genes/members/eve');
    expect((await live)[0]).toMatchObject({ event: 'journal', data: { action: 'member.removed' } });
    expect(await eve.send('GET', '/api/v1/projects/genes')).toMatchObject({ status: 404 });
  });
});
