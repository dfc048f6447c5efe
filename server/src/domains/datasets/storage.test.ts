import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { quota } from '@hopslab/schema';
import type { Client } from '../../testing/client.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let admin: Client;
let ada: Client;

const base = '/api/v1/projects/atlas';
const limits = '/api/v1/quota/projects/atlas';
const kib = (n: number) => Buffer.alloc(n * 1024, 'x');
const put = (path: string, raw: Buffer) => ada.send('PUT', `${base}/datasets/Models/files/${path}`, { raw });
const stored = async () => ((await ada.send('GET', `${base}/quota`)).body as quota.Quota).storage;
const folder = (...names: string[]) => join(test.config.data, 'projects', 'atlas', 'Models', ...names);

beforeAll(async () => {
  test = await startPlatform();
  [admin, ada] = await Promise.all([test.user('root', { admin: true }), test.user('ada')]);
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
});
afterAll(() => test.close());

describe('what a project stores', () => {
  it('is counted as files come, are replaced and go', async () => {
    await put('a', kib(8));
    await put('deep/b', kib(4));
    expect(await stored()).toMatchObject({ bytes: 12 * 1024, files: 2 });
    await put('a', kib(2));
    expect(await stored()).toMatchObject({ bytes: 6 * 1024, files: 2 });
    await ada.send('DELETE', `${base}/datasets/Models/files/a`);
    expect(await stored()).toMatchObject({ bytes: 6 * 1024, files: 2 });
    await ada.send('DELETE', `${base}/trash`);
    expect(await stored()).toMatchObject({ bytes: 4 * 1024, files: 1 });
  });

  it('is counted anew with what programs wrote: links not followed, holes not paid for', async () => {
    mkdirSync(folder('by-program'), { recursive: true });
    writeFileSync(folder('by-program', 'big'), kib(100));
    writeFileSync(folder('by-program', 'holes'), '');
    truncateSync(folder('by-program', 'holes'), 2 ** 34);
    symlinkSync('/usr', folder('by-program', 'link'));
    await test.platform.storage.count();
    const now = await stored();
    expect(now).toMatchObject({ bytes: 104 * 1024, files: 3 });
    expect(Date.parse(now.countedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    // Counted once more, it is the same.
    await put('c', kib(1));
    await test.platform.storage.count();
    expect(await stored()).toMatchObject({ bytes: 105 * 1024, files: 4 });
  });

  it('is refused beyond the quota, in words, and nothing is left of it', async () => {
    await admin.send('PUT', limits, { body: { bytes: 110 * 1024 } });
    const refused = await put('too-much', kib(50));
    expect(refused).toMatchObject({ status: 409, body: { code: 'quota.storage-full' } });
    expect((await put('fits', kib(3))).status).toBe(201);
    expect((await put('fits', kib(5))).status).toBe(201);
    expect((await put('fits-not', kib(1))).status).toBe(409);
    expect((await ada.send('GET', `${base}/datasets/Models/files/too-much`)).status).toBe(404);
    const many = await Promise.all(
      Array.from({ length: 8 }, (_, n) => put(`many/${String(n)}`, Buffer.from('y')))
    );
    expect(many.every(({ status }) => status === 409)).toBe(true);
  });

  it('counts uploads that come at once one by one', async () => {
    await admin.send('PUT', limits, { body: { files: 8 } });
    await vi.waitFor(async () => {
      await test.platform.storage.count();
      expect((await stored()).files).toBe(5);
    }, 20_000);
    const all = await Promise.all(Array.from({ length: 9 }, (_, n) => put(`at-once/${String(n)}`, kib(1))));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(3);
    expect((await stored()).files).toBe(8);
  });
});
