import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { activity } from '@hopslab/schema';
import type { Client } from '../../testing/client.js';
import { doorsOf } from '../../testing/doors.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let eve: Client;
const genes = '/api/v1/projects/atlas/datasets/genes';
const theirs = '/api/v1/projects/borea/datasets/atlas::genes';

beforeAll(async () => {
  test = await startPlatform();
  [ada, , eve] = (await Promise.all(['ada', 'bob', 'eve'].map(name => test.user(name)))) as [
    Client,
    Client,
    Client
  ];
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await eve.send('POST', '/api/v1/projects', { body: { name: 'borea' } });
  await ada.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
  for (const name of ['genes', 'gene_s', 'genesx'])
    await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name } });
  ({ hub: bob } = await doorsOf(test, 'bob', 'atlas'));
});
afterAll(() => test.close());

const list = async (who: Client, at = genes, query = '') =>
  (await who.send('GET', `${at}/activity${query}`)).body as {
    items: activity.Activity[];
    nextCursor: string | null;
  };
const told = async (who: Client, at = genes) =>
  (await list(who, at)).items.map(({ action, path }) => `${action} ${path}`.trim());

it('counts what a data scientist sees of a README, once', async () => {
  const other = '/api/v1/projects/atlas/datasets/gene_s';
  await ada.send('PUT', `${other}/files/README.md`, { raw: '# Genés' });
  expect((await bob.send('GET', `${other}/readme`)).body).toEqual({ text: '# Genés', cut: false });
  await vi.waitFor(
    async () =>
      expect(await test.db('seen_bytes').where({ username: 'bob' }).select('bytes')).toMatchObject([
        { bytes: 8 }
      ]),
    20_000
  );
});

it('says who changed what, the newest first, to every member; of a shared one what its own journal says', async () => {
  await ada.send('PUT', `${genes}/files/2026/a%20b.csv`, { raw: 'x' });
  await ada.send('PATCH', `${genes}/files/2026/a%20b.csv`, { body: { to: { path: 'c.csv' } } });
  await ada.send('GET', `${genes}/files/c.csv`);
  await ada.send('PUT', '/api/v1/projects/atlas/datasets/genesx/files/other.csv', { raw: 'x' });
  const wish = { project: 'borea', permission: 'editable' };
  const { offerId } = (await ada.send('POST', `${genes}/shares`, { body: wish })).body as { offerId: string };
  await eve.send('POST', `/api/v1/projects/borea/offers/${offerId}/accept`);
  await eve.send('PUT', `${theirs}/files/d.csv`, { raw: 'x' });
  await ada.send('PATCH', `${genes}/shares/borea`, { body: { permission: 'read_only' } });
  await vi.waitFor(async () => expect(await told(bob)).toContain('file.uploaded d.csv'), 20_000);
  expect(await told(bob)).toEqual([
    'share.changed',
    'file.uploaded d.csv',
    'share.accepted',
    'share.offered',
    'file.moved 2026/a b.csv',
    'file.uploaded 2026/a b.csv',
    'dataset.created'
  ]);
  expect(await told(eve, theirs)).toEqual([
    'share.changed',
    'file.uploaded d.csv',
    'share.accepted',
    'share.offered'
  ]);
  const { items } = await list(bob);
  expect(items[0]).toMatchObject({ actor: 'ada', permission: 'read_only' });
  expect(items[1]).toMatchObject({ actor: 'eve', project: 'borea' });
  expect(items[3]).toMatchObject({ action: 'share.offered', permission: 'editable' });
  expect((await list(eve, theirs)).items[0]?.permission).toBe('read_only');
  expect(items[4]?.to).toBe('genes/c.csv');
  expect(JSON.stringify(items)).not.toContain('127.0.0.1');
  const first = await list(ada, genes, '?limit=4');
  const rest = await list(ada, genes, `?limit=4&cursor=${String(first.nextCursor)}`);
  expect([...first.items, ...rest.items]).toEqual(items);
  expect(rest.nextCursor).toBeNull();
  expect((await eve.send('GET', `${genes}/activity`)).status).toBe(404);
});

it('shows the README to every member, its beginning where it is long', async () => {
  const folder = join(test.config.data, 'projects', 'atlas', 'genes');
  mkdirSync(folder, { recursive: true });
  const read = async (who: Client, at = genes) => (await who.send('GET', `${at}/readme`)).body;
  const none = { text: null, cut: false };
  expect(await read(bob)).toEqual(none);
  await ada.send('PUT', `${genes}/files/README.md`, { raw: '# Genés' });
  expect(await read(bob)).toEqual({ text: '# Genés', cut: false });
  await test.db('shares').update({ state: 'accepted' });
  expect(await read(eve, theirs)).toEqual({ text: '# Genés', cut: false });
  const long = `${'x'.repeat(activity.longestReadme - 1)}é`;
  await ada.send('PUT', `${genes}/files/README.md`, { raw: long });
  expect(await read(ada)).toEqual({ text: 'x'.repeat(activity.longestReadme - 1), cut: true });
  await ada.send('PUT', `${genes}/files/README.md`, { raw: Buffer.from([0xff, 0]) });
  expect(await read(ada)).toEqual(none);
  rmSync(join(folder, 'README.md'));
  writeFileSync(join(test.config.data, 'secret'), 'secret');
  symlinkSync(join(test.config.data, 'secret'), join(folder, 'README.md'));
  expect(await read(ada)).toEqual(none);
});
