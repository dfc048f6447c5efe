import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { quota } from '@hopslab/schema';
import type { Answer, Client } from '../../testing/client.js';
import { canTakeFiles, handedFile, type HeldFile } from '../../platform/handed-file.js';
import { doorsOf } from '../../testing/doors.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let owner: Client;
let scientist: Client;

const base = '/api/v1/projects/atlas/datasets';
const file = (dataset: string, path: string) => `${base}/${dataset}/files/${path}`;
const folder = (...names: string[]) => join(test.config.data, 'projects', 'atlas', ...names);

beforeAll(async () => {
  test = await startPlatform();
  [owner, scientist] = await Promise.all([test.user('ada'), test.user('bob')]);
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await owner.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await owner.send('POST', base, { body: { name: 'genes' } });
});
afterAll(() => test.close());

let n = 0;
/** A folder that no other test uses. */
let own: string;
beforeEach(() => (own = `t${String(n++)}`));

const put = (path: string, raw = '12345', dataset = 'genes', headers = {}) =>
  owner.send('PUT', file(dataset, path), { raw, headers });
const move = (from: string, path: string, dataset?: string, who = owner, source = 'genes') =>
  who.send('PATCH', file(source, from), { body: { to: { path, ...(dataset && { dataset }) } } });
const remove = (path: string, who = owner, dataset = 'genes', recursive = false, permanent = true) =>
  who.send('DELETE', `${file(dataset, path)}?recursive=${String(recursive)}&permanent=${String(permanent)}`);
const journaled = (asset: string) =>
  test
    .db('journal')
    .where({ project: 'atlas', asset, outcome: 'done' })
    .orderBy('id')
    .select('action', 'data');
const stored = async () => {
  const { body } = await owner.send('GET', '/api/v1/projects/atlas/quota');
  const { bytes, files } = (body as quota.Quota).storage;
  return { bytes, files };
};
const whyNot = ({ status, body }: Answer) => {
  expect(status).toBe(403);
  return (body as { detail: string }).detail;
};

it('are uploaded many at once: who waits for a turn keeps no connection from whose turn it is', async () => {
  const paths = Array.from({ length: 40 }, (_, i) => `${own}/${String(i)}`);
  const answers = await Promise.all(paths.map(path => put(path)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
});

describe('a folder', () => {
  it('is listed in pages, by name, and searched', async () => {
    for (const name of ['b.csv', 'A.csv', 'c', 'ä.CSV', 'd']) await put(`${own}/${encodeURIComponent(name)}`);
    const page = async (query: string) =>
      (await owner.send('GET', `${base}/genes/entries?path=${own}&${query}`)).body as {
        items: { name: string }[];
        nextCursor: string | null;
      };
    const names = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name);
    const first = await page('limit=2');
    expect(names(first)).toEqual(['A.csv', 'b.csv']);
    const second = await page(`limit=2&cursor=${String(first.nextCursor)}`);
    expect(names(second)).toEqual(['c', 'd']);
    const last = await page(`limit=2&cursor=${String(second.nextCursor)}`);
    expect(last).toMatchObject({ items: [{ name: 'ä.CSV' }], nextCursor: null });
    expect(names(await page('q=Csv'))).toEqual(['A.csv', 'b.csv', 'ä.CSV']);
    expect(names(await page('q=%C3%84.'))).toEqual(['ä.CSV']);
  });

  it('and a file are told of each alone, the dataset by its name', async () => {
    await put(`${own}/x`);
    const entry = (path: string) => owner.send('GET', `${base}/genes/entry?path=${path}`);
    expect((await entry('')).body).toMatchObject({ name: 'genes', kind: 'folder' });
    expect((await entry(own)).body).toMatchObject({ name: own, kind: 'folder', size: 0 });
    expect((await entry(`${own}/x`)).body).toMatchObject({ name: 'x', kind: 'file', size: 5 });
    expect(await entry('nothing')).toMatchObject({ status: 404, body: { code: 'file.unknown' } });
    expect(await entry('..')).toMatchObject({ status: 400, body: { code: 'file.path' } });
  });

  it('is made with those above it, and is none where something else is', async () => {
    const make = (path: string) => owner.send('PUT', `${base}/genes/folders/${path}`);
    expect(await make(`${own}/a/b`)).toMatchObject({ status: 201, body: { name: 'b', kind: 'folder' } });
    expect(await make(`${own}/a/b`)).toMatchObject({ status: 201 });
    expect(await journaled(`file:genes/${own}/a/b`)).toMatchObject([{ action: 'folder.created' }]);
    await put(`${own}/x`);
    symlinkSync('/tmp', folder('genes', own, 'out'));
    for (const name of ['x', 'out'])
      expect(await make(`${own}/${name}`)).toMatchObject({ status: 409, body: { code: 'file.exists' } });
    expect(await make(`${own}/out/new`)).toMatchObject({ status: 400, body: { code: 'file.path' } });
  });
});

describe('moving', () => {
  it('brings a file or a folder to its new name, also in another dataset, and counts it there', async () => {
    await put(`${own}/a/x`);
    const before = await stored();
    expect(await move(`${own}/a/x`, `${own}/y`)).toMatchObject({ status: 200, body: { name: 'y', size: 5 } });
    await put(`${own}/a/z`, '123');
    expect(await move(`${own}/a`, own, 'Models')).toMatchObject({ body: { name: own, kind: 'folder' } });
    expect(readdirSync(folder('genes', own))).toEqual(['y']);
    expect(readdirSync(folder('Models', own))).toEqual(['z']);
    expect(await stored()).toEqual({ bytes: before.bytes + 3, files: before.files + 1 });
    const counted = test.db('storage').where({ project: 'atlas', dataset: 'Models' }).first('*');
    expect(await counted).toMatchObject({ added_bytes: 3, added_files: 1 });
    expect(await journaled(`file:genes/${own}/a`)).toMatchObject([
      { action: 'file.moved', data: { to: `Models/${own}`, kind: 'folder' } }
    ]);
  });

  it('replaces nothing, follows nothing, and leaves a folder out of itself', async () => {
    for (const path of ['x', 'y', 'a/z', 'b/z']) await put(`${own}/${path}`, path);
    symlinkSync('/tmp', folder('genes', own, 'out'));
    for (const [from, to, code] of [
      ['x', 'y', 'file.exists'],
      ['x', 'x', 'file.exists'],
      ['x', 'a', 'file.exists'],
      ['a', 'b', 'file.exists'],
      ['a', 'x', 'file.exists'],
      ['x', 'out', 'file.exists'],
      ['a', 'a/c', 'file.path'],
      ['x', 'out/x', 'file.path'],
      ['x', 'nowhere/x', 'file.unknown'],
      ['nothing', 'z', 'file.unknown'],
      ['out', 'z', 'file.not-a-file'],
      ['x', '../z', 'file.path'],
      ['x', 'new\nline', 'file.path']
    ] as const)
      expect([from, to, await move(`${own}/${from}`, `${own}/${to}`)]).toMatchObject([
        from,
        to,
        { body: { code } }
      ]);
    expect(await move(`${own}/x`, 'x', 'nowhere')).toMatchObject({ body: { code: 'dataset.unknown' } });
    expect(readdirSync(folder('genes', own))).toEqual(['a', 'b', 'out', 'x', 'y']);
    expect(await journaled(`file:genes/${own}/x`)).toMatchObject([{ action: 'file.uploaded' }]);
  });

  it('of many onto one name at once has one winner', async () => {
    for (let i = 0; i < 6; i++) await put(`${own}/${String(i)}${i % 2 ? '/x' : ''}`);
    const all = await Promise.all(
      Array.from({ length: 6 }, (_, i) => move(`${own}/${String(i)}`, `${own}/one`))
    );
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(readdirSync(folder('genes', own))).toHaveLength(6);
  });
});

describe('deleting', () => {
  it('takes files, empty folders, and full ones only where that is said, and counts what went', async () => {
    const before = await stored();
    await put(`${own}/a/x`, '123');
    await put(`${own}/a/deep/y`, '45');
    mkdirSync(folder('genes', own, 'empty'));
    writeFileSync(folder('genes', 'kept'), 'kept');
    symlinkSync(folder('genes', 'kept'), folder('genes', own, 'a', 'link'));
    expect((await stored()).files).toBe(before.files + 2);
    expect(await remove(`${own}/empty`)).toMatchObject({ status: 204 });
    expect(await remove(`${own}/a`)).toMatchObject({ status: 409, body: { code: 'file.folder-not-empty' } });
    expect(await remove(`${own}/a`, owner, 'genes', true)).toMatchObject({ status: 204 });
    expect(readdirSync(folder('genes', own))).toEqual([]);
    expect(existsSync(folder('genes', 'kept'))).toBe(true);
    expect(readdirSync(folder('..', '.outgoing'))).toEqual([]);
    expect(await stored()).toEqual(before);
    expect(await journaled(`file:genes/${own}/a`)).toMatchObject([
      { action: 'file.deleted', data: { kind: 'folder', bytes: 5, files: 2 } }
    ]);
  });
});

describe('a deletion that cannot be journaled', () => {
  it('has not happened', async () => {
    await put(`${own}/a/x`);
    const before = await stored();
    await test.db.raw(`alter table journal add constraint none check (action <> 'file.deleted') not valid`);
    try {
      for (const permanent of [true, false]) {
        expect(await remove(own, owner, 'genes', true, permanent)).toMatchObject({ status: 500 });
        expect(await remove(`${own}/a/x`, owner, 'genes', false, permanent)).toMatchObject({ status: 500 });
      }
    } finally {
      await test.db.raw('alter table journal drop constraint none');
    }
    expect(await owner.send('GET', file('genes', `${own}/a/x`))).toMatchObject({ body: '12345' });
    expect(await stored()).toEqual(before);
    expect(readdirSync(folder('..', '.outgoing'))).toEqual([]);
  });
});

describe('an upload under a condition', () => {
  it('makes a file only where there is none, and replaces it only as it was read', async () => {
    const path = `${own}/x`;
    const made = await put(path, '1', 'genes', { 'if-none-match': '*' });
    expect(made).toMatchObject({ status: 201, headers: { etag: expect.stringMatching(/^"/) as string } });
    const tag = String(made.headers['etag']);
    expect((await owner.send('GET', file('genes', path))).headers['etag']).toBe(tag);
    const stale = { status: 412, body: { code: 'request.stale' } };
    expect(await put(path, '2', 'genes', { 'if-none-match': '*' })).toMatchObject(stale);
    expect(await put(path, '2', 'genes', { 'if-none-match': tag })).toMatchObject(stale);
    const again = await put(path, '2', 'genes', { 'if-match': tag });
    expect(again).toMatchObject({ status: 201 });
    expect(await put(path, '3', 'genes', { 'if-match': tag })).toMatchObject(stale);
    expect(await put(path, '3', 'genes', { 'if-match': '*' })).toMatchObject({ status: 201 });
    expect(await put(`${own}/y`, '3', 'genes', { 'if-match': '*' })).toMatchObject(stale);
    expect(await owner.send('GET', file('genes', path))).toMatchObject({ body: '3' });
  });

  it.each([['if-none-match', () => '*'] as const, ['if-match', (tag: string) => tag] as const])(
    'by %s has one winner of many at once',
    async (header, value) => {
      const path = `${own}/x`;
      const tag = header === 'if-match' ? String((await put(path, 'first')).headers['etag']) : '';
      const all = await Promise.all(
        Array.from({ length: 6 }, (_, i) => put(path, String(i), 'genes', { [header]: value(tag) }))
      );
      expect(all.map(({ status }) => status).sort()).toEqual([201, 412, 412, 412, 412, 412]);
      const winner = all.findIndex(({ status }) => status === 201);
      expect(await owner.send('GET', file('genes', path))).toMatchObject({ body: String(winner) });
    }
  );
});

describe('an upload that the proxy writes', () => {
  const incoming = () => readdirSync(folder('..', '.incoming'));
  /** Does as the proxy does: announces so many bytes, writes some where it is told, and says how it went. */
  const write = async (path: string, announced: number, raw: string, said = '') => {
    const login = await test.anonymous.send('POST', '/api/v1/auth/login', {
      body: { username: 'ada', password }
    });
    const { token } = login.body as { token: string };
    const type = { 'content-type': 'application/octet-stream', [canTakeFiles]: String(announced) };
    const sent = request({
      ...{ socketPath: join(test.config.data, 's.sock'), method: 'PUT', path: file('genes', path) },
      headers: { host: 'hopslab.localhost:8443', authorization: `Bearer ${token}`, ...type }
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.once('information', ({ headers }: { headers: IncomingMessage['headers'] }) => {
      const held = JSON.parse(String(headers[handedFile])) as HeldFile;
      writeFileSync(held.path, raw);
      sent.end(said);
    });
    sent.write(' ');
    const [response] = await answered;
    return { status: response.statusCode, body: await text(response) };
  };

  it('arrives like any other', async () => {
    expect(await write(`${own}/x`, 5, '12345')).toMatchObject({ status: 201 });
    expect(await owner.send('GET', file('genes', `${own}/x`))).toMatchObject({ body: '12345' });
  });

  it('leaves nothing where less or more came than was announced, or there was no room', async () => {
    expect(await write(`${own}/x`, 5, '1234')).toMatchObject({ status: 400 });
    expect(await write(`${own}/x`, 5, '123456')).toMatchObject({ status: 400 });
    expect(await write(`${own}/x`, 5, '1', 'ENOSPC')).toMatchObject({
      status: 503,
      body: expect.stringContaining('no space') as string
    });
    expect((await owner.send('GET', `${base}/genes/entry?path=${own}/x`)).status).toBe(404);
    expect(incoming()).toEqual([]);
  });
});

describe('a download', () => {
  it('of what is known already is not sent, nor journaled', async () => {
    const tag = String((await put(`${own}/x`)).headers['etag']);
    for (const known of [tag, `"old", W/${tag}`, '*'])
      expect(
        await owner.send('GET', file('genes', `${own}/x`), { headers: { 'if-none-match': known } })
      ).toMatchObject({ status: 304, body: '', headers: { etag: tag } });
    expect(await journaled(`file:genes/${own}/x`)).toHaveLength(1);
    const old = { headers: { 'if-none-match': '"old"' } };
    expect(await owner.send('GET', file('genes', `${own}/x`), old)).toMatchObject({
      status: 200,
      body: '12345'
    });
  });
});

describe('a data scientist', () => {
  it('moves and deletes programs and folders of programs, nothing else, and is told why', async () => {
    const inJupyter = (path: string) => `${own}/${path}`;
    for (const path of ['a/x.py', 'a/b/y.ipynb', 'mixed/x.py', 'mixed/deep/data.csv', 'trap.py/data.csv'])
      await put(inJupyter(path), '1', 'Jupyter');
    const moved = (from: string, to: string, dataset?: string) =>
      move(inJupyter(from), inJupyter(to), dataset, scientist, 'Jupyter');
    const removed = (path: string, recursive = true) =>
      remove(inJupyter(path), scientist, 'Jupyter', recursive);

    expect(await moved('a/x.py', 'a/z.py')).toMatchObject({ status: 200 });
    expect(whyNot(await moved('a/z.py', 'a/z.csv'))).toMatch(/data\.import.*only programs/);
    expect(whyNot(await moved('a/z.py', 'z.py', 'genes'))).toMatch(/data\.import/);
    expect(whyNot(await moved('a', 'a', 'genes'))).toMatch(/data\.import/);
    expect(await moved('a', 'c')).toMatchObject({ status: 200 });
    for (const path of ['mixed', 'trap.py']) {
      expect(whyNot(await moved(path, 'd'))).toMatch(/data\.csv.*is data/);
      expect(whyNot(await removed(path))).toMatch(/data\.csv.*is data/);
    }
    symlinkSync('/tmp', folder('Jupyter', own, 'c', 'link.py'));
    expect(whyNot(await removed('c'))).toMatch(/link\.py.*is data/);
    expect(await removed('c/b')).toMatchObject({ status: 204 });
    expect(await removed('c/z.py', false)).toMatchObject({ status: 204 });
    await put(`${own}/x.py`);
    expect(whyNot(await remove(`${own}/x.py`, scientist))).toMatch(/data\.import/);
    expect(whyNot(await remove(own, scientist, 'genes', true))).toMatch(/data\.import/);
  });

  it('does from JupyterLab what they may do, and nothing from a sandbox', async () => {
    const { notebook, sandbox } = await doorsOf(test, 'bob', 'atlas');
    const ways = (who: Client, dataset: string, path: string) =>
      [
        () => who.send('PUT', file(dataset, path), { raw: '1' }),
        () => who.send('PATCH', file(dataset, path), { body: { to: { path: `2${path}` } } }),
        () => who.send('GET', file(dataset, `2${path}`)),
        () => who.send('DELETE', file(dataset, `2${path}`)),
        () => who.send('PUT', `${base}/${dataset}/folders/2${path}`)
      ] as const;
    const answers = async (who: Client, dataset: string, path: string) => {
      const all = [];
      for (const way of ways(who, dataset, path)) all.push((await way()).status);
      return all;
    };
    expect(await answers(notebook, 'Jupyter', `${own}.py`)).toEqual([201, 200, 200, 204, 201]);
    expect(await answers(notebook, 'genes', `${own}.py`)).toEqual([403, 403, 403, 403, 403]);
    expect(await answers(notebook, 'Jupyter', `${own}.csv`)).toEqual([403, 403, 403, 403, 201]);
    expect(await answers(sandbox, 'Jupyter', `${own}.py`)).toEqual([403, 403, 403, 403, 403]);
  });

  it('makes folders where programs lie', async () => {
    const make = (dataset: string) => scientist.send('PUT', `${base}/${dataset}/folders/${own}/a`);
    expect(await make('Jupyter')).toMatchObject({ status: 201 });
    for (const dataset of ['genes', 'Logs', 'Models'])
      expect(whyNot(await make(dataset))).toMatch(/data\.import/);
  });
});
