import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './testing/client.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

let test: TestPlatform;
let ada: Client;

beforeAll(async () => {
  test = await startPlatform();
  ada = await test.user('ada', { admin: true });
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
});
afterAll(() => test.close());

const project = '/api/v1/projects/atlas';
const sweep = { metric: 'm', direction: 'maximize', algorithm: 'random', space: {}, planned: 1, parallel: 1 };

describe('text that a database can’t hold', () => {
  it.each([
    ['POST', '/api/v1/projects', (text: string) => ({ name: 'a', description: text })],
    ['PATCH', project, (text: string) => ({ description: text })],
    [
      'POST',
      '/api/v1/users',
      (text: string) => ({ username: 'u', password: `${text}-long-enough`, displayName: text })
    ],
    ['POST', '/api/v1/auth/login', (text: string) => ({ username: text, password: text })],
    ['POST', '/api/v1/auth/refresh', (text: string) => ({ refreshToken: text })],
    ['POST', `${project}/datasets`, (text: string) => ({ name: 'd', description: text })],
    [
      'POST',
      `${project}/experiments`,
      (text: string) => ({
        ...sweep,
        name: text,
        code: text,
        space: { a: { kind: 'choice', options: [text] } }
      })
    ]
  ] as const)('is no fault of ours in %s %s', async (method, path, body) => {
    for (const text of ['a\0b', '\ud800', '\udfff\ud800', '𝄞\u{10ffff}']) {
      const who = path.includes('/auth/') ? test.anonymous : ada;
      const { status } = await who.send(method, path, { body: body(text) });
      expect(status, JSON.stringify(text)).toBeLessThan(500);
    }
  });
});

describe('a cursor that is not ours', () => {
  const made = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const lists = [
    '/api/v1/users',
    '/api/v1/projects',
    `${project}/members`,
    `${project}/datasets`,
    `${project}/experiments`,
    `${project}/audit`,
    '/api/v1/admin/audit'
  ];

  it.each(lists)('is no fault of ours in %s', async path => {
    for (const key of ['a\0', 'x', 9e15, -1, 1.5, 1e300, null, [], { a: 1 }]) {
      const { status } = await ada.send('GET', `${path}?cursor=${made(key)}`);
      expect(status, JSON.stringify(key)).toBeLessThan(500);
    }
    for (const raw of ['AAAA', '', '%00', '='])
      expect((await ada.send('GET', `${path}?cursor=${raw}`)).status).toBeLessThan(500);
  });

  it('may lie far beyond the last trial', async () => {
    const { body } = await ada.send('POST', `${project}/experiments`, { body: { ...sweep, name: 'n' } });
    const trials = `${project}/experiments/${(body as { id: string }).id}/trials`;
    expect(await ada.send('GET', `${trials}?cursor=${made(9e15)}`)).toMatchObject({
      status: 200,
      body: { items: [], nextCursor: null }
    });
    expect(await ada.send('GET', `${trials}?cursor=${made('x')}`)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid' }
    });
  });
});

describe('a cursor of the audit', () => {
  it.each([
    '2026-02-30T00:00:00.000000Z 1',
    '0000-01-01T00:00:00.000000Z 1',
    '2026-01-01T24:00:00.000000Z 1',
    '2026-01-01T00:00:00.000000Z 99999999999999999',
    '2026-01-01T00:00:00Z 1',
    'infinity 1'
  ])('like %s is none', async key => {
    const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
    expect(await ada.send('GET', `${project}/audit?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid' }
    });
  });
});

describe('a query', () => {
  it.each(['%00', '%', '%ff', '%25', '_', "'", '\\'])('of %s is answered', async q => {
    expect((await ada.send('GET', `/api/v1/users/search?q=${q}`)).status).toBeLessThan(500);
    expect((await ada.send('GET', `${project}/datasets/Jupyter/entries?path=${q}`)).status).toBeLessThan(500);
    expect((await ada.send('GET', `${project}/events?experiment=${q}`)).status).toBe(400);
    expect((await ada.send('GET', `${project}/audit?asset=${q}&who=${q}&action=${q}`)).status).toBeLessThan(
      500
    );
  });
});

describe('a time that no calendar has', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T23:59:60Z'
  ])('like %s is no fault of ours', async startedAt => {
    const { body } = await ada.send('POST', `${project}/experiments`, { body: { ...sweep, name: 'n' } });
    const path = `${project}/experiments/${(body as { id: string }).id}/trials/batch`;
    const { status } = await ada.send('POST', path, {
      body: { trials: [{ number: 0, state: 'running', params: {}, startedAt }] }
    });
    expect(status).toBeLessThan(500);
  });
});

describe('an address', () => {
  it.each(['%00', '%zz', '..%2f..', 'a'.repeat(5000), '%F0%9F%92%A9'])('%s names no project', async name => {
    expect(await ada.send('GET', `/api/v1/projects/${name}`)).toMatchObject({ status: 404 });
    expect(
      (await ada.send('PUT', `${project}/members/${name}`, { body: { role: 'data_owner' } })).status
    ).toBeLessThan(500);
  });
});
