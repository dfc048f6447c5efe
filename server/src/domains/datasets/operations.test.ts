import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { operations, quota, shares } from '@hopslab/schema';
import type { Answer, Client } from '../../testing/client.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import type { Author } from '../../platform/actor.js';
import { createOperationsService, type OperationsService, type Work } from './operations.service.js';
import { createOperationsStore } from './operations.store.js';
import { zipOf, type ZipEntry } from './zip.fixture.js';

let test: TestPlatform;
let owner: Client;
let scientist: Client;
let other: Client;

const project = '/api/v1/projects/atlas';
const base = `${project}/datasets`;
const inside = (...names: string[]) => join(test.config.data, 'projects', ...names);
const patient = { timeout: 15_000, interval: 30 };

beforeAll(async () => {
  test = await startPlatform();
  [owner, scientist, other] = await Promise.all([test.user('ada'), test.user('bob'), test.user('cy')]);
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await other.send('POST', '/api/v1/projects', { body: { name: 'borea' } });
  await owner.send('PUT', `${project}/members/bob`, { body: { role: 'data_scientist' } });
  await owner.send('POST', base, { body: { name: 'genes' } });
});
afterAll(() => test.close());

let n = 0;
/** A folder that no other test uses. */
let own: string;
beforeEach(() => (own = `t${String(n++)}`));

const put = (path: string, raw: string | Buffer = '12345', dataset = 'genes') =>
  owner.send('PUT', `${base}/${dataset}/files/${path}`, { raw });
const copy = (path: string, to: object, who = owner, dataset = 'genes') =>
  who.send('POST', `${base}/${dataset}/copy`, { body: { path, to } });
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];
const whyNot = ({ body }: Answer) => (body as { detail: string }).detail;
/** Waits for the end of what was begun. */
const ended = async (begun: Answer, who = owner, at = project): Promise<operations.Operation> => {
  expect(begun).toMatchObject({ status: 202, body: { state: 'running' } });
  const { id } = begun.body as operations.Operation;
  return vi.waitFor(async () => {
    const now = (await who.send('GET', `${at}/operations/${id}`)).body as operations.Operation;
    expect(now.state).not.toBe('running');
    return now;
  }, patient);
};
const rows = (action: string) =>
  test.db('journal').where({ action }).orderBy('id', 'desc').select('project', 'asset', 'actor', 'data');

describe('copying', () => {
  it('makes another file or folder of the same content, and counts it', async () => {
    await put(`${own}/a/x`);
    await put(`${own}/a/y`, '');
    mkdirSync(inside('atlas', 'genes', own, 'a', 'empty'));
    symlinkSync('/etc/passwd', inside('atlas', 'genes', own, 'a', 'link'));
    const done = await ended(await copy(`${own}/a`, { path: `${own}/b` }));
    expect(done).toMatchObject({ kind: 'copy', state: 'done', doneBytes: 5, totalBytes: 5, leftOut: 1 });
    expect(readdirSync(inside('atlas', 'genes', own, 'b')).sort()).toEqual(['empty', 'x', 'y']);
    expect(readFileSync(inside('atlas', 'genes', own, 'b', 'x'), 'utf8')).toBe('12345');
    await ended(await copy(`${own}/a/x`, { path: 'new/x', dataset: 'Models' }));
    expect(readFileSync(inside('atlas', 'Models', 'new', 'x'), 'utf8')).toBe('12345');
    expect((await rows('file.copied'))[0]).toMatchObject({
      asset: `file:genes/${own}/a/x`,
      data: { to: 'Models/new/x', kind: 'file', bytes: 5, files: 1 }
    });
    expect(readdirSync(inside('.staging'))).toEqual([]);
  });

  it('replaces nothing, and leads nowhere else', async () => {
    await put(`${own}/a/x`);
    await put(`${own}/y`);
    symlinkSync('/tmp', inside('atlas', 'genes', own, 'out'));
    for (const [from, to, problem] of [
      ['a/x', 'y', [409, 'file.exists']],
      ['a', 'a', [409, 'file.exists']],
      ['a', 'a/b', [400, 'file.path']],
      ['out', 'b', [409, 'file.not-a-file']],
      ['out/x', 'b', [400, 'file.path']],
      ['a/x', 'out/x', [400, 'file.path']],
      ['a/x', '../x', [400, 'file.path']],
      ['nothing', 'b', [404, 'file.unknown']]
    ] as const)
      expect([from, to, code(await copy(`${own}/${from}`, { path: `${own}/${to}` }))]).toEqual([
        from,
        to,
        problem
      ]);
    expect(code(await copy(`${own}/y`, { path: 'y', dataset: 'none' }))).toEqual([404, 'dataset.unknown']);
  });

  it('is for programs where a data scientist asks for it', async () => {
    await put(`${own}/x.csv`);
    await put(`${own}/p.py`, 'p', 'Jupyter');
    await put(`${own}/d.csv`, 'p', 'Jupyter');
    const refused = [
      copy(`${own}/x.csv`, { path: `${own}/x.py`, dataset: 'Jupyter' }, scientist),
      copy(`${own}/p.py`, { path: `${own}/p.py`, dataset: 'genes' }, scientist, 'Jupyter'),
      copy(`${own}/p.py`, { path: `${own}/p.csv` }, scientist, 'Jupyter'),
      copy(own, { path: `${own}2` }, scientist, 'Jupyter')
    ];
    for (const answer of refused) expect(code(await answer)).toEqual([403, 'access.denied']);
    const done = await ended(
      await copy(`${own}/p.py`, { path: `${own}/q.py` }, scientist, 'Jupyter'),
      scientist
    );
    expect(done.state).toBe('done');
    await owner.send('DELETE', `${base}/Jupyter/files/${own}/d.csv`);
    await ended(await copy(own, { path: `${own}2`, dataset: 'Resources' }, scientist, 'Jupyter'), scientist);
    expect(readdirSync(inside('atlas', 'Resources', `${own}2`))).toEqual(['p.py', 'q.py']);
  });

  it('brings what is shared with a project into it, for data owners, and both journals say so', async () => {
    await put(`${own}/x`);
    const share = { project: 'borea', permission: 'read_only' };
    const { body } = await owner.send('POST', `${base}/genes/shares`, { body: share });
    await other.send('POST', `/api/v1/projects/borea/offers/${(body as shares.Share).offerId}/accept`);
    const theirs = '/api/v1/projects/borea';
    const take = (to: object) =>
      other.send('POST', `${theirs}/datasets/atlas::genes/copy`, { body: { path: own, to } });
    expect(code(await take({ path: 'back' }))).toEqual([403, 'access.denied']);
    const done = await ended(await take({ path: own, dataset: 'Models' }), other, theirs);
    expect(done).toMatchObject({ state: 'done', dataset: 'Models' });
    expect(readFileSync(inside('borea', 'Models', own, 'x'), 'utf8')).toBe('12345');
    expect((await rows('file.copied')).slice(0, 2)).toMatchObject([
      { project: 'atlas', actor: 'cy', asset: `file:genes/${own}`, data: { project: 'borea' } },
      { project: 'borea', actor: 'cy', asset: `file:atlas::genes/${own}` }
    ]);
  });

  it('is refused before it begins where there is no room, and never begun twice by two at once', async () => {
    const root = await test.user('root', { admin: true });
    const limit = (bytes: number | null) =>
      root.send('PUT', '/api/v1/quota/projects/atlas', { body: { bytes } });
    await put(`${own}/x`, 'x'.repeat(1000));
    const { body } = await owner.send('GET', `${project}/quota`);
    const { bytes } = (body as quota.Quota).storage;
    await limit(bytes + 1500);
    try {
      const both = await Promise.all(['y', 'z'].map(to => copy(`${own}/x`, { path: `${own}/${to}` })));
      for (const one of both) if (one.status === 202) await ended(one);
      expect(readdirSync(inside('atlas', 'genes', own))).toHaveLength(2);
      const refused = await copy(`${own}/x`, { path: `${own}/w` });
      expect(code(refused)).toEqual([409, 'quota.storage-full']);
    } finally {
      await limit(null);
    }
  });

  it('is stopped by who began it or a data owner, and leaves nothing', async () => {
    writeFileSync(inside('atlas', 'genes', `${own}-long`), '');
    truncateSync(inside('atlas', 'genes', `${own}-long`), 2 ** 36);
    const begun = await copy(`${own}-long`, { path: `${own}-copy` });
    expect(begun.status).toBe(202);
    const { id } = begun.body as operations.Operation;
    const stop = (who: Client) => who.send('POST', `${project}/operations/${id}/stop`);
    expect(code(await stop(scientist))).toEqual([403, 'access.denied']);
    // An id is written in one way only: by another one something would be found that is not known to go on.
    const capital = 'AAAAAAAA-0000-4000-8000-AAAAAAAAAAAA';
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/stop']
    ] as const)
      expect(code(await owner.send(method, `${project}/operations/${capital}${path}`))).toEqual([
        400,
        'request.invalid'
      ]);
    expect(await stop(owner)).toMatchObject({ status: 200, body: { state: 'stopped', reason: null } });
    expect(existsSync(inside('atlas', 'genes', `${own}-copy`))).toBe(false);
    expect(readdirSync(inside('.staging'))).toEqual([]);
    expect(
      code(await owner.send('GET', `${project}/operations/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`))
    ).toEqual([404, 'operation.unknown']);
  });
});

describe('a zip file', () => {
  const zip = (paths: string[], to: string, who = owner, dataset = 'genes') =>
    who.send('POST', `${base}/${dataset}/zip`, { body: { paths, to } });
  const unzip = (path: string, to: string, who = owner, dataset = 'genes') =>
    who.send('POST', `${base}/${dataset}/unzip`, { body: { path, to } });

  it('is packed and unpacked to what it was', async () => {
    await put(`${own}/f/a/x`, 'x'.repeat(100_000));
    await put(`${own}/f/%C3%A4`, '');
    await put(`${own}/y.gz`, 'y');
    mkdirSync(inside('atlas', 'genes', own, 'f', 'empty'));
    symlinkSync('/etc/passwd', inside('atlas', 'genes', own, 'f', 'link'));
    const packed = await ended(await zip([`${own}/f`, `${own}/y.gz`], `${own}/all.zip`));
    expect(packed).toMatchObject({
      kind: 'zip',
      state: 'done',
      leftOut: 1,
      totalBytes: 100_001,
      doneBytes: 100_001
    });
    expect(readFileSync(inside('atlas', 'genes', own, 'all.zip')).length).toBeLessThan(5000);
    const done = await ended(await unzip(`${own}/all.zip`, `${own}/out`));
    expect(done).toMatchObject({ kind: 'unzip', state: 'done', doneBytes: 100_001 });
    expect(readdirSync(inside('atlas', 'genes', own, 'out')).sort()).toEqual(['f', 'y.gz']);
    expect(readdirSync(inside('atlas', 'genes', own, 'out', 'f')).sort()).toEqual(['a', 'empty', 'ä']);
    expect(readFileSync(inside('atlas', 'genes', own, 'out', 'f', 'a', 'x'), 'utf8')).toBe(
      'x'.repeat(100_000)
    );
    expect((await rows('file.unzipped'))[0]).toMatchObject({
      asset: `file:genes/${own}/out`,
      data: { files: 3 }
    });
    expect(code(await unzip(`${own}/all.zip`, `${own}/out`))).toEqual([409, 'file.exists']);
    expect(code(await zip([`${own}/f`, `${own}/f`], `${own}/b.zip`))).toEqual([400, 'file.path']);
    expect(code(await zip([`${own}/f`, `${own}/f/a`], `${own}/b.zip`))).toEqual([400, 'file.path']);
  });

  const x = { name: 'x', content: 'x' };
  const bad: readonly (readonly [string, readonly ZipEntry[] | Buffer, RegExp])[] = [
    ['that leads up', [{ name: '../x' }], /relative path/],
    ['that leads up from inside', [{ name: 'a/../../x' }], /relative path/],
    ['with an absolute name', [{ name: '/etc/x' }], /absolute path/],
    ['with a drive’s name', [{ name: 'C:/x' }], /absolute path/],
    ['with backslashes', [{ name: '..\\x' }], /invalid characters/],
    ['with a newline in a name', [{ name: 'a\nb' }], /no name/],
    ['with an empty part in a name', [{ name: 'a//b' }], /no name/],
    ['with a name that is too long', [{ name: 'x'.repeat(256) }], /no name/],
    ['with a link', [{ name: 'x', content: '/etc/passwd', mode: 0o120777 }], /is a link/],
    ['with a device', [{ name: 'x', mode: 0o020666 }], /is a link or something else/],
    ['with a name twice', [x, x], /holds "x" twice/],
    ['with a file that is a folder too', [x, { name: 'x/y' }], /file and a folder/],
    ['with a folder that is a file too', [x, { name: 'x/', mode: 0o040755 }], /file and a folder/],
    ['that is encrypted', [{ ...x, flags: 1 }], /encrypted/],
    ['compressed in another way', [{ ...x, method: 12 }], /not known here/],
    [
      'whose entries lie over one another',
      [
        { name: 'a', content: 'x'.repeat(99) },
        { name: 'b', content: 'x'.repeat(99), at: 0 }
      ],
      /over one another/
    ],
    ['that unpacks to very much', [{ ...x, size: 2 ** 31 }], /times its size/],
    ['with an extra field of thousands', [{ ...x, extra: Buffer.alloc(65_532) }], /longer than any honest/],
    ['with a very long comment', [{ ...x, comment: Buffer.alloc(65_532) }], /longer than any honest/],
    ['that is none', Buffer.from('no zip file'), /no sound zip/],
    ['that is cut', zipOf([x]).subarray(0, -8), /no sound zip/],
    ['that is empty', Buffer.alloc(0), /no sound zip/]
  ];
  it.each(bad)('%s is refused, and nothing of it is unpacked', async (_what, entries, why) => {
    await put(`${own}/x.zip`, Buffer.isBuffer(entries) ? entries : zipOf(entries));
    const refused = await unzip(`${own}/x.zip`, `${own}/out`);
    expect(code(refused)).toEqual([409, 'archive.refused']);
    expect(whyNot(refused)).toMatch(why);
    expect(readdirSync(inside('atlas', 'genes', own))).toEqual(['x.zip']);
  });

  it.each([
    ['a checksum that is not its content’s', { ...x, crc: 1 }, /checksum/],
    ['more than it says', { ...x, content: 'xxxx', size: 1 }, /no sound zip|bytes/],
    ['less than it says', { ...x, size: 10 }, /no sound zip|bytes/],
    ['bytes that do not unpack', { ...x, method: 8, content: 'x' }, undefined]
  ] as const)('with %s comes to nothing', async (_what, entry, why) => {
    const raw = zipOf([{ name: 'first', content: 'first' }, entry]);
    if (!why) raw.write('\xff\xff\xff', raw.indexOf('PK\x01\x02') - 3, 'latin1');
    await put(`${own}/x.zip`, raw);
    const done = await ended(await unzip(`${own}/x.zip`, `${own}/out`));
    expect(done.state).toBe('failed');
    expect(done.reason).toMatch(why ?? /no sound zip/);
    expect(readdirSync(inside('atlas', 'genes', own))).toEqual(['x.zip']);
    expect(readdirSync(inside('.staging'))).toEqual([]);
  });

  it('is packed by data owners only, and holds only programs where a data scientist unpacks it', async () => {
    await put(`${own}/x.py`, 'p', 'Jupyter');
    expect(code(await zip([`${own}/x.py`], `${own}/x.jar`, scientist, 'Jupyter'))).toEqual([
      403,
      'access.denied'
    ]);
    // Who may put nothing there does not have it looked at.
    await put(`${own}/none.zip`, 'no zip file');
    expect(code(await unzip(`${own}/none.zip`, `${own}/d`, scientist))).toEqual([403, 'access.denied']);
    await put(`${own}/data.zip`, zipOf([{ name: 'a.py' }, { name: 'b.csv' }]), 'Jupyter');
    await put(`${own}/programs.zip`, zipOf([{ name: 'f/', mode: 0o040755 }, { name: 'f/a.py' }]), 'Jupyter');
    expect(code(await unzip(`${own}/data.zip`, `${own}/d`, scientist, 'Jupyter'))).toEqual([
      403,
      'access.denied'
    ]);
    const done = await ended(await unzip(`${own}/programs.zip`, `${own}/p`, scientist, 'Jupyter'), scientist);
    expect(done.state).toBe('done');
  });
});

describe('what goes on at a time', () => {
  const by = (name: string): Author => ({
    ...{ user: { name }, channel: 'platform', member: null, address: null, requestId: null }
  });
  const work = (run: Work['run'], at = 'atlas'): Work => ({
    ...{ kind: 'copy', makes: { project: at, dataset: 'genes', path: 'x' }, totalBytes: 1, run },
    adds: { project: at, bytes: 1, files: 1 }
  });
  const untilStopped: Work['run'] = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped'));
      });
    });
  const tooMany = { code: 'operation.too-many', status: 429 };
  let service: OperationsService;
  beforeEach(() => (service = createOperationsService({ db: test.db, logger: pino({ level: 'silent' }) })));
  afterEach(() => service.close());

  it('is never all of one person’s, whatever projects they have', async () => {
    for (const at of ['atlas', 'borea', 'atlas']) await service.start(by('ada'), at, work(untilStopped, at));
    await expect(service.start(by('ada'), 'borea', work(untilStopped, 'borea'))).rejects.toMatchObject({
      ...tooMany,
      detail: expect.stringMatching(/You have 3 .* in this project and others/) as string
    });
    await service.start(by('cy'), 'borea', work(untilStopped, 'borea'));
    await service.start(by('bob'), 'atlas', work(untilStopped));
    await expect(service.start(by('cy'), 'atlas', work(untilStopped))).rejects.toMatchObject(tooMany);
  });

  it('has its place from when it is looked at, and gives it back where that comes to nothing', async () => {
    const looked = Promise.withResolvers<Work>();
    const look = vi.fn(() => looked.promise);
    const three = [1, 2, 3].map(() => service.start(by('ada'), 'atlas', look));
    await expect(service.start(by('ada'), 'atlas', look)).rejects.toMatchObject(tooMany);
    await expect(service.start(by('cy'), 'atlas', look)).rejects.toMatchObject(tooMany);
    expect(look).toHaveBeenCalledTimes(3);
    looked.reject(new Error('no'));
    for (const one of three) await expect(one).rejects.toThrow('no');
    await service.start(by('ada'), 'atlas', () => Promise.resolve(work(untilStopped)));
  });
});

it('work that a server died over has failed, in words', async () => {
  const row = await createOperationsStore(test.db).insert({
    ...{ id: '00000000-0000-4000-8000-00000000000b', project: 'atlas', kind: 'copy' as const },
    ...{ dataset: 'genes', path: 'x', total_bytes: 5, started_by: 'ada' }
  });
  await createOperationsStore(test.db).failAll('The platform was restarted meanwhile.');
  expect((await owner.send('GET', `${project}/operations/${row.id}`)).body).toMatchObject({
    state: 'failed',
    reason: 'The platform was restarted meanwhile.'
  });
});
