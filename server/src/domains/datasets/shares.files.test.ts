import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { quota, shares } from '@hopslab/schema';
import type { Answer, Client } from '../../testing/client.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let cy: Client;

const mine = '/api/v1/projects/atlas/datasets/genes';
const theirs = '/api/v1/projects/borea/datasets/atlas::genes';
const dee = '/api/v1/projects/borea/members/dee';

/** Ada's project atlas shares genes with bob's borea, where cy is a data scientist. */
beforeAll(async () => {
  test = await startPlatform();
  [ada, bob, cy] = await Promise.all([test.user('ada'), test.user('bob'), test.user('cy')]);
  await test.user('dee');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await bob.send('POST', '/api/v1/projects', { body: { name: 'borea' } });
  await bob.send('PUT', '/api/v1/projects/borea/members/cy', { body: { role: 'data_scientist' } });
  await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name: 'genes', editable: true } });
  await ada.send('PUT', `${mine}/files/reads.csv`, { raw: 'acgt' });
});
afterAll(() => test.close());
beforeEach(async () => {
  await ada.send('DELETE', `${mine}/shares/borea`);
});

const share = async (permission: shares.Permission) => {
  const { body } = await ada.send('POST', `${mine}/shares`, { body: { project: 'borea', permission } });
  await bob.send('POST', `/api/v1/projects/borea/offers/${(body as shares.Share).offerId}/accept`);
};
const code = ({ status, body }: Answer) => [status, (body as { code?: string } | undefined)?.code];
const whyNot = ({ body }: Answer) => (body as { detail: string }).detail;

describe('files of a shared dataset', () => {
  it('are read where they lie, by data owners of the project that it is shared with', async () => {
    await share('read_only');
    expect((await cy.send('GET', `${theirs}/entries`)).body).toMatchObject({
      items: [{ name: 'reads.csv' }]
    });
    expect(await bob.send('GET', `${theirs}/files/reads.csv`)).toMatchObject({ status: 200, body: 'acgt' });
    const rows = await test.db('journal').where({ action: 'file.downloaded' }).orderBy('id').select();
    expect(rows.slice(-2)).toMatchObject([
      { project: 'borea', asset: 'file:atlas::genes/reads.csv', actor: 'bob' },
      {
        project: 'atlas',
        asset: 'file:genes/reads.csv',
        actor: 'bob',
        address: null,
        data: { project: 'borea' }
      }
    ]);
  });

  it('are carried by no data scientist, and the reason is told', async () => {
    await share('editable');
    const refused = await cy.send('GET', `${theirs}/files/reads.csv`);
    expect(code(refused)).toEqual([403, 'access.denied']);
    expect(whyNot(refused)).toMatch(/data\.export.*data scientist/);
    expect(code(await cy.send('PUT', `${theirs}/files/x.py`, { raw: 'x' }))).toEqual([403, 'access.denied']);
  });

  it('are changed where the share is editable, and counted for the owner', async () => {
    await share('read_only');
    const refused = await bob.send('PUT', `${theirs}/files/x.csv`, { raw: '12345' });
    expect(code(refused)).toEqual([403, 'access.denied']);
    expect(whyNot(refused)).toMatch(/shares genes read-only\. A data owner of the project atlas can/);
    expect(code(await bob.send('DELETE', `${theirs}/files/reads.csv`))).toEqual([403, 'access.denied']);
    expect(code(await bob.send('PUT', `${theirs}/folders/new`))).toEqual([403, 'access.denied']);

    const stored = async (who: Client, project: string) =>
      ((await who.send('GET', `/api/v1/projects/${project}/quota`)).body as quota.Quota).storage.bytes;
    const before = [await stored(ada, 'atlas'), await stored(bob, 'borea')];
    await ada.send('PATCH', `${mine}/shares/borea`, { body: { permission: 'editable' } });
    expect((await bob.send('PUT', `${theirs}/files/x.csv`, { raw: '12345' })).status).toBe(201);
    expect(readFileSync(join(test.config.data, 'projects', 'atlas', 'genes', 'x.csv'), 'utf8')).toBe('12345');
    expect([await stored(ada, 'atlas'), await stored(bob, 'borea')]).toEqual([
      (before[0] ?? 0) + 5,
      before[1]
    ]);
    const to = { to: { path: 'y.csv' } };
    expect((await bob.send('PATCH', `${theirs}/files/x.csv`, { body: to })).status).toBe(200);
    const across = { to: { path: 'y.csv', dataset: 'Models' } };
    expect(code(await bob.send('PATCH', `${theirs}/files/y.csv`, { body: across }))).toEqual([
      400,
      'file.path'
    ]);
    expect((await bob.send('DELETE', `${theirs}/files/y.csv`)).status).toBe(204);
  });

  it('are refused where the owner has no room, without a word of how much it has', async () => {
    await share('editable');
    const admin = await test.user('root', { admin: true });
    await admin.send('PUT', '/api/v1/quota/projects/atlas', { body: { bytes: 100 } });
    for (const raw of ['x'.repeat(98), 'x'.repeat(101)]) {
      const refused = await bob.send('PUT', `${theirs}/files/x.csv`, { raw });
      expect(code(refused)).toEqual([409, 'quota.storage-full']);
      expect(whyNot(refused)).toMatch(/^atlas, whose dataset it is, has no room for it; [^\d]*$/);
    }
    await admin.send('PUT', '/api/v1/quota/projects/atlas', { body: {} });
  });

  it('are not there before it is accepted, nor after it was taken back, for anybody', async () => {
    const asks = () =>
      Promise.all([
        bob.send('GET', theirs),
        bob.send('GET', `${theirs}/entries`),
        bob.send('GET', `${theirs}/files/reads.csv`),
        bob.send('PUT', `${theirs}/files/x.csv`, { raw: '1' }),
        bob.send('DELETE', `${theirs}/files/reads.csv`),
        bob.send('PATCH', `${theirs}/files/reads.csv`, { body: { to: { path: 'z' } } }),
        bob.send('PUT', `${theirs}/folders/z`),
        cy.send('GET', `/api/v1/projects/borea/access?asset=file:atlas::genes/reads.csv`)
      ]);
    const none = Array.from({ length: 8 }, () => [404, 'dataset.unknown']);
    await ada.send('POST', `${mine}/shares`, { body: { project: 'borea', permission: 'editable' } });
    expect((await asks()).map(code)).toEqual(none);
    await ada.send('DELETE', `${mine}/shares/borea`);
    await share('editable');
    expect((await bob.send('GET', theirs)).status).toBe(200);
    await ada.send('DELETE', `${mine}/shares/borea`);
    expect((await asks()).map(code)).toEqual(none);
    expect((await ada.send('GET', `${mine}/files/reads.csv`)).body).toBe('acgt');
  });

  /** Uploads half of a file, and the rest after something has happened; the status of the answer. */
  const upload = async (username: string, path: string, meanwhile: () => Promise<unknown>) => {
    const body = { username, password };
    const login = await test.anonymous.send('POST', '/api/v1/auth/login', { body });
    const sent = request({
      socketPath: join(test.config.data, 's.sock'),
      method: 'PUT',
      path,
      headers: {
        host: 'hopslab.localhost:8443',
        authorization: `Bearer ${(login.body as { token: string }).token}`,
        'content-length': 8
      }
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.write('1234');
    const incoming = join(test.config.data, 'projects', '.incoming');
    await vi.waitFor(() => expect(readdirSync(incoming)).toHaveLength(1), { timeout: 15_000 });
    await meanwhile();
    sent.end('5678');
    const [{ statusCode }] = await answered;
    expect(readdirSync(incoming)).toEqual([]);
    return statusCode;
  };

  it('are not placed by an upload that outlived the share', async () => {
    await share('editable');
    const takeBack = () => ada.send('DELETE', `${mine}/shares/borea`);
    expect(await upload('bob', `${theirs}/files/late.csv`, takeBack)).toBe(404);
    expect((await ada.send('GET', `${mine}/files/late.csv`)).status).toBe(404);
  });

  it.each([
    ['the role', 403, () => bob.send('PUT', dee, { body: { role: 'data_scientist' } })],
    ['the membership', 404, () => bob.send('DELETE', dee)],
    ['the account', 401, () => test.db('users').where({ name: 'dee' }).update({ locked: true })]
  ])('are not placed by an upload that outlived %s', async (_what, status, meanwhile) => {
    await share('editable');
    await bob.send('PUT', dee, { body: { role: 'data_owner' } });
    expect(await upload('dee', `${theirs}/files/late.csv`, meanwhile)).toBe(status);
    await bob.send('DELETE', dee);
    expect((await ada.send('GET', `${mine}/files/late.csv`)).status).toBe(404);
  });

  it('are told of by the share, where somebody asks who can do what', async () => {
    const rights = async () => {
      const { body } = await bob.send('GET', '/api/v1/projects/borea/access?asset=dataset:atlas::genes');
      const { items } = body as { items: { user: string; rights: { action: string; by: string }[] }[] };
      return Object.fromEntries(
        items.map(({ user, rights }) => [user, rights.map(({ action, by }) => `${action} by ${by}`)])
      );
    };
    await share('read_only');
    expect(await rights()).toEqual({
      bob: ['dataset.view by share', 'data.export by share'],
      cy: ['dataset.view by share']
    });
    await ada.send('PATCH', `${mine}/shares/borea`, { body: { permission: 'editable' } });
    expect(await rights()).toEqual({
      bob: ['dataset.view', 'dataset.write', 'data.import', 'data.export'].map(right => `${right} by share`),
      cy: ['dataset.view by share', 'dataset.write by share']
    });
  });
});
