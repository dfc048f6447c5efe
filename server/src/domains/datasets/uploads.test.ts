import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../compose.js';
import { publish } from '../../platform/live.js';
import { createLogger } from '../../platform/logger.js';
import type { Answer, Client } from '../../testing/client.js';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import { password } from '../../testing/password.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import { uploadsChannel } from './uploads.store.js';

const soon = { timeout: 10_000 };
const tus = { 'tus-resumable': '1.0.0' };

let test: TestPlatform;
let owner: Client;
let scientist: Client;

const base = '/api/v1/projects/atlas/datasets';
const at = (...names: string[]) => join(test.config.data, 'projects', 'atlas', ...names);
const incoming = () => {
  const folder = join(test.config.data, 'projects', '.incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const sha256 = (bytes: Buffer) => `sha256 ${createHash('sha256').update(bytes).digest('base64')}`;

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
beforeEach(() => (own = `u${String(n++)}`));
afterEach(async () => {
  await test.db('uploads').delete();
  for (const id of incoming()) rmSync(join(test.config.data, 'projects', '.incoming', id));
});

interface Wish {
  readonly who?: Client;
  readonly dataset?: string;
  readonly headers?: Record<string, string>;
  readonly checksum?: string;
}
const begin = (
  path: string,
  length: number,
  { who = owner, dataset = 'genes', headers = {}, checksum }: Wish = {}
) => {
  const metadata = `path ${base64(path)}${checksum === undefined ? '' : `,checksum ${base64(checksum)}`}`;
  return who.send('POST', `${base}/${dataset}/uploads`, {
    headers: { ...tus, 'upload-length': String(length), 'upload-metadata': metadata, ...headers }
  });
};
const begun = async (path: string, length: number, wish: Wish = {}): Promise<string> => {
  const { status, headers, body } = await begin(path, length, wish);
  expect(body).toMatchObject({ offset: 0, placed: false });
  expect(status).toBe(201);
  return String(headers['location']);
};
const patch = (address: string, offset: number, raw: Buffer | string, headers = {}, who = owner) =>
  who.send('PATCH', address, {
    raw,
    headers: {
      ...tus,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      ...headers
    }
  });
const head = async (address: string, who = owner) => {
  const { status, headers } = await who.send('HEAD', address, { headers: tus });
  return { status, offset: Number(headers['upload-offset']), length: Number(headers['upload-length']) };
};
const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code];
const pathsOf = ({ body }: Answer) => (body as { items: { path: string }[] }).items.map(({ path }) => path);
const content = (path: string, dataset = 'genes') => readFileSync(at(dataset, path));
const journaled = (asset: string) =>
  test
    .db('journal')
    .where({ project: 'atlas', asset, outcome: 'done' })
    .orderBy('id')
    .select('action', 'data');

let root: Client | undefined;
const admin = async () => (root ??= await test.user('root', { admin: true }));
const limit = async (bytes: number | null) => {
  const { status, body } = await (
    await admin()
  ).send('PUT', '/api/v1/quota/projects/atlas', { body: { bytes } });
  expect([status, body]).toMatchObject([200, {}]);
};
const stored = async () => {
  const { body } = await owner.send('GET', '/api/v1/projects/atlas/quota');
  return (body as { storage: { bytes: number } }).storage.bytes;
};

/** A PATCH whose body is fed by the test, as slowly as it likes. */
const feed = async (address: string, offset: number, length: number): Promise<ClientRequest> => {
  const { body } = await test.anonymous.send('POST', '/api/v1/auth/login', {
    body: { username: 'ada', password: password }
  });
  const sent = request({
    socketPath: join(test.config.data, 's.sock'),
    method: 'PATCH',
    path: address,
    headers: {
      host: 'hopslab.localhost:8443',
      authorization: `Bearer ${(body as { token: string }).token}`,
      ...tus,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': offset,
      'content-length': length
    }
  });
  sent.on('error', () => undefined);
  return sent;
};

describe('an upload that can be resumed', () => {
  it('comes in parts, unseen, and appears whole', async () => {
    const bytes = randomBytes(300_000);
    const address = await begun(`${own}/deep/ä b.bin`, bytes.length, { checksum: sha256(bytes) });
    const answer = await patch(address, 0, bytes.subarray(0, 100_000));
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({ 'tus-resumable': '1.0.0', 'upload-offset': '100000' });
    expect(Date.parse(String(answer.headers['upload-expires']))).toBeGreaterThan(Date.now());
    expect(await head(address)).toEqual({ status: 200, offset: 100_000, length: 300_000 });
    expect(existsSync(at('genes', own))).toBe(false);
    const listed = await owner.send('GET', `${base}/genes/uploads`);
    expect(listed.body).toMatchObject({
      items: [{ path: `${own}/deep/ä b.bin`, offset: 100_000, placed: false }]
    });

    expect(codeOf(await patch(address, 50_000, 'x'))).toEqual([409, 'upload.offset']);
    expect(await patch(address, 100_000, bytes.subarray(100_000))).toMatchObject({ status: 204 });
    expect(content(`${own}/deep/ä b.bin`).equals(bytes)).toBe(true);
    expect(await journaled(`file:genes/${own}/deep/ä b.bin`)).toMatchObject([
      { action: 'file.uploaded', data: { size: 300_000, checksum: sha256(bytes) } }
    ]);
    // Who did not hear the answer is told that it is done.
    expect(await head(address)).toEqual({ status: 200, offset: 300_000, length: 300_000 });
    expect(await owner.send('GET', address, { headers: tus })).toMatchObject({ body: { placed: true } });
    expect(await owner.send('GET', `${base}/genes/uploads`)).toMatchObject({ body: { items: [] } });
    expect(incoming()).toEqual([]);
  });

  it('of nothing is placed when it is looked at', async () => {
    const address = await begun(`${own}/empty`, 0);
    expect(await head(address)).toMatchObject({ offset: 0, length: 0 });
    expect(content(`${own}/empty`).length).toBe(0);
  });

  it('keeps what came of a connection that broke, and lets the next one in', async () => {
    const bytes = randomBytes(200_000);
    const address = await begun(`${own}/x`, bytes.length, { checksum: sha256(bytes) });
    const sent = await feed(address, 0, bytes.length);
    sent.write(bytes.subarray(0, 70_000));
    await vi.waitFor(async () => {
      expect((await head(address)).status).toBe(423);
    }, soon);
    sent.destroy();
    const { offset } = await vi.waitFor(async () => {
      const now = await head(address);
      expect(now.status).toBe(200);
      return now;
    }, soon);
    expect(offset).toBe(70_000);
    expect(await patch(address, offset, bytes.subarray(offset))).toMatchObject({ status: 204 });
    expect(content(`${own}/x`).equals(bytes)).toBe(true);
  });

  it('has one request at a time, unless that one has fallen silent', async () => {
    const bytes = randomBytes(100_000);
    const address = await begun(`${own}/x`, bytes.length);
    const silent = await feed(address, 0, bytes.length);
    silent.write(bytes.subarray(0, 10_000));
    await vi.waitFor(async () => {
      expect((await head(address)).status).toBe(423);
    }, soon);
    expect(codeOf(await patch(address, 10_000, 'x'))).toEqual([423, 'upload.busy']);
    // Its connection is as good as dead, though nobody has closed it.
    const now = await vi.waitFor(async () => {
      const answered = await head(address);
      expect(answered).toMatchObject({ status: 200, offset: 10_000 });
      return answered;
    }, soon);
    expect(await patch(address, now.offset, bytes.subarray(now.offset))).toMatchObject({ status: 204 });
    expect(content(`${own}/x`).equals(bytes)).toBe(true);
    silent.destroy();
  });

  it('places nothing with another checksum, be it of a part or of the whole', async () => {
    const bytes = Buffer.from('0123456789');
    const address = await begun(`${own}/x`, 10, { checksum: sha256(Buffer.from('another')) });
    const wrong = { 'upload-checksum': `sha1 ${createHash('sha1').update('x').digest('base64')}` };
    expect(codeOf(await patch(address, 0, bytes.subarray(0, 4), wrong))).toEqual([460, 'upload.checksum']);
    expect(await head(address)).toMatchObject({ offset: 0 });
    const right = { 'upload-checksum': `sha1 ${createHash('sha1').update('0123').digest('base64')}` };
    expect(await patch(address, 0, bytes.subarray(0, 4), right)).toMatchObject({ status: 204 });
    expect(codeOf(await patch(address, 4, bytes.subarray(4)))).toEqual([460, 'upload.checksum']);
    expect(existsSync(at('genes', own))).toBe(false);
    expect(incoming()).toEqual([]);
    expect(await head(address)).toMatchObject({ status: 404 });
  });

  it('has bytes that were not compared yet when the server was killed let go', async () => {
    const address = await begun(`${own}/x`, 10);
    await patch(address, 0, '01234');
    await test.db('uploads').update({ unchecked_from: 3 });
    expect(await head(address)).toMatchObject({ offset: 3 });
    expect(await patch(address, 3, '3456789')).toMatchObject({ status: 204 });
    expect(content(`${own}/x`).toString()).toBe('0123456789');
  });

  it('is its maker’s alone, and goes by what they may at each request', async () => {
    const address = await begun('mine.py', 3, { who: scientist, dataset: 'Jupyter' });
    for (const answer of [await owner.send('GET', address, { headers: tus }), await patch(address, 0, '123')])
      expect(codeOf(answer)).toEqual([404, 'upload.unknown']);
    const foreign = await begun('hers.py', 3, { dataset: 'Jupyter' });
    expect(codeOf(await scientist.send('DELETE', foreign, { headers: tus }))).toEqual([
      404,
      'upload.unknown'
    ]);
    const seenByBob = await scientist.send('GET', `${base}/Jupyter/uploads`);
    expect(pathsOf(seenByBob)).toEqual(['mine.py']);
    expect(codeOf(await begin('mine.csv', 3, { who: scientist, dataset: 'Jupyter' }))).toEqual([
      403,
      'access.denied'
    ]);
    expect(codeOf(await begin('mine.py', 3, { who: scientist }))).toEqual([403, 'access.denied']);
    expect(await patch(address, 0, '12', {}, scientist)).toMatchObject({ status: 204 });
    expect(await patch(address, 2, '3', {}, scientist)).toMatchObject({ status: 204 });
    const { notebook } = await doorsOf(test, 'ada', 'atlas');
    // The same projectUser, whichever way it comes in.
    const hers = await begun(`${own}/x`, 1);
    expect((await head(hers, notebook)).status).toBe(200);
  });

  it('places nothing for who may not any more when it is whole', async () => {
    const address = await begun(`${own}/x`, 4);
    const sent = await feed(address, 0, 4);
    sent.write('012');
    await vi.waitFor(async () => {
      expect((await head(address)).status).toBe(423);
    }, soon);
    await owner.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_owner' } });
    const now = scientist;
    expect(
      await now.send('PUT', '/api/v1/projects/atlas/members/ada', { body: { role: 'data_scientist' } })
    ).toMatchObject({ status: 200 });
    const status = new Promise(resolve => sent.once('response', answer => resolve(answer.statusCode)));
    sent.end('3');
    expect(await status).toBe(403);
    expect(existsSync(at('genes', own))).toBe(false);
    await now.send('PUT', '/api/v1/projects/atlas/members/ada', { body: { role: 'data_owner' } });
    await owner.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
    // It is all there: who may again has only to ask.
    expect(await head(address)).toMatchObject({ status: 200, offset: 4 });
    expect(content(`${own}/x`).toString()).toBe('0123');
  });

  it('honours the conditions that it was begun with, when it is placed', async () => {
    const put = (raw: string) => owner.send('PUT', `${base}/genes/files/${own}/x`, { raw });
    const [first, second] = [
      await begun(`${own}/x`, 3, { headers: { 'if-none-match': '*' } }),
      await begun(`${own}/x`, 3, { headers: { 'if-none-match': '*' } })
    ];
    expect(await patch(first, 0, 'one')).toMatchObject({ status: 204 });
    expect(codeOf(await patch(second, 0, 'two'))).toEqual([412, 'request.stale']);
    expect(content(`${own}/x`).toString()).toBe('one');
    expect(codeOf(await begin(`${own}/x`, 3, { headers: { 'if-none-match': '*' } }))).toEqual([
      412,
      'request.stale'
    ]);
    const tag = String((await put('older')).headers['etag']);
    const [third, fourth] = [
      await begun(`${own}/x`, 3, { headers: { 'if-match': tag } }),
      await begun(`${own}/x`, 4, { headers: { 'if-match': tag } })
    ];
    expect(
      await Promise.all([patch(third, 0, '333'), patch(fourth, 0, '4444')]).then(all =>
        all.map(({ status }) => status).sort()
      )
    ).toEqual([204, 412]);
    expect(['333', '4444']).toContain(content(`${own}/x`).toString());
  });

  it('is given up, even while it goes on', async () => {
    const address = await begun(`${own}/x`, 10);
    const sent = await feed(address, 0, 10);
    sent.write('012');
    await vi.waitFor(async () => {
      expect((await head(address)).status).toBe(423);
    }, soon);
    expect(await owner.send('DELETE', address, { headers: tus })).toMatchObject({ status: 204 });
    expect(incoming()).toEqual([]);
    expect((await head(address)).status).toBe(404);
    sent.destroy();
  });

  it('takes no more bytes than it was begun for, nor a form or another version', async () => {
    const address = await begun(`${own}/x`, 3);
    expect(codeOf(await patch(address, 0, '0123'))).toEqual([413, 'request.too-large']);
    expect(codeOf(await patch(address, 0, '012', { 'content-type': 'text/plain' }))).toEqual([
      415,
      'request.media-type'
    ]);
    const other = await patch(address, 0, '012', { 'tus-resumable': '0.2.0' });
    expect(codeOf(other)).toEqual([412, 'upload.version']);
    expect(other.headers['tus-version']).toBe('1.0.0');
    expect(codeOf(await begin('', 3))).toEqual([400, 'request.invalid']);
    for (const path of ['../x', '/etc/x', 'a\nb', 'a//b'])
      expect(codeOf(await begin(path, 3))).toEqual([400, 'file.path']);
    expect(codeOf(await begin('x', 3, { checksum: 'md5 x' }))).toEqual([400, 'request.invalid']);
    expect(codeOf(await begin('x', test.config.uploadLimit + 1))).toEqual([413, 'request.too-large']);
    mkdirSync(at('genes', own, 'folder'), { recursive: true });
    expect(codeOf(await begin(`${own}/folder`, 3))).toEqual([409, 'file.not-a-file']);
    expect(incoming()).toHaveLength(1);
  });

  it('is kept room in the quota, and no more than there is', async () => {
    const now = await stored();
    await limit(now + 1000);
    const first = await begun(`${own}/a`, 600);
    expect(codeOf(await begin(`${own}/b`, 600))).toEqual([409, 'quota.storage-full']);
    const refused = await begin(`${own}/b`, 600);
    expect((refused.body as { detail: string }).detail).toMatch(
      /kept for 1 upload under way in genes;.* give them up/
    );
    const second = await begun(`${own}/b`, 400);
    // A program or another upload may have taken the room meanwhile: what is there waits for some.
    await limit(now + 500);
    expect(codeOf(await patch(first, 0, Buffer.alloc(600)))).toEqual([409, 'quota.storage-full']);
    expect(existsSync(at('genes', own, 'a'))).toBe(false);
    expect(await patch(second, 0, Buffer.alloc(400))).toMatchObject({ status: 204 });
    await limit(null);
    expect(await head(first)).toMatchObject({ status: 200, offset: 600 });
    expect(content(`${own}/a`).length).toBe(600);
  });

  it('of a data scientist keeps a tenth of what is left, is seen by data owners, and given up by them', async () => {
    const size = 2 ** 20;
    await limit((await stored()) + 20 * size);
    const wish = { who: scientist, dataset: 'Jupyter' };
    await begun(`${own}/a.py`, size, wish);
    await begun(`${own}/c.py`, size - 2 ** 10, wish);
    const { status, body } = await begin(`${own}/b.py`, 2 ** 11, wish);
    expect([status, body]).toMatchObject([
      409,
      { code: 'quota.storage-full', detail: expect.stringMatching(/a tenth of the room/) as unknown }
    ]);
    const address = await begun(`${own}/b.py`, 2 ** 10, wish);
    await patch(address, 0, '123', {}, scientist);
    // What it leaves is there for the others.
    for (let i = 0; i < 3; i++) await begun(`${own}/${String(i)}`, size);
    const listed = await owner.send('GET', `${base}/Jupyter/uploads`);
    expect(listed.body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ user: 'bob', path: `${own}/b.py`, length: 2 ** 10, offset: 3 })
      ]) as unknown
    });
    expect((await owner.send('DELETE', address, { headers: tus })).status).toBe(204);
    expect((await head(address, scientist)).status).toBe(404);
    expect(await journaled(`file:Jupyter/${own}/b.py`)).toMatchObject([
      { action: 'file.upload-given-up', data: { user: 'bob', size: 2 ** 10 } }
    ]);
    await limit(null);
  });

  it.each(['is removed', 'leaves', 'is locked'])('ends with its bytes when who sends it %s', async how => {
    const address = await begun(`${own}/a.py`, 10, { who: scientist, dataset: 'Jupyter' });
    const kept = await begun(`${own}/b`, 10);
    await patch(address, 0, '123', {}, scientist);
    const member = '/api/v1/projects/atlas/members/bob';
    if (how === 'is locked')
      await (await admin()).send('PATCH', '/api/v1/users/bob', { body: { locked: true } });
    else await (how === 'leaves' ? scientist : owner).send('DELETE', member);
    // Its room is free at once, its bytes right after.
    expect(await test.db('uploads').where('expires_at', '>', test.db.fn.now()).pluck('path')).toEqual([
      `${own}/b`
    ]);
    await vi.waitFor(() => {
      expect(incoming()).toEqual([kept.split('/').at(-1)]);
    }, soon);
    expect(await test.db('uploads').pluck('path')).toEqual([`${own}/b`]);
    if (how === 'is locked')
      await (await admin()).send('PATCH', '/api/v1/users/bob', { body: { locked: false } });
    await owner.send('PUT', member, { body: { role: 'data_scientist' } });
    const signIn = { body: { username: 'bob', password } };
    const { body } = await test.anonymous.send('POST', '/api/v1/auth/login', signIn);
    scientist = test.anonymous.with({ authorization: `Bearer ${(body as { token: string }).token}` });
    expect((await head(address, scientist)).status).toBe(404);
  });

  it('that was begun while a membership ended is found, and ended too', async () => {
    await begun(`${own}/a.py`, 10, { who: scientist, dataset: 'Jupyter' });
    const kept = await begun(`${own}/b`, 10);
    const gone: unknown = await test.db('members').where({ project: 'atlas', username: 'bob' }).delete('*');
    await publish(test.db, uploadsChannel, {});
    await vi.waitFor(() => {
      expect(incoming()).toEqual([kept.split('/').at(-1)]);
    }, soon);
    await test.db('members').insert(gone);
  });

  it('is one of fifty at most that are not finished', async () => {
    for (let i = 0; i < 50; i++) await begun(`${own}/${String(i)}`, 1);
    expect(codeOf(await begin(`${own}/more`, 1))).toEqual([409, 'upload.too-many']);
    expect((await begin('other.py', 1, { who: scientist, dataset: 'Jupyter' })).status).toBe(201);
  });

  it('goes into a dataset that is shared editable, while it is', async () => {
    await owner.send('POST', '/api/v1/projects', { body: { name: `lab${own}` } });
    const offer = await owner.send('POST', `${base}/genes/shares`, {
      body: { project: `lab${own}`, permission: 'editable' }
    });
    const { offerId } = offer.body as { offerId: string };
    await owner.send('POST', `/api/v1/projects/lab${own}/offers/${offerId}/accept`);
    const theirs = `/api/v1/projects/lab${own}/datasets/atlas::genes/uploads`;
    const { headers } = await owner.send('POST', theirs, {
      headers: { ...tus, 'upload-length': '3', 'upload-metadata': `path ${base64(`${own}/x`)}` }
    });
    const [first, second] = [
      String(headers['location']),
      String(
        (
          await owner.send('POST', theirs, {
            headers: { ...tus, 'upload-length': '3', 'upload-metadata': `path ${base64(`${own}/y`)}` }
          })
        ).headers['location']
      )
    ];
    expect(await patch(first, 0, '123')).toMatchObject({ status: 204 });
    expect(content(`${own}/x`).toString()).toBe('123');
    expect(await journaled(`file:genes/${own}/x`)).toMatchObject([
      { action: 'file.uploaded', data: { project: `lab${own}` } }
    ]);
    // The owner is told of it, for its room is theirs.
    expect(await owner.send('GET', `${base}/genes/uploads`)).toMatchObject({
      body: { items: [{ user: 'ada', project: `lab${own}`, dataset: 'genes', path: `${own}/y` }] }
    });
    await owner.send('DELETE', `${base}/genes/shares/lab${own}`);
    expect((await patch(second, 0, '123')).status).toBe(404);
    expect(existsSync(at('genes', own, 'y'))).toBe(false);
    await vi.waitFor(async () => {
      expect([await test.db('uploads').whereNull('placed_at').pluck('path'), incoming()]).toEqual([[], []]);
    }, soon);
  });
});

describe('after a server that was killed', () => {
  /** Another server over the same data, as one that starts again. */
  const again = async (): Promise<void> => {
    const another = compose(test.config, createLogger('test', 'fatal'));
    await another.start();
    await another.close();
  };

  it('uploads with a row go on, bytes without one are swept, and what is over is forgotten', async () => {
    const address = await begun(`${own}/x`, 6);
    const old = await begun(`${own}/old`, 6);
    await patch(address, 0, '123');
    await patch(old, 0, '123');
    await test
      .db('uploads')
      .where({ id: old.split('/').at(-1) })
      .update({ expires_at: new Date(0) });
    const stray = await begun(`${own}/stray`, 6);
    await test
      .db('uploads')
      .where({ id: stray.split('/').at(-1) })
      .delete();
    await again();
    expect(incoming()).toEqual([address.split('/').at(-1)]);
    expect((await head(old)).status).toBe(404);
    expect(await head(address)).toMatchObject({ offset: 3 });
    expect(await patch(address, 3, '456')).toMatchObject({ status: 204 });
    expect(content(`${own}/x`).toString()).toBe('123456');
  });

  it('what was whole is placed, and what was placed is said, once', async () => {
    const id = (address: string) => address.split('/').at(-1) ?? '';
    const [whole, placed, linked] = [
      await begun(`${own}/whole`, 3),
      await begun(`${own}/placed`, 3),
      await begun(`${own}/linked`, 3, { headers: { 'if-none-match': '*' } })
    ];
    for (const address of [whole, placed, linked])
      writeFileSync(join(test.config.data, 'projects', '.incoming', id(address)), '123');
    const files = createLocalFileStore({
      root: join(test.config.data, 'projects')
    });
    for (const [address, path, onlyNew] of [
      [placed, 'placed', false],
      [linked, 'linked', true]
    ] as const) {
      const received = await files.incoming.complete(
        id(address),
        { project: 'atlas', dataset: 'genes' },
        `${own}/${path}`
      );
      await test
        .db('uploads')
        .where({ id: id(address) })
        .update({ placed_tag: received.tag });
      await received.place({ onlyNew });
    }
    for (const [address, path] of [
      [whole, 'whole'],
      [placed, 'placed'],
      [linked, 'linked']
    ] as const) {
      expect(await head(address), path).toEqual({ status: 200, offset: 3, length: 3 });
      expect(content(`${own}/${path}`).toString()).toBe('123');
      expect(await journaled(`file:genes/${own}/${path}`)).toHaveLength(1);
      expect(await head(address), path).toMatchObject({ status: 200 });
      expect(await journaled(`file:genes/${own}/${path}`)).toHaveLength(1);
    }
    expect(incoming()).toEqual([]);
  });
});
