import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { metering, previews, shares } from '@hopslab/schema';
import { readersSandbox, readerUnderTest } from '../../adapters/sandbox/preview.fixture.js';
import { identity } from '../../adapters/sandbox/sandbox.fixture.js';
import type { PreviewReader } from '../../ports/preview-reader.js';
import type { Answer, Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

const under = readersSandbox();
const real = readerUnderTest(under);
/** What comes before a reading; and how many are under way. */
let before: () => Promise<unknown>;
let reading = 0;
const reader: PreviewReader = {
  ...real,
  read: async (...asked) => {
    reading++;
    try {
      await before();
      return await real.read(...asked);
    } finally {
      reading--;
    }
  }
};

let test: TestPlatform;
let ada: Client;
/** A data scientist's browser: on the hub, and on the notebook origin. */
let bob: Client;
let bobsNotebook: Client;
let bobsToken: Client;
let eve: Client;
let cy: Client;

const genes = '/api/v1/projects/atlas/datasets/genes';
const theirs = '/api/v1/projects/borea/datasets/atlas::genes';

beforeAll(async () => {
  test = await startPlatform({ sandbox: identity, previewReader: reader });
  [ada, bobsToken, eve] = await Promise.all([test.user('ada'), test.user('bob'), test.user('eve')]);
  await test.user('cy');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await eve.send('POST', '/api/v1/projects', { body: { name: 'borea' } });
  await ada.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await eve.send('PUT', '/api/v1/projects/borea/members/cy', { body: { role: 'data_scientist' } });
  ({ hub: bob, notebook: bobsNotebook } = await doorsOf(test, 'bob', 'atlas'));
  ({ notebook: cy } = await doorsOf(test, 'cy', 'borea'));
  await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name: 'genes' } });
  // Made for nobody but us; where a platform's data is, sandboxes' users pass.
  for (const folder of ['.', 'projects']) chmodSync(join(test.config.data, folder), 0o711);
  await put('reads.csv', 'name,length\na,3\nb,5\n');
  await put('empty.csv', '');
  await put('empty.parquet', '');
  await put('long.csv', `n\n${'1\n'.repeat(100_003)}`);
  await put('table.txt', 'a');
});
afterAll(async () => {
  await test.close();
  under.close();
});
beforeEach(() => (before = () => Promise.resolve()));

const put = (path: string, raw: string) => ada.send('PUT', `${genes}/files/${path}`, { raw });
const look = (who: Client, path: string, query = '', dataset = genes) =>
  who.send('GET', `${dataset}/preview/${path}${query}`);
const of = ({ status, body }: Answer): previews.Preview => {
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as previews.Preview;
};
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];
const share = async (): Promise<void> => {
  const wish = { project: 'borea', permission: 'read_only' };
  const { body } = await ada.send('POST', `${genes}/shares`, { body: wish });
  await eve.send('POST', `/api/v1/projects/borea/offers/${(body as shares.Share).offerId}/accept`);
};

describe('a data file', () => {
  it('is looked at by members, and by nobody else', async () => {
    for (const who of [ada, bob, bobsNotebook]) {
      const answer = await look(who, 'reads.csv', '?limit=1');
      expect(of(answer)).toMatchObject({
        columns: [
          { name: 'name', type: 'text' },
          { name: 'length', type: 'integer' }
        ],
        rows: [['a', '3']],
        more: true,
        size: 20
      });
      expect(answer.headers['content-disposition']).toBeUndefined();
    }
    expect(code(await look(eve, 'reads.csv'))).toEqual([404, 'project.unknown']);
    expect(code(await look(test.anonymous, 'reads.csv'))).toEqual([401, 'auth.required']);
  });

  it('is told of by its columns, too', async () => {
    const { status, body } = await bob.send('GET', `${genes}/preview-statistics/reads.csv?column=1`);
    expect([status, body]).toMatchObject([
      200,
      {
        columns: [{ name: 'length' }],
        sampled: 2,
        whole: true,
        statistics: [{ nulls: 0, min: '3', max: '5' }]
      }
    ]);
  });

  it('goes out by no token of a data scientist, and to their browser as far as that is looking', async () => {
    const refused = await look(bobsToken, 'reads.csv');
    expect(code(refused)).toEqual([403, 'access.denied']);
    expect((refused.body as { detail: string }).detail).toContain('data.export');
    const last = '?offset=99999&limit=10';
    expect(of(await look(bob, 'long.csv', last))).toMatchObject({
      reach: 100_000,
      rows: [['1']],
      more: false
    });
    expect(of(await look(bob, 'long.csv', '?offset=100000'))).toMatchObject({ rows: [], more: false });
    expect(of(await look(ada, 'long.csv', last)).rows).toHaveLength(4);
  });

  it('is metered to data scientists, not to data owners', async () => {
    const seen = async () => {
      const { body } = await ada.send('GET', '/api/v1/projects/atlas/metering');
      return (body as { items: metering.Seen[] }).items;
    };
    const bytes = async () => (await seen()).find(({ user }) => user === 'bob')?.bytes ?? 0;
    const earlier = await bytes();
    const sent = JSON.stringify((await look(bob, 'long.csv', '?limit=1000')).body).length;
    await expect.poll(bytes, { timeout: 20_000 }).toBeGreaterThanOrEqual(earlier + sent);
    expect((await seen()).map(({ user }) => user)).toEqual(['bob']);
  });

  it('that is none is refused in words', async () => {
    expect(code(await look(ada, 'table.txt'))).toEqual([422, 'preview.unsupported']);
    expect(code(await look(ada, 'none.csv'))).toEqual([404, 'file.unknown']);
    expect(code(await look(ada, '..%2Fx.csv'))).toEqual([400, 'file.path']);
    expect(code(await look(ada, 'empty.parquet'))).toEqual([422, 'preview.failed']);
    expect(of(await look(ada, 'empty.csv'))).toMatchObject({ rowCount: 0, columns: [], rows: [] });
    await put('broken.json', '[1,');
    const broken = await look(ada, 'broken.json');
    expect(code(broken)).toEqual([422, 'preview.failed']);
    expect((broken.body as { detail: string }).detail).toMatch(/^It is not JSON: Expecting value/);
  });
});

describe('what another project shares', () => {
  it('is looked at as long as it is shared, and not when that ends while it is read', async () => {
    expect(code(await look(cy, 'reads.csv', '', theirs))).toEqual([404, 'dataset.unknown']);
    await share();
    expect(of(await look(cy, 'reads.csv', '', theirs)).rows).toHaveLength(2);
    before = () => ada.send('DELETE', `${genes}/shares/borea`);
    expect(code(await look(cy, 'reads.csv', '', theirs))).toEqual([404, 'dataset.unknown']);
  });
});

describe('many who look at once', () => {
  it('wait for their turn; of one person not too many', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>(resolve => (open = resolve));
    before = () => opened;
    const mine = Array.from({ length: 11 }, () => look(ada, 'reads.csv'));
    const refused = await Promise.race(mine);
    expect(code(refused)).toEqual([429, 'preview.busy']);
    expect((refused.body as { retriable: boolean }).retriable).toBe(true);
    expect(reading).toBe(2);
    const other = look(bob, 'reads.csv');
    open();
    const answers = await Promise.all([...mine, other]);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(11).fill(200), 429]);
  });
});
