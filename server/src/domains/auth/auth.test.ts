import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../testing/client.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let ada: Client;

beforeAll(async () => {
  test = await startPlatform();
  ada = await test.user('ada');
});
afterAll(() => test.close());

const login = (body: object, headers = {}) =>
  test.anonymous.send('POST', '/api/v1/auth/login', { body, headers });

/** Signs in as a browser does. */
const browser = async (): Promise<{ client: Client; csrf: string }> => {
  const { headers } = await login({ username: 'ada', password });
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  const client = test.anonymous.with({ cookie });
  const { body } = await client.send('GET', '/api/v1/auth/me');
  return { client, csrf: (body as { csrfToken: string }).csrfToken };
};

describe('signing in', () => {
  it('answers tokens and a cookie that scripts cannot read', async () => {
    const answer = await login({ username: 'ada', password });
    expect(answer).toMatchObject({ status: 200, body: { user: { name: 'ada', admin: false } } });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Host-hopslab_session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/
    );
  });

  it('gives no cookie to other names of this machine, whose cookies other servers share', async () => {
    const answer = await login({ username: 'ada', password }, { host: '127.0.0.1:8443' });
    expect(answer).toMatchObject({ status: 200, body: { user: { name: 'ada' } } });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('does not say whether the name or the password was wrong', async () => {
    const [one, other] = [
      await login({ username: 'ada', password: 'wrong' }),
      await login({ username: 'nobody', password: 'wrong' })
    ];
    expect(one).toMatchObject({ status: 401, body: { code: 'auth.wrong-credentials' } });
    expect((other.body as { detail: string }).detail).toBe((one.body as { detail: string }).detail);
  });

  it('slows down failures, not successes', async () => {
    const headers = { 'x-hopslab-client-address': '192.0.2.9' };
    for (let i = 0; i < 15; i++)
      expect((await login({ username: 'ada', password }, headers)).status).toBe(200);
    for (let i = 0; i < 10; i++)
      expect((await login({ username: 'ada', password: 'no' }, headers)).status).toBe(401);
    expect(await login({ username: 'ada', password }, headers)).toMatchObject({
      status: 429,
      body: { code: 'auth.throttled', retriable: true }
    });
    expect((await login({ username: 'ada', password })).status).toBe(200);
  });

  it('counts whoever has a whole network of addresses as one', async () => {
    const from = (i: number) => ({ 'x-hopslab-client-address': `2001:db8:1:2::${i.toString(16)}` });
    for (let i = 1; i <= 10; i++)
      expect((await login({ username: 'ada', password: 'no' }, from(i))).status).toBe(401);
    expect((await login({ username: 'ada', password: 'no' }, from(11))).status).toBe(429);
    const elsewhere = { 'x-hopslab-client-address': '2001:db8:1:3::1' };
    expect((await login({ username: 'ada', password }, elsewhere)).status).toBe(200);
  });

  it('admits no more guesses when they come all at once', async () => {
    const headers = { 'x-hopslab-client-address': '192.0.2.10' };
    const guesses = Array.from({ length: 40 }, (_, i) =>
      login({ username: 'ada', password: `no ${i}` }, headers)
    );
    const answers = (await Promise.all(guesses)).map(({ status }) => status);
    expect(answers.filter(status => status === 401).length).toBeLessThanOrEqual(11);
    expect(answers.filter(status => status === 429).length).toBeGreaterThanOrEqual(29);
  });

  it('refuses a sign-in that another site’s page sends', async () => {
    expect(await login({ username: 'ada', password }, { 'sec-fetch-site': 'cross-site' })).toMatchObject({
      status: 403
    });
  });
});

describe('a hub session', () => {
  it('writes only with its CSRF token and from its own origin', async () => {
    const { client, csrf } = await browser();
    const write = (headers: Record<string, string>) =>
      client.send('POST', '/api/v1/projects', { body: { name: 'from_browser' }, headers });
    expect(await write({})).toMatchObject({ status: 403, body: { code: 'auth.csrf' } });
    expect(await write({ 'x-csrf-token': 'x' })).toMatchObject({ status: 403 });
    for (const site of ['same-site', 'cross-site'])
      expect(await write({ 'x-csrf-token': csrf, 'sec-fetch-site': site })).toMatchObject({
        status: 403,
        body: { code: 'auth.wrong-origin' }
      });
    expect(await write({ 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' })).toMatchObject({
      status: 201
    });
  });

  it('ends with logout, its tokens too', async () => {
    const { headers, body } = await login({ username: 'ada', password });
    const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    const { token, refreshToken } = body as { token: string; refreshToken: string };
    const bearer = test.anonymous.with({ authorization: `Bearer ${token}` });
    expect((await bearer.send('POST', '/api/v1/auth/logout')).status).toBe(204);
    expect(await test.anonymous.send('GET', '/api/v1/auth/me', { headers: { cookie } })).toMatchObject({
      status: 401
    });
    expect(await bearer.send('GET', '/api/v1/auth/me')).toMatchObject({ status: 401 });
    expect(
      await test.anonymous.send('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
    ).toMatchObject({ status: 401 });
  });
});

describe('tokens', () => {
  it('are refreshed once; a second use ends the session', async () => {
    const { body } = await login({ username: 'ada', password });
    const refresh = (refreshToken: string) =>
      test.anonymous.send('POST', '/api/v1/auth/refresh', { body: { refreshToken } });
    const first = (body as { refreshToken: string }).refreshToken;
    const second = await refresh(first);
    expect(second.status).toBe(200);
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh((second.body as { refreshToken: string }).refreshToken)).status).toBe(401);
  });

  it.each(['Bearer x', 'Bearer a.b.c', 'Basic YTpi', 'bearer'])('refuses %s', async authorization => {
    expect(await test.anonymous.send('GET', '/api/v1/auth/me', { headers: { authorization } })).toMatchObject(
      { status: 401 }
    );
  });

  it('never come together with a cookie', async () => {
    const { client } = await browser();
    const { body } = await login({ username: 'ada', password });
    const authorization = `Bearer ${(body as { token: string }).token}`;
    expect(await client.send('GET', '/api/v1/auth/me', { headers: { authorization } })).toMatchObject({
      status: 400,
      body: { code: 'auth.two-credentials' }
    });
  });
});

describe('a sandbox’s socket', () => {
  it('is its projectUser and nobody else', async () => {
    await ada.send('POST', '/api/v1/projects', { body: { name: 'lake' } });
    await ada.send('POST', '/api/v1/projects', { body: { name: 'other' } });
    const inside = await test.sandbox({ project: 'lake', user: 'ada', sandbox: 's1' });
    expect((await inside.send('GET', '/api/v1/auth/me')).body).toMatchObject({
      via: 'sandbox',
      project: { projectUser: 'lake__ada' }
    });
    expect((await inside.send('GET', '/api/v1/projects/lake')).status).toBe(200);
    expect((await inside.send('GET', '/api/v1/projects/other')).status).toBe(404);
    expect(
      await inside.send('PUT', '/api/v1/projects/lake/members/ada', { body: { role: 'data_owner' } })
    ).toMatchObject({
      status: 403,
      body: { code: 'auth.hub-only' }
    });
    expect(
      await inside.send('GET', '/api/v1/auth/me', { headers: { authorization: 'Bearer x' } })
    ).toMatchObject({ status: 400 });
    expect((await inside.send('GET', '/api/v1/projects')).status).toBe(403);
  });

  it('is no place for passwords, and not this machine’s scraper', async () => {
    const inside = await test.sandbox({ project: 'lake', user: 'ada', sandbox: 's3' });
    const headers = { host: 'hopslab.localhost:8443', 'x-hopslab-client-address': '127.0.0.1' };
    const body = { username: 'ada', password };
    expect(await inside.send('POST', '/api/v1/auth/login', { body, headers })).toMatchObject({
      status: 403,
      body: { code: 'auth.hub-only' }
    });
    expect((await inside.send('GET', '/metrics', { headers })).status).toBe(403);
    expect((await test.anonymous.send('GET', '/metrics')).status).toBe(200);
  });

  it('has nothing of an administrator', async () => {
    const root = await test.user('root', { admin: true });
    await root.send('POST', '/api/v1/projects', { body: { name: 'rootp' } });
    const inside = await test.sandbox({ project: 'rootp', user: 'root', sandbox: 's2' });
    expect((await inside.send('GET', '/api/v1/users')).status).toBe(403);
    expect((await root.send('GET', '/api/v1/users')).status).toBe(200);
    expect((await ada.send('GET', '/api/v1/users')).status).toBe(403);
  });
});
