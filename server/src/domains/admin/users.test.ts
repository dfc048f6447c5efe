import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startLab, type Lab } from '../../testing/lab.js';
import { password, type TestPlatform } from '../../testing/platform.js';

let lab: Lab;
let test: TestPlatform;
let root: Client;
let alan: Client;

beforeAll(async () => {
  lab = await startLab();
  ({ test } = lab);
  root = await test.user('root', { admin: true });
  alan = await test.user('alan', { admin: true });
});
afterAll(() => lab.test.close());

const users = '/api/v1/users';
const patch = (who: Client, name: string, body: object) => who.send('PATCH', `${users}/${name}`, { body });
const rowsOf = (user: string): Promise<string[]> =>
  test
    .db('journal')
    .where({ asset: `user:${user}` })
    .whereNot({ action: 'login' })
    .orderBy('id')
    .pluck<string[]>('action');

describe('the list of users', () => {
  it('tells who there is, page by page', async () => {
    const first = await root.send('GET', `${users}?limit=2`);
    expect(first).toMatchObject({ status: 200, body: { items: [{ name: 'ada' }, { name: 'alan' }] } });
    const { nextCursor } = first.body as { nextCursor: string };
    expect(await root.send('GET', `${users}?limit=10&cursor=${nextCursor}`)).toMatchObject({
      body: {
        items: [
          { name: 'bob', displayName: 'BOB', admin: false, locked: false, signIns: 1 },
          { name: 'eve' },
          { name: 'root', admin: true }
        ],
        nextCursor: null
      }
    });
  });

  it('finds by any part of a name, whatever its case; wildcards are letters', async () => {
    const found = async (q: string) =>
      (
        (await root.send('GET', `${users}?q=${encodeURIComponent(q)}`)).body as { items: { name: string }[] }
      ).items.map(({ name }) => name);
    expect(await found('LA')).toEqual(['alan']);
    expect(await found('%')).toEqual([]);
    expect(await found('_')).toEqual([]);
  });

  it('holds 10,000 and says when each was seen last', async () => {
    await test.db.raw(
      `insert into users (name, display_name, password_hash) select 'crowd' || n, 'Crowd', 'x' from generate_series(1, 10000) n`
    );
    const { body } = await root.send('GET', `${users}?limit=1000&q=crowd99`);
    expect((body as { items: unknown[] }).items).toHaveLength(111);
    expect((body as { items: unknown[] }).items[0]).toMatchObject({
      name: 'crowd99',
      signIns: 0,
      lastSeen: null
    });
  });
});

describe('a locked user', () => {
  it('is out of everything at once, what they run ends, and may come back', async () => {
    const id = await lab.begin();
    expect(await patch(root, 'bob', { locked: true })).toMatchObject({
      status: 200,
      body: { locked: true, signIns: 0 }
    });
    expect(await lab.bob.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    expect(await lab.driver.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    const body = { username: 'bob', password };
    expect(await test.anonymous.send('POST', '/api/v1/auth/login', { body })).toMatchObject({ status: 401 });
    expect(await lab.owner.send('GET', `/api/v1/projects/atlas/experiments/${id}`)).toMatchObject({
      body: { state: 'stopped', reason: 'An administrator locked bob.' }
    });
    // Still a member, as the owners see.
    expect(await lab.owner.send('GET', '/api/v1/projects/atlas/members/bob')).toMatchObject({ status: 200 });

    expect(await patch(root, 'bob', { locked: false })).toMatchObject({ body: { locked: false } });
    expect(await lab.bob.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    expect(await test.anonymous.send('POST', '/api/v1/auth/login', { body })).toMatchObject({ status: 200 });
    expect(await rowsOf('bob')).toEqual(['user.created', 'user.locked', 'user.unlocked']);
  });

  it('has no access token any more, when they come back either', async () => {
    const tia = await test.user('tia');
    const make = () =>
      tia.send('POST', '/api/v1/auth/tokens', { body: { name: 'nightly', scopes: ['read'], days: 30 } });
    const { secret } = (await make()).body as { secret: string };
    const program = test.anonymous.with({ authorization: `Bearer ${secret}` });
    expect(await program.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 200 });
    await patch(root, 'tia', { locked: true });
    expect(await program.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    await patch(root, 'tia', { locked: false });
    expect(await program.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    expect(await test.db('access_tokens').where({ username: 'tia' })).toEqual([]);
    expect(
      await test.db('journal').where({ action: 'user.locked', asset: 'user:tia' }).first('data')
    ).toEqual({ data: { signIns: 1, tokens: 1 } });
  });

  it('gets no access token that they asked for just before', async () => {
    const ned = await test.user('ned');
    const body = { name: 'nightly', scopes: ['read'], days: 30 };
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, () => ned.send('POST', '/api/v1/auth/tokens', { body }))),
      patch(root, 'ned', { locked: true })
    ]);
    for (const { status } of answers) expect([201, 401]).toContain(status);
    expect(await test.db('access_tokens').where({ username: 'ned' })).toEqual([]);
  });

  it('is locked once, however often it is asked for', async () => {
    for (const locked of [true, true, false, false]) await patch(root, 'eve', { locked });
    expect(await rowsOf('eve')).toEqual(['user.created', 'user.locked', 'user.unlocked']);
  });

  it('has the devices that they had when they come back, and none until then', async () => {
    const { device } = await doorsOf(test, 'eve', 'atlas');
    expect(await device.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 200 });
    await patch(root, 'eve', { locked: true });
    expect(await device.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    await patch(root, 'eve', { locked: false });
    expect(await device.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 200 });
  });

  it('has to be there', async () => {
    expect(await patch(root, 'nobody', { locked: true })).toMatchObject({
      status: 404,
      body: { code: 'user.unknown' }
    });
    expect(await patch(root, 'eve', {})).toMatchObject({ status: 400 });
  });
});

describe('sign-ins', () => {
  it('end all at once; the user may sign in again', async () => {
    const ada = lab.owner;
    expect(await root.send('DELETE', `${users}/ada/sessions`)).toMatchObject({ status: 204 });
    expect(await ada.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    const body = { username: 'ada', password };
    expect(await test.anonymous.send('POST', '/api/v1/auth/login', { body })).toMatchObject({ status: 200 });
    expect(await rowsOf('ada')).toEqual(['user.created', 'user.signed-out']);
  });
});

describe('a password reset', () => {
  const login = (body: object) => test.anonymous.send('POST', '/api/v1/auth/login', { body });
  const reset = (who: Client, name: string) => who.send('POST', `${users}/${name}/password`);
  const passwordIn = ({ body }: { body: unknown }) => (body as { password: string }).password;
  const mine = 'umbrella teapot granite 7';

  it('ends every sign-in and token, and its password is good for choosing another one only', async () => {
    const pat = await test.user('pat');
    const made = await pat.send('POST', '/api/v1/auth/tokens', {
      body: { name: 'nightly', scopes: ['read'], days: 30 }
    });
    const program = test.anonymous.with({
      authorization: `Bearer ${(made.body as { secret: string }).secret}`
    });
    expect((await program.send('GET', '/api/v1/auth/me')).status).toBe(200);
    await pat.send('POST', '/api/v1/projects', { body: { name: 'pats' } });
    const phone = '/api/v1/projects/pats/devices/phone';
    expect(await pat.send('POST', `${phone}/certificate`, { body: { format: 'pem' } })).toMatchObject({
      body: { device: 'phone' }
    });

    const answer = await reset(root, 'pat');
    expect(answer.status).toBe(200);
    const given = passwordIn(answer);
    expect(given).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    for (const who of [pat, program]) expect((await who.send('GET', '/api/v1/auth/me')).status).toBe(401);
    expect(await login({ username: 'pat', password })).toMatchObject({ status: 401 });
    expect(await login({ username: 'pat', password: given })).toMatchObject({
      status: 403,
      body: { code: 'auth.must-change' }
    });
    for (const newPassword of [given, 'pat12345'])
      expect(await login({ username: 'pat', password: given, newPassword })).toMatchObject({
        status: 400,
        body: { code: 'auth.weak-password' }
      });
    expect(await login({ username: 'pat', password: given, newPassword: mine })).toMatchObject({
      status: 200
    });
    expect(await login({ username: 'pat', password: given, newPassword: mine })).toMatchObject({
      status: 401
    });
    expect(await login({ username: 'pat', password: mine })).toMatchObject({ status: 200 });
    expect(await test.db('devices').where({ username: 'pat' })).toEqual([]);
    expect(await test.db('journal').where({ action: 'device.revoked' })).toMatchObject([
      { actor: 'root', asset: 'device:pat__phone' }
    ]);
    expect(await rowsOf('pat')).toEqual(['user.created', 'user.password-reset', 'password.changed']);
    const kept = JSON.stringify([await test.db('journal'), await test.db('users')]);
    expect(kept).not.toContain(given);
  });

  it('is good for seven days', async () => {
    await test.user('liz');
    const given = passwordIn(await reset(root, 'liz'));
    const lasts = (interval: string) =>
      test
        .db('users')
        .where({ name: 'liz' })
        .whereRaw(`password_until between now() + ?::interval - interval '1 hour' and now() + ?::interval`, [
          interval,
          interval
        ])
        .first('name');
    expect(await lasts('7 days')).toEqual({ name: 'liz' });
    await test
      .db('users')
      .where({ name: 'liz' })
      .update({ password_until: test.db.raw('now()') });
    for (const more of [{}, { newPassword: mine }])
      expect(await login({ username: 'liz', password: given, ...more })).toMatchObject({
        status: 403,
        body: {
          code: 'auth.password-expired',
          detail: expect.stringMatching(/7 days.*administrator/) as string
        }
      });
    // Only who has it is told.
    expect(await login({ username: 'liz', password: 'another one' })).toMatchObject({ status: 401 });
    expect(
      await test
        .db('journal')
        .where({ action: 'login', asset: 'user:liz', outcome: 'refused' })
        .orderBy('id')
        .first()
    ).toMatchObject({ data: { code: 'auth.password-expired' } });

    const another = passwordIn(await reset(root, 'liz'));
    expect(await login({ username: 'liz', password: another, newPassword: mine })).toMatchObject({
      status: 200
    });
    expect(await test.db('users').where({ name: 'liz' }).first('must_change', 'password_until')).toEqual({
      must_change: false,
      password_until: null
    });
  });

  it('is good once, whoever comes with it at the same moment', async () => {
    await test.user('ivo');
    const given = passwordIn(await reset(root, 'ivo'));
    const both = await Promise.all(
      [mine, `${mine} 8`].map(newPassword => login({ username: 'ivo', password: given, newPassword }))
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('wins over a change that its person was about to make', async () => {
    const uma = await test.user('uma');
    const change = { current: password, password: mine };
    const [, given] = await Promise.all([
      uma.send('POST', '/api/v1/auth/password', { body: change }),
      reset(root, 'uma').then(passwordIn)
    ]);
    expect(await login({ username: 'uma', password: mine })).toMatchObject({ status: 401 });
    expect(await login({ username: 'uma', password: given })).toMatchObject({
      body: { code: 'auth.must-change' }
    });
  });

  it('leaves no device and no token that was asked for just before', async () => {
    const sue = await test.user('sue');
    await sue.send('POST', '/api/v1/projects', { body: { name: 'sues' } });
    const device = (n: number) =>
      sue.send('POST', `/api/v1/projects/sues/devices/d${String(n)}/certificate`, { body: {} });
    const body = { name: 'nightly', scopes: ['read'], days: 30 };
    const token = () => sue.send('POST', '/api/v1/auth/tokens', { body });
    const [answers] = await Promise.all([
      Promise.all([0, 1, 2, 3].flatMap(n => [device(n), token()])),
      reset(root, 'sue')
    ]);
    for (const { status } of answers) expect([201, 401]).toContain(status);
    for (const left of ['devices', 'access_tokens'])
      expect(await test.db(left).where({ username: 'sue' })).toEqual([]);
  });

  it('is not for oneself, nor for who is not there', async () => {
    expect(await reset(root, 'root')).toMatchObject({ status: 409, body: { code: 'user.yourself' } });
    expect((await root.send('GET', '/api/v1/auth/me')).status).toBe(200);
    expect(await reset(root, 'nobody')).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    // Another administrator's they may.
    const ola = await test.user('ola', { admin: true });
    expect(await reset(root, 'ola')).toMatchObject({ status: 200 });
    expect((await ola.send('GET', '/api/v1/auth/me')).status).toBe(401);
    await patch(root, 'ola', { admin: false });
  });
});

describe('a user whom an administrator creates', () => {
  it('signs in at once with the password that they were given, as programs do that create them', async () => {
    const made = { username: 'kim', password, displayName: 'Kim' };
    expect(await root.send('POST', users, { body: made })).toMatchObject({ status: 201 });
    const body = { username: 'kim', password };
    expect(await test.anonymous.send('POST', '/api/v1/auth/login', { body })).toMatchObject({ status: 200 });
  });
});

describe('administrators', () => {
  it('see nothing of a project that they are not in', async () => {
    expect(await root.send('GET', '/api/v1/projects/atlas')).toMatchObject({ status: 404 });
  });

  it('are made and unmade, with the very next request', async () => {
    const dan = await test.user('dan');
    expect(await dan.send('GET', users)).toMatchObject({ status: 403 });
    await patch(root, 'dan', { admin: true });
    expect(await dan.send('GET', users)).toMatchObject({ status: 200 });
    await patch(root, 'dan', { admin: false });
    expect(await dan.send('GET', users)).toMatchObject({ status: 403 });
    expect(await rowsOf('dan')).toEqual(['user.created', 'user.admin-made', 'user.admin-unmade']);
  });

  it('are never none: of two who unmake or lock each other at once, one stays', async () => {
    for (const change of [{ admin: false }, { locked: true }]) {
      const both = await Promise.all([patch(root, 'alan', change), patch(alan, 'root', change)]);
      const refused = both.filter(({ status }) => status !== 200);
      expect(refused).toHaveLength(1);
      // Who comes second is the last one, or is none any more.
      expect([401, 403, 409]).toContain(refused[0]?.status);
      const left = await test.db('users').where({ admin: true, locked: false }).pluck<string[]>('name');
      expect(left).toHaveLength(1);
      const [last = ''] = left;
      expect(await patch(last === 'root' ? root : alan, last, change)).toMatchObject({
        status: 409,
        body: { code: 'user.last-admin' }
      });
      await test.db('users').whereIn('name', ['root', 'alan']).update({ admin: true, locked: false });
    }
  });
});
