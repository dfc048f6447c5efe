import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import Koa from 'koa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { State } from '../../http/context.js';
import { labelOf } from '../../platform/label.js';
import { testDatabase } from '../../testing/database.js';
import { cookies, entryOf, origins, people } from './notebook-entry.fixture.js';
import { notebookEntryPages } from './notebook-entry.pages.js';
import { safeNext } from './notebook-entry.js';

type Database = Awaited<ReturnType<typeof testDatabase>>;

let database: Database;
let session: Awaited<ReturnType<typeof people>>;
let server: Server;
const ada = labelOf('demo', 'ada');
const bob = labelOf('demo', 'bob');

beforeAll(async () => {
  database = await testDatabase();
  session = await people(database.db);
  const app = new Koa<State>();
  app.use(notebookEntryPages(entryOf(database.db), origins));
  const answer = app.callback();
  server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(async () => {
  await new Promise(resolve => server.close(resolve));
  await database.close();
});

const entry = () => entryOf(database.db);
const made = (next?: string) =>
  entry().createEntry({ project: 'demo', user: 'ada', session: session.ada }, next);

/** Opens an entry address as a browser does; the host may be another than the address's own. */
const open = async (address: string, label = ada, headers: Record<string, string> = {}) => {
  const url = new URL(address);
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port,
        path: `${url.pathname}${url.search}`,
        headers: { host: new URL(origins.notebook(label)).host, ...headers }
      },
      resolve
    )
      .on('error', reject)
      .end();
  });
  const chunks = await answer.toArray();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: Buffer.concat(chunks as Buffer[]).toString()
  };
};

describe('a one-time code', () => {
  it('signs in on the origin it was made for, once', async () => {
    const address = await made();
    expect(new URL(address).origin).toBe(origins.notebook(ada));
    const first = await open(address);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/lab/tree/Jupyter');
    expect(first.headers['referrer-policy']).toBe('no-referrer');
    const set = String(first.headers['set-cookie']);
    expect(set).toMatch(
      /^__Host-hopslab_notebook=[^;]+; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax; Path=\/$/
    );
    expect(await cookies.open(/=([^;]+)/.exec(set)?.[1] ?? '')).toMatchObject({
      project: 'demo',
      user: 'ada',
      session: session.ada
    });

    const again = await open(address);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.text).toContain('does not work any more');
    expect(again.text).toContain(origins.hub);
  });

  it('goes to one of two that bring it at the same moment', async () => {
    const address = await made();
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(address)));
    expect(answers.filter(answer => answer.status === 303)).toHaveLength(1);
  });

  it('is worth nothing on a neighbour’s origin, and is spent there', async () => {
    const address = await made();
    expect((await open(address, bob)).status).toBe(403);
    expect((await open(address)).status).toBe(403);
  });

  it('is kept as a hash only', async () => {
    const code = new URL(await made()).searchParams.get('code') ?? '';
    const rows = await database.db('entry_codes').select<{ hash: Buffer }[]>('hash');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows.map(row => row.hash.toString('latin1')))).not.toContain(code);
  });

  it('is refused from another site or a link in a message, missing, or made up', async () => {
    for (const site of ['cross-site', 'none', 'same-origin'])
      expect((await open(await made(), ada, { 'sec-fetch-site': site })).text).toContain('from elsewhere');
    expect((await open(await made(), ada, { 'sec-fetch-site': 'same-site' })).status).toBe(303);
    const origin = origins.notebook(ada);
    for (const query of ['', '?code=', '?code=made-up', '?code=a&code=b'])
      expect((await open(`${origin}/_hopslab/enter${query}`)).status).toBe(403);
  });

  it('takes the person where they wanted to go on that origin', async () => {
    expect((await open(await made('/lab/tree/Jupyter/a.ipynb?x=1'))).headers.location).toBe(
      '/lab/tree/Jupyter/a.ipynb?x=1'
    );
    expect((await open(await made('https://evil.example/'))).headers.location).toBe('/lab/tree/Jupyter');
  });
});

describe('a one-time code is void', () => {
  let address: string;
  beforeEach(async () => {
    address = await made();
  });
  afterEach(async () => {
    await database.db('sessions').where({ id: session.ada }).update({ last_seen_at: database.db.fn.now() });
    await database.db('users').where({ name: 'ada' }).update({ locked: false });
  });

  it('when its half minute is over', async () => {
    await database.db('entry_codes').update({ expires_at: database.db.raw(`now() - interval '1 second'`) });
    expect((await open(address)).status).toBe(403);
  });

  it('when the hub session slept too long', async () => {
    await database
      .db('sessions')
      .where({ id: session.ada })
      .update({ last_seen_at: database.db.raw(`now() - interval '13 hours'`) });
    expect((await open(address)).status).toBe(403);
  });

  it('when the user is locked', async () => {
    await database.db('users').where({ name: 'ada' }).update({ locked: true });
    expect((await open(address)).status).toBe(403);
  });

  it('when the session or the membership is gone', async () => {
    const theirs = await entry().createEntry({ project: 'demo', user: 'bob', session: session.bob });
    await database.db('sessions').where({ id: session.bob }).delete();
    expect((await open(theirs, bob)).status).toBe(403);
  });
});

describe('where to go next', () => {
  const origin = origins.notebook(ada);

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/a\nb',
    '/_hopslab/enter?code=x',
    '/x/../_hopslab/enter',
    '',
    '/é',
    '/.//evil.example',
    '/..//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example'
  ])('is never %j', next => expect(safeNext(next, origin)).toBe('/lab/tree/Jupyter'));

  it('is always on the same origin', () => {
    fc.assert(
      fc.property(
        fc
          .oneof(fc.string(), fc.string({ unit: fc.constantFrom('/', '.', '\\', 'a', '%2e') }))
          .map(text => `/${text}`),
        text => {
          expect(new URL(safeNext(text, origin), origin).origin).toBe(origin);
        }
      ),
      { numRuns: 300 }
    );
  });
});
