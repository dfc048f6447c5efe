import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import { compose } from '../../compose.js';
import { createLogger } from '../../platform/logger.js';
import type { Answer, Client } from '../../testing/client.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';
import { tarOf, type TarEntry } from './batches.fixture.js';
import { createTarReader } from './batches.read.js';

const soon = { timeout: 10_000 };

let test: TestPlatform;
let owner: Client;
let scientist: Client;

const base = '/api/v1/projects/atlas/datasets';
const at = (...names: string[]) => join(test.config.data, 'projects', 'atlas', ...names);
const underWay = () => {
  const folder = join(test.config.data, 'projects', '.batches');
  return existsSync(folder) ? readdirSync(folder) : [];
};

beforeAll(async () => {
  test = await startPlatform();
  [owner, scientist] = await Promise.all([test.user('ada'), test.user('bob')]);
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await owner.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await owner.send('POST', base, { body: { name: 'genes' } });
});
afterAll(() => test.close());

let n = 0;
let own: string;
beforeEach(() => (own = `b${String(n++)}`));
// Whatever became of it, nothing is left of any.
afterEach(() => vi.waitFor(() => expect(underWay()).toEqual([]), soon));

interface Wish {
  readonly who?: Client;
  readonly dataset?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}
const send = (raw: Buffer, { who = owner, dataset = 'genes', path = own, headers = {} }: Wish = {}) =>
  who.send('POST', `${base}/${dataset}/batch?path=${encodeURIComponent(path)}`, {
    raw,
    headers: { 'content-type': 'application/x-tar', ...headers }
  });
const sendAll = async (entries: readonly TarEntry[], wish: Wish = {}) => send(await tarOf(entries), wish);
const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code];
const whyOf = ({ body }: Answer) => (body as { detail: string }).detail;
const rows = (asset: string) =>
  test
    .db('journal')
    .where({ asset, outcome: 'done' })
    .orderBy('id')
    .select<{ action: string; actor: string; data: Record<string, unknown> }[]>();
const file = (name: string, content = name): TarEntry => ({ name, content });

/** A batch of which a part has been sent, until it is told to go on. */
const halfSent = async (raw: Buffer, path: string, username = 'ada') => {
  const { body } = await test.anonymous.send('POST', '/api/v1/auth/login', { body: { username, password } });
  const before = underWay().length;
  const sent = request({
    ...{ socketPath: join(test.config.data, 's.sock'), method: 'POST', path },
    headers: {
      host: 'hopslab.localhost:8443',
      authorization: `Bearer ${(body as { token: string }).token}`,
      'content-type': 'application/x-tar',
      'content-length': raw.length
    }
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', response => {
      text(response).then(whole => {
        resolve({ status: response.statusCode ?? 0, headers: {}, body: JSON.parse(whole) as unknown });
      }, reject);
    });
  });
  sent.write(raw.subarray(0, 600));
  await vi.waitFor(() => expect(underWay()).toHaveLength(before + 1), soon);
  return {
    finish(): Promise<Answer> {
      sent.end(raw.subarray(600));
      return answer;
    },
    cut(): void {
      answer.catch(() => undefined);
      sent.destroy();
    }
  };
};

describe('many files in one stream', () => {
  it('appear in a folder that is made, counted and journaled as one', async () => {
    const before = (await owner.send('GET', `${base}/genes`)).body as { bytes: number; files: number };
    const answer = await sendAll([
      file('a/b/x', '12345'),
      { name: 'empty', type: 'directory' },
      file(`${'long/'.repeat(30)}ä`, 'ä'),
      file('z', '')
    ]);
    expect(answer).toMatchObject({ status: 201, body: { files: 3, folders: 33, bytes: 7 } });
    expect(readdirSync(at('genes', own)).sort()).toEqual(['a', 'empty', 'long', 'z']);
    expect(readFileSync(at('genes', own, 'a', 'b', 'x'), 'utf8')).toBe('12345');
    expect(readFileSync(at('genes', own, 'long/'.repeat(30), 'ä'), 'utf8')).toBe('ä');
    expect(lstatSync(at('genes', own, 'z'))).toMatchObject({ mode: 0o100660, nlink: 1 });
    expect(await rows(`file:genes/${own}`)).toMatchObject([
      { action: 'file.uploaded', actor: 'ada', data: { files: 3, folders: 33, bytes: 7 } }
    ]);
    const { bytes, files } = (await owner.send('GET', `${base}/genes`)).body as typeof before;
    expect([bytes - before.bytes, files - before.files]).toEqual([7, 3]);
  });

  it.each(['gnu', 'pax', 'ustar'])('come as GNU tar writes them (%s)', async format => {
    const folder = mkdtempSync(join(tmpdir(), 'hopslab-tar-'));
    const name = format === 'ustar' ? 'n'.repeat(90) : 'n'.repeat(200);
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'd', name), 'x'.repeat(3_000_000));
    const tar = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, '.'], {
      maxBuffer: 2 ** 24
    });
    rmSync(folder, { recursive: true });
    expect(await send(tar)).toMatchObject({ status: 201, body: { files: 1, folders: 1, bytes: 3_000_000 } });
    expect(lstatSync(at('genes', own, 'd', name)).size).toBe(3_000_000);
  });

  it('merge into what is there and replace nothing', async () => {
    await sendAll([file('a/x', 'old')]);
    expect(await sendAll([file('a/y'), file('b/z')])).toMatchObject({ status: 201 });
    const refused = await sendAll([file('a/new'), file('a/x', 'new'), file('c')]);
    expect(codeOf(refused)).toEqual([409, 'file.exists']);
    expect(whyOf(refused)).toContain(`"${own}/a/x"`);
    expect(readdirSync(at('genes', own)).sort()).toEqual(['a', 'b']);
    expect(readdirSync(at('genes', own, 'a')).sort()).toEqual(['x', 'y']);
    expect(readFileSync(at('genes', own, 'a', 'x'), 'utf8')).toBe('old');
    expect(await rows(`file:genes/${own}`)).toHaveLength(2);
    expect(await sendAll([file(`${own}-top`)], { path: '' })).toMatchObject({ status: 201 });
    expect(codeOf(await sendAll([file('y')], { path: `${own}/a/x` }))).toEqual([400, 'file.path']);
  });

  it('are many, and come as a whole while they come', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => file(`f/${String(i)}`, 'x'.repeat(1000)));
    expect(await sendAll(many)).toMatchObject({ status: 201, body: { files: 10_000, bytes: 10_000_000 } });
    expect(readdirSync(at('genes', own, 'f'))).toHaveLength(10_000);
    expect(readFileSync(at('genes', own, 'f', '9999'), 'utf8')).toBe('x'.repeat(1000));
  });

  it.each([
    ['files', Array.from({ length: 20_001 }, (_, i) => file(String(i), ''))],
    ['folders', Array.from({ length: 400 }, (_, i) => file(`${String(i)}/${'d/'.repeat(60)}x`, ''))]
  ])('are no more %s than may be', async (_what, entries) => {
    const { entries: read, seen } = createTarReader(Readable.from([await tarOf(entries)]));
    const readAll = async () => {
      for await (const { kind } of read()) expect(kind).toBe('file');
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'operation.too-much' });
    expect(seen.files.size + seen.folders.size).toBeLessThan(20_100);
  });

  it('are repeated safely with a key, also where its answer was lost', async () => {
    const headers = { 'idempotency-key': own };
    const first = await sendAll([file('x')], { headers });
    expect(first).toMatchObject({ status: 201, body: { files: 1 } });
    expect((await sendAll([file('x')], { headers })).body).toEqual(first.body);
    // A server that was killed before it kept its answer.
    await test.db('idempotency_keys').where({ key: own }).delete();
    expect((await sendAll([file('x')], { headers })).body).toEqual(first.body);
    expect(await rows(`file:genes/${own}`)).toHaveLength(1);
    expect(codeOf(await sendAll([file('x')], { headers: { 'idempotency-key': `${own}-2` } }))).toEqual([
      ...[409, 'file.exists']
    ]);
  });
});

describe('a batch of a hostile hand', () => {
  const link = (type: NonNullable<TarEntry['type']>): TarEntry => ({
    name: 'bad',
    type,
    linkname: '/etc/passwd'
  });
  it.each([
    ['a way up', file('../x'), 'file.path', /"\S+\/\.\.\/x".*“\.\.”/],
    ['a way up from inside', file('a/../../x'), 'file.path', /“\.\.”/],
    ['an absolute name', file('/etc/x'), 'file.path', /\/etc\/x.*empty part/],
    ['an empty part', file('a//b'), 'file.path', /a\/\/b/],
    ['a newline', file('a\nb'), 'file.path', /control characters/],
    ['a name that is too long', file('x'.repeat(256)), 'file.path', /longer than 255/],
    ['a path that is too long', file(`${'x/'.repeat(1000)}x`), 'file.path', /longer than the 2000/],
    ['a NUL in a long name', { ...file('n'), pax: { path: 'a\0b' } }, 'file.path', /NUL/],
    ['no UTF-8', { ...file('n'), pax: { path: 'a\ufffd' } }, 'file.path', /UTF-8/],
    ['a link', link('symlink'), 'archive.refused', /"bad" in it is a link/],
    ['a hard link', link('link'), 'archive.refused', /"bad"/],
    ['a device', link('character-device'), 'archive.refused', /"bad"/],
    ['a FIFO', link('fifo'), 'archive.refused', /"bad"/],
    ['a name twice', file('first'), 'archive.refused', /holds "first" twice/],
    ['a file that is a folder too', file('first/x'), 'archive.refused', /file and a folder/]
  ] as const)('with %s is refused whole, in words', async (_what, entry, code, why) => {
    const refused = await sendAll([file('first'), entry, file('last')]);
    expect((refused.body as { code: string }).code).toBe(code);
    expect(whyOf(refused)).toMatch(why);
    expect(existsSync(at('genes', own))).toBe(false);
  });

  it.each([
    ['is none', Buffer.alloc(1024, 'x')],
    ['is compressed', Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(1022)])],
    ['ends early', undefined]
  ])('that %s is refused', async (_what, raw) => {
    const whole = await tarOf([file('a', 'x'.repeat(2000))]);
    expect(codeOf(await send(raw ?? whole.subarray(0, 1024)))).toEqual([409, 'archive.refused']);
    expect(existsSync(at('genes', own))).toBe(false);
  });

  it('is led out by no link on its way', async () => {
    mkdirSync(at('genes', own));
    symlinkSync(tmpdir(), at('genes', own, 'out'));
    expect(codeOf(await sendAll([file('out/hopslab-led-out')]))).toEqual([409, 'file.exists']);
    expect(codeOf(await sendAll([file('x')], { path: `${own}/out` }))).toEqual([400, 'file.path']);
    expect(existsSync(join(tmpdir(), 'hopslab-led-out'))).toBe(false);
  });

  it('says how long it is and what it is, and is not too long', async () => {
    const tar = await tarOf([file('x')]);
    expect(codeOf(await send(tar, { headers: { 'content-type': 'application/zip' } }))).toEqual([
      ...[415, 'request.media-type']
    ]);
    const withoutLength = await owner.send('POST', `${base}/genes/batch?path=${own}`, {
      headers: { 'content-type': 'application/x-tar', 'transfer-encoding': 'chunked' }
    });
    expect(codeOf(withoutLength)).toEqual([400, 'request.invalid']);
    expect(whyOf(withoutLength)).toMatch(/Content-Length/);
    expect(codeOf(await send(tar, { dataset: 'none' }))).toEqual([404, 'dataset.unknown']);
  });
});

describe('who may', () => {
  it('is told from each file, and of data scientists carries programs only', async () => {
    const programs = [file('a.py'), file('d/b.ipynb')];
    expect(await sendAll(programs, { who: scientist, dataset: 'Jupyter' })).toMatchObject({ status: 201 });
    for (const [entries, dataset, path] of [
      [[file('a.py'), file('data.csv')], 'Jupyter', `${own}-2`],
      [[file('a.py')], 'genes', own],
      [[], 'genes', own]
    ] as const)
      expect(codeOf(await sendAll(entries, { who: scientist, dataset, path }))).toEqual([
        ...[403, 'access.denied']
      ]);
    expect(existsSync(at('Jupyter', `${own}-2`))).toBe(false);
  });

  it('is told from both projects where the dataset is shared, and again before it appears', async () => {
    const lab = `lab${own}`;
    await owner.send('POST', '/api/v1/projects', { body: { name: lab } });
    const share = (permission: string) =>
      owner.send('POST', `${base}/genes/shares`, { body: { project: lab, permission } });
    const { offerId } = (await share('editable')).body as { offerId: string };
    await owner.send('POST', `/api/v1/projects/${lab}/offers/${offerId}/accept`);
    const theirs = `/api/v1/projects/${lab}/datasets/atlas::genes/batch?path=${own}`;
    const raw = await tarOf([file('x')]);
    const headers = { 'content-type': 'application/x-tar' };
    expect(await owner.send('POST', theirs, { raw, headers })).toMatchObject({ status: 201 });
    expect(await rows(`file:genes/${own}`)).toMatchObject([{ data: { files: 1, project: lab } }]);
    expect(await rows(`file:atlas::genes/${own}`)).toMatchObject([{ data: { files: 1 } }]);
    const late = await halfSent(await tarOf([file('late')]), theirs);
    await owner.send('DELETE', `${base}/genes/shares/${lab}`);
    expect(codeOf(await late.finish())).toEqual([404, 'dataset.unknown']);
    expect(readdirSync(at('genes', own))).toEqual(['x']);
  });

  it('is told again for whoever was removed meanwhile', async () => {
    const name = `cy${own}`;
    await test.user(name);
    await owner.send('PUT', `/api/v1/projects/atlas/members/${name}`, { body: { role: 'data_owner' } });
    const late = await halfSent(await tarOf([file('late')]), `${base}/genes/batch?path=${own}`, name);
    await owner.send('DELETE', `/api/v1/projects/atlas/members/${name}`);
    expect(codeOf(await late.finish())).toEqual([404, 'project.unknown']);
    expect(existsSync(at('genes', own))).toBe(false);
  });
});

describe('room', () => {
  it('is kept while a batch comes, and what does not fit is refused before any of it is taken', async () => {
    const root = await test.user('root', { admin: true });
    const limit = async (bytes: number | null) => {
      const { status } = await root.send('PUT', '/api/v1/quota/projects/atlas', { body: { bytes } });
      expect(status).toBe(200);
    };
    const { body } = await owner.send('GET', '/api/v1/projects/atlas/quota');
    const stored = (body as { storage: { bytes: number } }).storage.bytes;
    await limit(stored + 5000);
    const raw = await tarOf([file('x', 'x'.repeat(1000))]);
    expect(raw.length).toBe(2560);
    const first = await halfSent(raw, `${base}/genes/batch?path=${own}`);
    expect(codeOf(await send(raw, { path: `${own}-2` }))).toEqual([409, 'quota.storage-full']);
    expect(underWay()).toHaveLength(1);
    expect(await first.finish()).toMatchObject({ status: 201, body: { bytes: 1000 } });
    expect(await send(raw, { path: `${own}-2` })).toMatchObject({ status: 201 });
    await limit(null);
  });
});

describe('what is broken off', () => {
  it('leaves nothing: neither a lost connection nor a server that was killed before it was accepted', async () => {
    const late = await halfSent(
      await tarOf([file('late', 'x'.repeat(5000))]),
      `${base}/genes/batch?path=${own}`
    );
    late.cut();
    await vi.waitFor(() => expect(underWay()).toEqual([]), soon);
    expect(existsSync(at('genes', own))).toBe(false);

    await sendAll([file('old'), file('d/old')]);
    const files = createLocalFileStore({ root: join(test.config.data, 'projects') });
    const into = { dataset: { project: 'atlas', dataset: 'genes' }, folder: own };
    const placed = async (id: string, path: string) => {
      const batch = await files.batches.begin(id, into);
      await batch.file(path, Readable.from([Buffer.from('new')]));
      await batch.file(`d/${path}`, Readable.from([Buffer.from('new')]));
      await batch.place();
    };
    await placed('never-accepted', 'refused');
    await placed('was-accepted', 'accepted');
    await test.db('journal').insert({
      ...{ actor: 'ada', project: 'atlas', action: 'file.uploaded', asset: `file:genes/${own}` },
      ...{ channel: 'hub', data: JSON.stringify({ files: 2, folders: 1, bytes: 6, batch: 'was-accepted' }) }
    });
    const another = compose(test.config, createLogger('test', 'fatal'));
    await another.start();
    await another.close();
    expect(readdirSync(at('genes', own)).sort()).toEqual(['accepted', 'd', 'old']);
    expect(readdirSync(at('genes', own, 'd')).sort()).toEqual(['accepted', 'old']);
  });

  it('is taken back where the journal cannot be written', async () => {
    await sendAll([file('old')]);
    await test.db.raw(`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'no commit'; end $$`);
    await test.db.raw(`create constraint trigger refuse after insert on journal deferrable initially deferred
      for each row when (jsonb_exists(new.data, 'batch')) execute function refuse()`);
    const refused = await sendAll([file('new'), file('d/new')]);
    await test.db.raw('drop trigger refuse on journal; drop function refuse');
    expect(refused.status).toBe(500);
    expect(readdirSync(at('genes', own))).toEqual(['old']);
  });
});
