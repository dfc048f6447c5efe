import { gzipSync } from 'node:zlib';
import { endpoints, type AnyEndpoint, type Channel } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from './testing/client.js';
import { doorsOf } from './testing/doors.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

let test: TestPlatform;
let doors: Readonly<Record<Channel, Client>>;

beforeAll(async () => {
  test = await startPlatform();
  const ada = await test.user('ada', { admin: true });
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  doors = await doorsOf(test, 'ada', 'atlas');
});
afterAll(() => test.close());

const named: Readonly<Record<string, string>> = {
  p: 'atlas',
  project: 'atlas',
  service: 'notebooks',
  version: '1',
  id: '00000000-0000-4000-8000-000000000000'
};

const send = (endpoint: AnyEndpoint, raw: string | Buffer, headers = {}): Promise<Answer> => {
  const { access, base = '/api/v1' } = endpoint;
  const client = access.kind === 'public' ? test.anonymous : doors[access.channels[0] ?? 'hub'];
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => named[name] ?? 'ada');
  return client.send(endpoint.method, base + path, {
    raw,
    headers: { 'content-type': 'application/json', ...headers }
  });
};

const withBody = Object.values(endpoints)
  .flat()
  .filter(({ body }) => body !== undefined)
  .map(endpoint => [endpoint.id, endpoint] as const);

const tooLarge = JSON.stringify({ text: 'x'.repeat(4 * 2 ** 20) });

describe.each(withBody)('a body of %s', (_id, endpoint) => {
  it.each([
    ['plain', tooLarge, {}],
    ['packed small', gzipSync(tooLarge), { 'content-encoding': 'gzip' }]
  ] as const)('that is too large is refused: %s', async (_how, raw, headers) => {
    expect(await send(endpoint, raw, headers)).toMatchObject({
      status: 413,
      body: { code: 'request.too-large' }
    });
  });

  it('that is malformed is refused, and where it is wrong is said', async () => {
    for (const raw of [
      '',
      '{"a":',
      '{"a":1}}',
      Buffer.from([0x7b, 0xff, 0x7d]),
      'null',
      '[]',
      '7',
      '"text"',
      '['.repeat(50_000) + ']'.repeat(50_000),
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"admin":true}}}'
    ]) {
      const answer = await send(endpoint, raw);
      const shown = raw.toString().slice(0, 40);
      expect(answer, shown).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
      const { errors = [] } = answer.body as { errors?: { pointer: string }[] };
      expect(errors.length, shown).toBeGreaterThan(0);
      for (const { pointer } of errors) expect(pointer, shown).toMatch(/^\/body(\/|$)/);
    }
  });

  it('that is not packed as it says, or in a way that we do not know, is refused', async () => {
    for (const headers of [{ 'content-encoding': 'gzip' }, { 'content-encoding': 'zip' }])
      expect((await send(endpoint, '{}', headers)).status, JSON.stringify(headers)).toBe(400);
  });

  it('that is no JSON by its type is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'x'])
      expect(await send(endpoint, '{}', { 'content-type': type }), type).toMatchObject({
        status: 415,
        body: { code: 'request.media-type' }
      });
  });
});
