import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../../testing/client.js';
import { doorsOf, personalDoorsOf } from '../../testing/doors.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';

const other = 'umbrella teapot granite 7';
let test: TestPlatform;

beforeAll(async () => {
  test = await startPlatform();
});
afterAll(() => test.close());

const login = (username: string, more: object = {}, headers = {}): Promise<Answer> =>
  test.anonymous.send('POST', '/api/v1/auth/login', { body: { username, password, ...more }, headers });
const bearer = (token: string): Client => test.anonymous.with({ authorization: `Bearer ${token}` });
const tokenIn = ({ body }: Answer): string => (body as { token: string }).token;

interface Sessions {
  readonly items: readonly { id: string; device: string; current: boolean }[];
}

describe('sign-ins', () => {
  it('are listed with what they came from, and ended at once', async () => {
    await test.user('ada');
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const mine = bearer(tokenIn(await login('ada')));
    const lost = bearer(
      tokenIn(await login('ada', {}, { 'user-agent': firefox, 'x-hopslab-client-address': '192.0.2.77' }))
    );
    const { items } = (await mine.send('GET', '/api/v1/auth/sessions')).body as Sessions;
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    const found = items.find(({ device }) => device === 'Firefox on Linux');
    expect(found).toMatchObject({ address: '192.0.2.77', current: false });
    const path = `/api/v1/auth/sessions/${found?.id ?? ''}`;

    const eve = await test.user('eve');
    expect(await eve.send('DELETE', path)).toMatchObject({ status: 404, body: { code: 'session.unknown' } });
    expect((await lost.send('GET', '/api/v1/auth/me')).status).toBe(200);
    expect((await mine.send('DELETE', path)).status).toBe(204);
    expect((await lost.send('GET', '/api/v1/auth/me')).status).toBe(401);
    expect((await mine.send('DELETE', path)).status).toBe(404);

    expect((await mine.send('DELETE', '/api/v1/auth/sessions?but=this')).status).toBe(204);
    expect(((await mine.send('GET', '/api/v1/auth/sessions')).body as Sessions).items).toHaveLength(1);
  });

  it('begin anew with every sign-in: a cookie from before is never taken over', async () => {
    const planted = '__Host-hopslab_session=planted';
    const { headers } = await login('ada', {}, { cookie: planted });
    const given = String(headers['set-cookie']).split(';')[0];
    expect(given).not.toBe(planted);
    expect(
      await test.anonymous.send('GET', '/api/v1/auth/me', { headers: { cookie: planted } })
    ).toMatchObject({ status: 401 });
  });
});

describe('a personal access token', () => {
  const make = async (client: Client, body: object) =>
    (await client.send('POST', '/api/v1/auth/tokens', { body: { name: 'nightly', days: 30, ...body } })) as {
      status: number;
      body: { secret: string; token: { id: string } };
    };
  let tom: Client;

  beforeAll(async () => {
    tom = await test.user('tom');
    for (const name of ['lake', 'river']) await tom.send('POST', '/api/v1/projects', { body: { name } });
  });

  it('is shown once, kept as a hash, and does what its scopes say', async () => {
    const { status, body } = await make(tom, { scopes: ['read'] });
    expect(status).toBe(201);
    expect(body.secret).toMatch(/^hsl_[\w-]{43}$/);
    const reader = bearer(body.secret);
    expect((await reader.send('GET', '/api/v1/projects/lake')).status).toBe(200);
    expect(await reader.send('GET', '/api/v1/auth/me')).toMatchObject({ body: { via: 'token' } });
    for (const [method, path] of [
      ['POST', '/api/v1/projects'],
      ['PATCH', '/api/v1/projects/lake'],
      ['PUT', '/api/v1/projects/lake/notebook-server'],
      ['POST', '/api/v1/auth/tokens'],
      ['GET', '/api/v1/auth/tokens'],
      ['GET', '/api/v1/auth/sessions'],
      ['POST', '/api/v1/auth/password']
    ] as const)
      expect([403, 405], `${method} ${path}`).toContain(
        (await reader.send(method, path, { body: {} })).status
      );
    const list = JSON.stringify((await tom.send('GET', '/api/v1/auth/tokens')).body);
    expect(list).toContain('nightly');
    expect(list).not.toContain(body.secret);
    const rows = JSON.stringify([await test.db('access_tokens'), await test.db('journal')]);
    expect(rows).not.toContain(body.secret);
    expect(rows).toContain('token.created');
  });

  it('is named by every row of what was done with it, and of what was refused', async () => {
    const { secret, token } = (await make(tom, { scopes: ['read', 'manage'] })).body;
    const manager = bearer(secret);
    await manager.send('PATCH', '/api/v1/projects/lake', { body: { description: 'deep' } });
    await manager.send('POST', '/api/v1/auth/tokens', { body: { name: 'x', scopes: ['read'], days: 1 } });
    const rows = await test.db('journal').whereRaw(`data->>'accessToken' = ?`, [token.id]).orderBy('id');
    expect(rows.map(({ action, outcome }: Record<string, unknown>) => [action, outcome])).toEqual([
      ['project.updated', 'done'],
      ['createToken', 'refused']
    ]);
  });

  it.each([[['compute']], [['manage']], [['read', 'compute', 'manage']]])(
    'with the scopes %s never manages the account',
    async scopes => {
      const client = bearer((await make(tom, { scopes })).body.secret);
      expect(await client.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 200 });
      expect(await make(client, { scopes: ['read'] })).toMatchObject({
        status: 403,
        body: { code: 'access.denied' }
      });
    }
  );

  it('of one project knows no other, and nothing of the platform', async () => {
    const { body } = await make(tom, { scopes: ['read', 'manage'], project: 'lake' });
    const client = bearer(body.secret);
    expect((await client.send('GET', '/api/v1/projects/lake')).status).toBe(200);
    expect((await client.send('GET', '/api/v1/projects/river')).status).toBe(404);
    expect((await client.send('GET', '/api/v1/projects')).status).toBe(403);
    expect((await client.send('POST', '/api/v1/projects', { body: { name: 'x' } })).status).toBe(403);
    expect(await make(tom, { scopes: ['read'], project: 'nothing' })).toMatchObject({ status: 404 });
  });

  it('ends when it is revoked, expires, or its person is locked', async () => {
    const { body } = await make(tom, { scopes: ['read'] });
    const client = bearer(body.secret);
    const me = async () => (await client.send('GET', '/api/v1/auth/me')).status;
    expect(await me()).toBe(200);
    await test.db('users').where({ name: 'tom' }).update({ locked: true });
    expect(await me()).toBe(401);
    await test.db('users').where({ name: 'tom' }).update({ locked: false });
    const { id } = body.token;
    const eve = bearer(tokenIn(await login('eve')));
    expect((await eve.send('DELETE', `/api/v1/auth/tokens/${id}`)).status).toBe(404);
    expect((await tom.send('DELETE', `/api/v1/auth/tokens/${id}`)).status).toBe(204);
    expect(await me()).toBe(401);
    const old = await make(tom, { scopes: ['read'] });
    await test
      .db('access_tokens')
      .where({ id: old.body.token.id })
      .update({ expires_at: new Date(0) });
    expect((await bearer(old.body.secret).send('GET', '/api/v1/auth/me')).status).toBe(401);
    expect((await make(tom, { scopes: ['read'], days: 367 })).status).toBe(400);
    expect((await make(tom, { scopes: [] })).status).toBe(400);
  });

  it('is only asked for by a page of a notebook', async () => {
    const { notebook, hub } = await doorsOf(test, 'tom', 'lake');
    const asked = await make(notebook, { scopes: ['read'] });
    expect(asked.status).toBe(202);
    const { pending } = asked.body as unknown as { pending: { id: string; summary: string } };
    expect(pending.summary).toBe(
      'Make the access token “nightly” of yours, good for 30 days to read in all your projects.'
    );
    const decided = await hub.send('POST', `/api/v1/pending/${pending.id}`, {
      body: { decision: 'confirm' }
    });
    expect(decided).toMatchObject({ status: 200, body: { answer: { token: { name: 'nightly' } } } });
  });
});

describe('a password', () => {
  const change = (client: Client, body: object): Promise<Answer> =>
    client.send('POST', '/api/v1/auth/password', { body });

  it('is changed by who knows it, which ends every other sign-in', async () => {
    const stolen = await test.user('pat');
    const { hub } = await personalDoorsOf(test, 'pat');
    expect(await change(hub, { current: 'not it at all', password: other })).toMatchObject({
      status: 401,
      body: { code: 'auth.wrong-credentials' }
    });
    for (const weak of ['password', 'pat pat pat', 'qwertyuiop', 'hopslab1', password])
      expect(await change(hub, { current: password, password: weak }), weak).toMatchObject({
        status: 400,
        body: { code: 'auth.weak-password' }
      });
    expect((await stolen.send('GET', '/api/v1/auth/me')).status).toBe(200);
    expect((await change(hub, { current: password, password: other })).status).toBe(204);
    expect((await stolen.send('GET', '/api/v1/auth/me')).status).toBe(401);
    expect((await hub.send('GET', '/api/v1/auth/me')).status).toBe(200);
    expect((await login('pat')).status).toBe(401);
    expect((await login('pat', { password: other })).status).toBe(200);
    expect(JSON.stringify(await test.db('journal'))).not.toContain(other);
  });

  it('that somebody else set is changed at the next sign-in', async () => {
    await test.user('max');
    await test.db('users').where({ name: 'max' }).update({ must_change: true });
    expect(await login('max')).toMatchObject({ status: 403, body: { code: 'auth.must-change' } });
    expect(await login('max', { newPassword: 'password1' })).toMatchObject({ status: 400 });
    expect(await login('max', { newPassword: password })).toMatchObject({ status: 400 });
    expect(await login('max', { password: 'wrong', newPassword: other })).toMatchObject({ status: 401 });
    expect((await login('max', { newPassword: other })).status).toBe(200);
    expect((await login('max')).status).toBe(401);
    expect((await login('max', { password: other })).status).toBe(200);
  });
});

describe('a second factor', () => {
  const codeOf = (secret: string, secondsFromNow = 0): string =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: Date.now() + secondsFromNow * 1000
    });
  const path = '/api/v1/auth/second-factor';

  it('is asked for, by codes that are good once and by recovery codes', async () => {
    await test.user('sam');
    const { hub } = await personalDoorsOf(test, 'sam');
    expect(await hub.send('POST', path, { body: { password: 'not it' } })).toMatchObject({ status: 401 });
    const { body } = await hub.send('POST', path, { body: { password } });
    const { secret, uri, qr } = body as { secret: string; uri: string; qr: string };
    expect(uri).toContain(secret);
    expect(qr).toContain('<svg');
    // Not confirmed yet, so not asked for.
    expect((await login('sam')).status).toBe(200);
    expect(await hub.send('PUT', path, { body: { code: '000000x' } })).toMatchObject({
      status: 401,
      body: { code: 'auth.wrong-code' }
    });
    // The step before this one: a clock that is slow.
    const confirmed = await hub.send('PUT', path, { body: { code: codeOf(secret, -30) } });
    expect(confirmed.status).toBe(200);
    const { recoveryCodes } = confirmed.body as { recoveryCodes: string[] };
    expect(new Set(recoveryCodes).size).toBe(10);

    expect(await login('sam')).toMatchObject({ status: 401, body: { code: 'auth.second-factor' } });
    expect(await login('sam', { password: 'wrong', otp: codeOf(secret) })).toMatchObject({
      body: { code: 'auth.wrong-credentials' }
    });
    const far = codeOf(secret, 300);
    expect(await login('sam', { otp: far })).toMatchObject({ body: { code: 'auth.wrong-code' } });
    // The step after this one: a clock that is fast.
    const fast = codeOf(secret, 30);
    const twice = await Promise.all([login('sam', { otp: fast }), login('sam', { otp: fast })]);
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await login('sam', { otp: fast })).status).toBe(401);
    // An earlier one than the last that was taken.
    expect((await login('sam', { otp: codeOf(secret) })).status).toBe(401);

    const [first = '', second = ''] = recoveryCodes;
    expect((await login('sam', { otp: first.toUpperCase() })).status).toBe(200);
    expect((await login('sam', { otp: first })).status).toBe(401);
    expect(await hub.send('GET', path)).toMatchObject({ body: { on: true, recoveryCodesLeft: 9 } });
    expect(await hub.send('POST', path, { body: { password } })).toMatchObject({ status: 409 });

    const removal = { password, code: second };
    expect((await hub.send('POST', `${path}/removal`, { body: { ...removal, password: 'no' } })).status).toBe(
      401
    );
    expect((await hub.send('POST', `${path}/removal`, { body: { ...removal, code: first } })).status).toBe(
      401
    );
    expect((await hub.send('POST', `${path}/removal`, { body: removal })).status).toBe(204);
    expect((await login('sam')).status).toBe(200);
    const rows = JSON.stringify([await test.db('journal'), await test.db('second_factors')]);
    for (const hidden of [secret, first, second]) expect(rows).not.toContain(hidden);
  });

  it('bears few guesses, and none of them is another person’s', async () => {
    await test.user('gus');
    const { hub } = await personalDoorsOf(test, 'gus');
    const { body } = await hub.send('POST', path, { body: { password } });
    const { secret } = body as { secret: string };
    await hub.send('PUT', path, { body: { code: codeOf(secret, -30) } });
    for (let i = 0; i < 10; i++)
      expect(
        await login('gus', { otp: 'guess' }, { 'x-hopslab-client-address': `192.0.2.${i}` })
      ).toMatchObject({
        status: 401
      });
    expect(await login('gus', { otp: codeOf(secret) })).toMatchObject({
      status: 429,
      body: { code: 'auth.throttled' }
    });
    // Whoever does not know the password does not get that far, nor uses the tries up.
    expect((await login('eve')).status).toBe(200);
  });
});
