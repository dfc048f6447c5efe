import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../testing/client.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let owner: Client;
let scientist: Client;
let inside: Client;

const base = '/api/v1/projects/atlas/datasets';
const file = (dataset: string, path: string) => `${base}/${dataset}/files/${path}`;
const folder = (...names: string[]) => join(test.config.data, 'projects', 'atlas', ...names);

beforeAll(async () => {
  test = await startPlatform();
  [owner, scientist] = await Promise.all([test.user('ada'), test.user('bob')]);
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await owner.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await owner.send('POST', base, { body: { name: 'genes', description: 'Human' } });
  inside = await test.sandbox({ project: 'atlas', user: 'bob', sandbox: 's1' });
});
afterAll(() => test.close());

const put = (who: Client, dataset: string, path: string, raw: string | Buffer) =>
  who.send('PUT', file(dataset, path), { raw });
const journaled = (asset: string) =>
  test.db('journal').where({ project: 'atlas', asset }).orderBy('id').select('action', 'outcome', 'actor');

describe('datasets', () => {
  it('are there with the project, the built-in ones, and their folders', async () => {
    const { body } = await scientist.send('GET', base);
    expect(
      (body as { items: { name: string; builtIn: boolean }[] }).items.map(({ name, builtIn }) => [
        name,
        builtIn
      ])
    ).toEqual([
      ['Experiments', true],
      ['Jupyter', true],
      ['Logs', true],
      ['Models', true],
      ['Notebooks', true],
      ['Resources', true],
      ['genes', false]
    ]);
    await vi.waitFor(() => expect(readdirSync(folder())).toContain('Logs'), 20_000);
  });

  it('are created by data owners, a name once', async () => {
    expect(await owner.send('GET', `${base}/genes`)).toMatchObject({
      body: { name: 'genes', description: 'Human', editable: false }
    });
    expect(await owner.send('POST', base, { body: { name: 'genes' } })).toMatchObject({
      status: 409,
      body: { code: 'dataset.name-taken' }
    });
    expect(await scientist.send('POST', base, { body: { name: 'mine' } })).toMatchObject({ status: 403 });
    expect(await owner.send('GET', `${base}/nothing`)).toMatchObject({
      status: 404,
      body: { code: 'dataset.unknown' }
    });
    expect(await owner.send('POST', base, { body: { name: '../x' } })).toMatchObject({ status: 400 });
  });

  it('get a missing folder back', async () => {
    rmSync(folder('Models'), { recursive: true });
    await test.platform.datasets.reconcile();
    expect(readdirSync(folder())).toContain('Models');
  });

  it('are mounted as the role allows', async () => {
    await owner.send('POST', base, { body: { name: 'shared_work', editable: true } });
    const writable = async (role: 'data_owner' | 'data_scientist') =>
      (await test.platform.datasets.mountsFor('atlas', role))
        .filter(mount => mount.writable)
        .map(mount => mount.dataset);
    expect(await writable('data_owner')).toHaveLength(8);
    expect(await writable('data_scientist')).toEqual([
      'Experiments',
      'Jupyter',
      'Models',
      'Notebooks',
      'Resources',
      'shared_work'
    ]);
    const [first] = await test.platform.datasets.mountsFor('atlas', 'data_owner');
    expect(first).toEqual({ dataset: 'Experiments', path: folder('Experiments'), writable: true });
  });

  it('say what their data owners say of them, who sees what changed meanwhile', async () => {
    await owner.send('POST', base, { body: { name: 'notes' } });
    const change = (who: Client, body: object, name = 'notes', headers = {}) =>
      who.send('PATCH', `${base}/${name}`, { body, headers });
    expect(await change(scientist, { description: 'x' })).toMatchObject({ status: 403 });
    const { headers } = await owner.send('GET', `${base}/notes`);
    const read = { 'if-match': String(headers['etag']) };
    expect(await change(owner, { description: 'Lab notes' }, 'notes', read)).toMatchObject({
      body: { description: 'Lab notes', editable: false }
    });
    expect(await change(owner, { description: 'Mine' }, 'notes', read)).toMatchObject({ status: 412 });
    const mount = async () =>
      (await test.platform.datasets.sharedWith(['atlas']))('atlas', 'data_scientist').find(
        ({ dataset }) => dataset === 'notes'
      );
    expect(await mount()).toMatchObject({ writable: false });
    for (let twice = 0; twice < 2; twice++)
      expect(await change(owner, { editable: true })).toMatchObject({ body: { editable: true } });
    expect(await mount()).toMatchObject({ writable: true });
    expect((await journaled('dataset:notes')).map(({ action }) => action as string)).toEqual([
      ...['dataset.created', 'dataset.updated', 'dataset.updated']
    ]);
    expect(await change(owner, { editable: true }, 'Logs')).toMatchObject({
      status: 409,
      body: { code: 'dataset.built-in' }
    });
    expect(await change(owner, { description: 'Ours' }, 'Logs')).toMatchObject({ status: 200 });
    expect(await change(owner, {}, 'nothing')).toMatchObject({ status: 404 });
  });
});

describe('files', () => {
  it('come back as they went in, with plain and with encoded slashes, as attachments that are never shown', async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    const made = await put(owner, 'genes', 'a/b/%C3%BC%20%22x%22.bin', bytes);
    expect(made).toMatchObject({ status: 201, body: { name: 'ü "x".bin', kind: 'file', size: 4 } });
    expect(readFileSync(folder('genes', 'a', 'b', 'ü "x".bin'))).toEqual(bytes);
    const got = await owner.send('GET', file('genes', 'a%2Fb%2F%C3%BC%20%22x%22.bin'));
    expect(got).toMatchObject({
      status: 200,
      headers: { 'content-length': '4', 'content-type': 'application/octet-stream' }
    });
    // Node reads headers as latin1, which is what the plain form is in (RFC 6266, appendix D).
    expect(got.headers['content-disposition']).toBe(String.raw`attachment; filename="ü \"x\".bin"`);
    expect(got.headers['x-content-type-options']).toBe('nosniff');
    expect(got.headers['content-security-policy']).toMatch(/^sandbox/);
    expect((await owner.send('GET', `${base}/genes/entries?path=a`)).body).toMatchObject({
      items: [{ name: 'b', kind: 'folder' }]
    });
  });

  it('are sent in parts', async () => {
    await put(owner, 'genes', 'ten', '0123456789');
    const part = await owner.send('GET', file('genes', 'ten'), { headers: { range: 'bytes=2-4' } });
    expect(part).toMatchObject({
      status: 206,
      body: '234',
      headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' }
    });
    const beyond = await owner.send('GET', file('genes', 'ten'), { headers: { range: 'bytes=10-' } });
    expect(beyond).toMatchObject({
      status: 416,
      body: { code: 'file.range' },
      headers: { 'content-range': 'bytes */10' }
    });
    const stale = await owner.send('GET', file('genes', 'ten'), {
      headers: { range: 'bytes=2-4', 'if-range': '"old"' }
    });
    expect(stale).toMatchObject({ status: 200, body: '0123456789' });
    expect(await owner.send('HEAD', file('genes', 'ten'))).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '10' }
    });
    await put(owner, 'genes', 'empty', '');
    expect(await owner.send('GET', file('genes', 'empty'))).toMatchObject({ status: 200, body: '' });
  });

  it('of programs are carried by data scientists, data is not, and the refusal teaches and is kept', async () => {
    expect(await put(scientist, 'Jupyter', 'x.py', 'print()')).toMatchObject({ status: 201 });
    expect(await scientist.send('GET', file('Jupyter', 'x.py'))).toMatchObject({
      status: 200,
      body: 'print()'
    });
    expect(await scientist.send('DELETE', file('Jupyter', 'x.py'))).toMatchObject({ status: 204 });
    for (const [dataset, path] of [
      ['Jupyter', 'x.csv'],
      ['genes', 'x.py'],
      ['Logs', 'x.py']
    ] as const) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const refused = await scientist.send(
          method,
          file(dataset, path),
          method === 'PUT' ? { raw: 'x' } : {}
        );
        expect(refused).toMatchObject({ status: 403, body: { code: 'access.denied' } });
        expect((refused.body as { detail: string }).detail).toMatch(/data\.(im|ex)port.*data owner/);
      }
    }
    expect(await journaled(file('genes', 'x.py'))).toEqual([
      { action: 'readFile', outcome: 'refused', actor: 'bob' },
      { action: 'writeFile', outcome: 'refused', actor: 'bob' },
      { action: 'deleteFile', outcome: 'refused', actor: 'bob' }
    ]);
  });

  it('are not carried by what runs in a sandbox', async () => {
    expect(await put(inside, 'Jupyter', 'x.py', 'x')).toMatchObject({
      status: 403,
      body: { code: 'auth.hub-only' }
    });
    expect(await inside.send('GET', file('Jupyter', 'x.py'))).toMatchObject({ status: 403 });
    expect(await inside.send('GET', `${base}/Jupyter/entries`)).toMatchObject({ status: 200 });
  });

  it('leave a trace each way', async () => {
    await put(owner, 'genes', 'traced', '1');
    await owner.send('GET', file('genes', 'traced'));
    await owner.send('DELETE', file('genes', 'traced'));
    expect((await journaled('file:genes/traced')).map(({ action }: { action: string }) => action)).toEqual([
      'file.uploaded',
      'file.downloaded',
      'file.deleted'
    ]);
  });

  it.each([
    ['%2e%2e%2f%2e%2e%2fcanary', 'file.path'],
    ['a%2F..%2F..%2Fcanary', 'file.path'],
    ['%2Fetc%2Fpasswd', 'file.path'],
    ['a%00b', 'file.path'],
    ['a//b', 'file.path'],
    ['nothing', 'file.unknown'],
    ['link', 'file.not-a-file'],
    ['out/canary', 'file.path'],
    ['a', 'file.not-a-file']
  ])('are not found by %s: %s', async (path, code) => {
    mkdirSync(folder('genes', 'a'), { recursive: true });
    writeFileSync(join(test.config.data, 'canary'), 'secret');
    rmSync(folder('genes', 'link'), { force: true });
    rmSync(folder('genes', 'out'), { force: true });
    symlinkSync(join(test.config.data, 'canary'), folder('genes', 'link'));
    symlinkSync(test.config.data, folder('genes', 'out'));
    expect(await owner.send('GET', file('genes', path))).toMatchObject({ body: { code } });
    if (code !== 'file.unknown')
      expect(await put(owner, 'genes', path, 'x')).toMatchObject({ body: { code } });
    const removed = await owner.send('DELETE', file('genes', path));
    expect(removed).toMatchObject({ body: { code: path === 'a' ? 'file.folder-not-empty' : code } });
    expect(readFileSync(join(test.config.data, 'canary'), 'utf8')).toBe('secret');
  });

  it('that are too large are refused and leave nothing', async () => {
    const large = Buffer.alloc(test.config.uploadLimit + 1);
    expect(await put(owner, 'genes', 'large', large)).toMatchObject({
      status: 413,
      body: { code: 'request.too-large' }
    });
    expect(readdirSync(join(test.config.data, 'projects', '.incoming'))).toEqual([]);
    expect(await owner.send('GET', file('genes', 'large'))).toMatchObject({ status: 404 });
  });

  it('whose upload is cut leave nothing', async () => {
    const headers = { authorization: await bearer(), host: 'hopslab.localhost:8443', 'content-length': 1000 };
    const cut = request({
      socketPath: join(test.config.data, 's.sock'),
      method: 'PUT',
      path: file('genes', 'cut'),
      headers
    });
    cut.on('error', () => undefined);
    cut.write('half');
    const incoming = () => readdirSync(join(test.config.data, 'projects', '.incoming'));
    await vi.waitFor(() => expect(incoming()).toHaveLength(1), 20_000);
    cut.destroy();
    await vi.waitFor(() => expect(incoming()).toEqual([]), 20_000);
    expect(await owner.send('GET', file('genes', 'cut'))).toMatchObject({ status: 404 });
  });
});

const bearer = async (): Promise<string> => {
  const { body } = await test.anonymous.send('POST', '/api/v1/auth/login', {
    body: { username: 'ada', password: 'correct horse battery' }
  });
  return `Bearer ${(body as { token: string }).token}`;
};
