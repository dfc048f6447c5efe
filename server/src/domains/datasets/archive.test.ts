import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import type { Client } from '../../testing/client.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';
import { forgetting, rememberedBy } from './archive.forget.js';
import { leftOutName, packed } from './archive.pack.js';
import { gather } from './files.gather.js';

let test: TestPlatform;
let owner: Client;

const base = '/api/v1/projects/atlas/datasets';
const inside = (...names: string[]) => join(test.config.data, 'projects', 'atlas', ...names);

beforeAll(async () => {
  test = await startPlatform();
  owner = await test.user('ada');
  await test.user('bob');
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await owner.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  await owner.send('POST', base, { body: { name: 'genes' } });
});
afterAll(() => test.close());

let n = 0;
let own: string;
beforeEach(() => (own = `t${String(n++)}`));

const put = (path: string, raw: string, dataset = 'genes') =>
  owner.send('PUT', `${base}/${dataset}/files/${path}`, { raw });
const tokenOf = async (username: string): Promise<string> => {
  const { body } = await test.anonymous.send('POST', '/api/v1/auth/login', { body: { username, password } });
  return (body as { token: string }).token;
};
const ask = async (paths: readonly string[], dataset = 'genes', who = 'ada'): Promise<IncomingMessage> => {
  const query = new URLSearchParams(paths.map((path): [string, string] => ['path', path])).toString();
  const sent = request({
    socketPath: join(test.config.data, 's.sock'),
    path: `${base}/${dataset}/archive?${query}`,
    headers: { host: 'hopslab.localhost:8443', authorization: `Bearer ${await tokenOf(who)}` }
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
};
const refusal = async (response: IncomingMessage) => {
  const { code } = JSON.parse(await text(response)) as { code: string };
  return [response.statusCode, code];
};
const entriesOf = async (zip: Buffer): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  const opened = await fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of opened.eachEntry())
    found[entry.fileName] = entry.fileName.endsWith('/')
      ? ''
      : await text(await opened.openReadStreamPromise(entry));
  return found;
};

describe('a download of several', () => {
  it('is a zip of what was asked for, from the folder that it lies in', async () => {
    await put(`${own}/f/a/x`, 'x'.repeat(50_000));
    await put(`${own}/f/y.gz`, 'y');
    await put(`${own}/z`, '');
    mkdirSync(inside('genes', own, 'f', 'empty'));
    const response = await ask([`${own}/f`, `${own}/z`]);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/zip');
    expect(response.headers['content-disposition']).toBe('attachment; filename="genes.zip"');
    expect(await entriesOf(await buffer(response))).toEqual({
      'f/': '',
      'f/a/': '',
      'f/a/x': 'x'.repeat(50_000),
      'f/y.gz': 'y',
      'f/empty/': '',
      z: ''
    });
    const row: unknown = await test
      .db('journal')
      .where({ action: 'file.downloaded' })
      .orderBy('id', 'desc')
      .first();
    expect(row).toMatchObject({ asset: `file:genes/${own}`, data: { bytes: 50_001, files: 3 } });
  });

  it('names what is no file at its end, and follows no link', async () => {
    writeFileSync(join(test.config.data, 'secret'), 'secret');
    await put(`${own}/f/x`, 'x');
    symlinkSync(join(test.config.data, 'secret'), inside('genes', own, 'f', 'link'));
    symlinkSync(test.config.data, inside('genes', own, 'f', 'out'));
    writeFileSync(inside('genes', own, 'f', 'a\\b'), 'odd');
    const found = await entriesOf(await buffer(await ask([`${own}/f`])));
    expect(Object.keys(found).sort()).toEqual([leftOutName, 'f/', 'f/x']);
    for (const name of ['f/link', 'f/out', String.raw`f/a\\b`])
      expect(found[leftOutName]).toContain(`"${name}"`);
    expect(JSON.stringify(found)).not.toContain('secret"');
  });

  it('is of one folder that is there, and of data for data owners', async () => {
    await put(`${own}/a/x`, 'x');
    await put(`${own}/p.py`, 'p', 'Jupyter');
    await put(`${own}/q/p.py`, 'p', 'Jupyter');
    await put(`${own}/q/d.csv`, 'd', 'Jupyter');
    expect(await refusal(await ask([`${own}/nothing`]))).toEqual([404, 'file.unknown']);
    expect(await refusal(await ask([`${own}/a`, `${own}/a/x`]))).toEqual([400, 'file.path']);
    expect(await refusal(await ask(['..']))).toEqual([400, 'file.path']);
    expect(await refusal(await ask([own], 'none'))).toEqual([404, 'dataset.unknown']);
    for (const [paths, dataset] of [
      [[own], 'genes'],
      [[`${own}/q`], 'Jupyter'],
      [[`${own}/p.py`, `${own}/q`], 'Jupyter']
    ] as const)
      expect(await refusal(await ask(paths, dataset, 'bob'))).toEqual([403, 'access.denied']);
    rmSync(inside('Jupyter', own, 'q', 'd.csv'));
    const found = await entriesOf(await buffer(await ask([own], 'Jupyter', 'bob')));
    expect(Object.keys(found)).toHaveLength(4);
  });

  it('is read no further than it is taken, and not at all by who has gone', async () => {
    await put(`${own}/x`, 'x');
    truncateSync(inside('genes', own, 'x'), 2 ** 33);
    const response = await ask([own]);
    response.once('error', () => undefined);
    await once(response, 'readable');
    const path = inside('genes', own, 'x');
    const held = () =>
      readdirSync('/proc/self/fd').filter(fd => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === path;
        } catch {
          return false;
        }
      });
    const patient = { timeout: 15_000 };
    await vi.waitFor(() => {
      expect(held()).toHaveLength(1);
    }, patient);
    response.destroy();
    await vi.waitFor(() => {
      expect(held()).toEqual([]);
    }, patient);
  });
});

describe('packing', () => {
  const place = { project: 'atlas', dataset: 'genes' };
  const store = () => createLocalFileStore({ root: join(test.config.data, 'projects') });

  it('names what has gone meanwhile, and ends with an error where a file is cut', async () => {
    await put(`${own}/a`, 'a');
    await put(`${own}/b`, 'b');
    const { items } = await gather(store(), place, [own]);
    rmSync(inside('genes', own, 'a'));
    const open = ({ path }: { path: string }) => store().open(place, path);
    const found = await entriesOf(await buffer(packed(items, { open, nameMissing: true })));
    expect(found).toMatchObject({
      [`${own}/b`]: 'b',
      [leftOutName]: expect.stringContaining(`"${own}/a"`) as string
    });
    await expect(buffer(packed(items, { open, nameMissing: false }))).rejects.toMatchObject({
      code: 'file.unknown'
    });
    const cut = async (item: { path: string }) => {
      const file = await open(item);
      return { ...file, entry: { ...file.entry, size: 2 } };
    };
    await expect(buffer(packed(items, { open: cut, nameMissing: true }))).rejects.toThrow(/number of bytes/);
  });

  it('forgets what it has read of each file, however many there are', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const entry = { name: 'x', kind: 'file', size: 1, bytes: 1, modifiedAt: new Date(), tag: '' } as const;
    const names = Array.from({ length: 100 }, (_, index) => String(index));
    const items = names.map(name => ({ name, path: name, kind: 'file', size: 1 }) as const);
    const sources: WeakRef<Readable>[] = [];
    let left: number | undefined;
    const read = (): Readable => {
      const source = Readable.from([Buffer.from('x')]);
      sources.push(new WeakRef(source));
      return source;
    };
    const open = ({ name }: { name: string }) => {
      if (name === '99') {
        collect();
        left = sources.filter(source => source.deref()).length;
      }
      return Promise.resolve({
        ...{ entry, where: { path: '', identity: '', held: '' }, read },
        close: () => Promise.resolve()
      });
    };
    expect(Object.keys(await entriesOf(await buffer(packed(items, { open, nameMissing: true }))))).toEqual(
      names
    );
    expect(left).toBeLessThan(20);
  });

  it('keeps what it says of them at its end outside of the heap', async () => {
    const zip = new ZipFile();
    const forget = forgetting(zip);
    const names = Array.from({ length: 1000 }, (_, index) => `${String(index)}/`);
    for (const name of names) {
      zip.addEmptyDirectory(name);
      forget();
    }
    expect(new Set(rememberedBy(zip)).size).toBe(1);
    zip.addEmptyDirectory('last/');
    zip.end();
    expect(Object.keys(await entriesOf(await buffer(zip.outputStream)))).toEqual([...names, 'last/']);
  });
});
