import { X509Certificate } from 'node:crypto';
import type { devices as contract } from '@hopslab/schema';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identityIn } from '../../testing/front.js';
import type { Client } from '../../testing/client.js';
import { startPlatform, type TestPlatform } from '../../testing/platform.js';
import { certificateHeader } from './devices.channel.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;

beforeAll(async () => {
  test = await startPlatform();
  [ada, bob] = (await Promise.all(['ada', 'bob'].map(name => test.user(name)))) as [Client, Client];
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await ada.send('PUT', '/api/v1/projects/atlas/members/bob', { body: { role: 'data_scientist' } });
});
afterAll(() => test.close());
beforeEach(() => test.db('devices').delete());

const devices = '/api/v1/projects/atlas/devices';
const issue = async (by: Client, name: string, body: object = {}): Promise<contract.Certificate> => {
  const answer = await by.send('POST', `${devices}/${name}/certificate`, { body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body as contract.Certificate;
};
const certificateOf = (issued: contract.Certificate) => new X509Certificate(identityIn(issued).cert);
/** Who comes with this certificate, as the proxy says it. */
const as = (issued: contract.Certificate): Client =>
  test.anonymous.with({
    [certificateHeader]: certificateOf(issued).fingerprint256.replaceAll(':', '').toLowerCase()
  });

describe('a device', () => {
  it('is made with its first certificate, which says whose it is', async () => {
    const issued = await issue(ada, 'phone');
    expect(issued).toMatchObject({ principal: 'atlas__ada__phone', url: 'https://hopslab.localhost:8444' });
    const certificate = certificateOf(issued);
    expect(certificate.subject).toBe('O=atlas\nCN=ada__phone');
    expect(certificate.serialNumber).toBe(issued.serial);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const days = (certificate.validToDate.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(13);
    expect(days).toBeLessThanOrEqual(14);
    expect((await ada.send('GET', `${devices}/phone`)).body).toMatchObject({
      name: 'phone',
      user: 'ada',
      lastUsedAt: null,
      certificates: [{ serial: issued.serial }]
    });
  });

  it('is who its certificate says, in its one project', async () => {
    const phone = as(await issue(ada, 'phone'));
    expect((await phone.send('GET', '/api/v1/auth/me')).body).toMatchObject({
      via: 'device',
      device: 'phone',
      user: { admin: false },
      project: { projectUser: 'atlas__ada', role: 'data_owner' }
    });
    await ada.send('POST', '/api/v1/projects', { body: { name: 'other' } });
    expect((await phone.send('GET', '/api/v1/projects/atlas')).status).toBe(200);
    expect((await phone.send('GET', '/api/v1/projects/other')).status).toBe(404);
    expect((await ada.send('GET', `${devices}/phone`)).body).toMatchObject({
      lastUsedAt: expect.any(String) as string
    });
  });

  it('manages nothing, and carries no data where it is a data scientist’s', async () => {
    const owners = as(await issue(ada, 'phone'));
    const body = { role: 'data_owner' };
    for (const path of ['/api/v1/projects/atlas/members/bob', '/api/v1/projects/atlas'])
      expect((await owners.send(path.endsWith('atlas') ? 'PATCH' : 'PUT', path, { body })).status).toBe(403);
    expect((await owners.send('GET', '/api/v1/projects/atlas/datasets')).status).toBe(200);
    const scientists = as(await issue(bob, 'meter'));
    expect((await scientists.send('GET', '/api/v1/projects/atlas')).status).toBe(200);
    for (const path of ['datasets', 'datasets/Jupyter/files/a.ipynb', 'experiments'])
      expect(await scientists.send('GET', `/api/v1/projects/atlas/${path}`)).toMatchObject({
        status: 403,
        body: { code: 'access.denied' }
      });
  });

  it('renews its own certificate and nobody else’s; the old one is good until it ends', async () => {
    const first = await issue(ada, 'phone');
    const second = await issue(as(first), 'phone');
    expect(second.serial).not.toBe(first.serial);
    for (const one of [first, second])
      expect((await as(one).send('GET', '/api/v1/auth/me')).status).toBe(200);
    expect(await as(first).send('POST', `${devices}/other/certificate`, { body: {} })).toMatchObject({
      status: 403,
      body: { code: 'device.not-its-own' }
    });
  });

  it('that is revoked while it renews itself stays revoked', async () => {
    const phone = as(await issue(ada, 'phone'));
    let renewed: ReturnType<Client['send']> | undefined;
    await test.db.transaction(async held => {
      await held('members').where({ project: 'atlas', username: 'ada' }).forUpdate().first('role');
      renewed = phone.send('POST', `${devices}/phone/certificate`, { body: {} });
      const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%members%'`;
      await expect
        .poll(async () => (await test.db.raw<{ rows: unknown[] }>(waits)).rows.length, { timeout: 15_000 })
        .toBeGreaterThan(0);
      expect((await ada.send('DELETE', `${devices}/phone`)).status).toBe(204);
    });
    expect(await renewed).toMatchObject({ status: 401, body: { code: 'auth.certificate' } });
    expect((await phone.send('GET', '/api/v1/auth/me')).status).toBe(401);
    expect(await test.db('devices')).toEqual([]);
  });

  it('has five certificates at most; the oldest goes', async () => {
    const issued = [];
    for (let i = 0; i < 6; i++) issued.push(await issue(ada, 'phone'));
    const [first, second] = issued;
    expect(first && (await as(first).send('GET', '/api/v1/auth/me'))).toMatchObject({
      status: 401,
      body: { code: 'auth.certificate' }
    });
    expect(second && (await as(second).send('GET', '/api/v1/auth/me')).status).toBe(200);
  });

  it('is one of fifty at most', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => ({ project: 'atlas', username: 'ada', name: `d${n}` }));
    await test.db('devices').insert(rows);
    expect(await ada.send('POST', `${devices}/more/certificate`, { body: {} })).toMatchObject({
      status: 409,
      body: { code: 'device.too-many' }
    });
    await issue(ada, 'd7');
  });

  it('is seen and revoked by its person and the data owners', async () => {
    const phone = as(await issue(ada, 'phone'));
    const meter = as(await issue(bob, 'meter'));
    const names = async (by: Client) =>
      ((await by.send('GET', devices)).body as { items: contract.Device[] }).items.map(device => device.name);
    expect(await names(ada)).toEqual(['phone', 'meter']);
    expect(await names(bob)).toEqual(['meter']);
    expect(await bob.send('DELETE', `${devices}/phone?user=ada`)).toMatchObject({ status: 403 });
    expect(await bob.send('GET', `${devices}/phone?user=ada`)).toMatchObject({ status: 403 });
    expect(await bob.send('DELETE', `${devices}/phone`)).toMatchObject({
      status: 404,
      body: { code: 'device.unknown' }
    });
    expect((await ada.send('DELETE', `${devices}/meter?user=bob`)).status).toBe(204);
    expect((await meter.send('GET', '/api/v1/auth/me')).status).toBe(401);
    expect((await phone.send('GET', '/api/v1/auth/me')).status).toBe(200);
  });

  it('is among all of its person’s, whatever the project', async () => {
    await ada.send('POST', '/api/v1/projects', { body: { name: 'elsewhere' } });
    await issue(ada, 'phone');
    await issue(bob, 'meter');
    await ada.send('POST', '/api/v1/projects/elsewhere/devices/watch/certificate', { body: {} });
    const { items } = (await ada.send('GET', '/api/v1/auth/devices')).body as { items: contract.Device[] };
    expect(items.map(({ principal }) => principal)).toEqual(['atlas__ada__phone', 'elsewhere__ada__watch']);
    await ada.send('DELETE', '/api/v1/projects/elsewhere', { body: { confirm: 'elsewhere' } });
    expect((await ada.send('GET', '/api/v1/auth/devices')).body).toMatchObject({
      items: [{ name: 'phone' }]
    });
  });

  it('is heard of by its person and the data owners, nobody else', async () => {
    const cem = await test.user('cem');
    await ada.send('PUT', '/api/v1/projects/atlas/members/cem', { body: { role: 'data_scientist' } });
    await issue(bob, 'heard');
    await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name: 'after' } });
    const heard = async (by: Client) => {
      const assetsIn = (events: readonly { data: unknown }[]) =>
        events.map(({ data }) => (data as { asset: string }).asset);
      const all = await by.events(
        '/api/v1/projects/atlas/events',
        events => assetsIn(events).includes('dataset:after'),
        { 'last-event-id': '0' }
      );
      return assetsIn(all).includes('device:bob__heard');
    };
    expect([await heard(ada), await heard(bob), await heard(cem)]).toEqual([true, true, false]);
  });

  it('is in the journal, without its password', async () => {
    await issue(ada, 'store', { format: 'p12', password: 'never to be seen' });
    await ada.send('DELETE', `${devices}/store`);
    const rows = await test.db('journal').where({ asset: 'device:ada__store' }).orderBy('id').select('*');
    expect(rows.map(row => (row as { action: string }).action)).toEqual([
      'device.created',
      'device.certificate-issued',
      'device.revoked'
    ]);
    expect(JSON.stringify(rows)).not.toContain('never to be seen');
  });
});

describe('a certificate is refused', () => {
  let phone: Client;
  beforeEach(async () => {
    phone = as(await issue(bob, 'phone'));
    expect((await phone.send('GET', '/api/v1/auth/me')).status).toBe(200);
  });
  const refused = async () =>
    expect(await phone.send('GET', '/api/v1/auth/me')).toMatchObject({
      status: 401,
      body: { code: 'auth.certificate' }
    });

  it('when it has ended', async () => {
    await test.db('device_certificates').update({ expires_at: test.db.fn.now() });
    await refused();
  });

  it('when its person is locked', async () => {
    await test.db('users').where({ name: 'bob' }).update({ locked: true });
    await refused();
    await test.db('users').where({ name: 'bob' }).update({ locked: false });
  });

  it('when the role has changed, and when the member was removed, also after they are back', async () => {
    const member = '/api/v1/projects/atlas/members/bob';
    await ada.send('PUT', member, { body: { role: 'data_owner' } });
    await refused();
    phone = as(await issue(bob, 'phone'));
    await ada.send('DELETE', member);
    await refused();
    await ada.send('PUT', member, { body: { role: 'data_scientist' } });
    await refused();
    expect((await bob.send('GET', devices)).body).toMatchObject({ items: [] });
  });

  it('with another credential beside it, and inside a sandbox', async () => {
    for (const more of [{ authorization: 'Bearer x' }, { cookie: 'a=b' }])
      expect(await phone.with(more).send('GET', '/api/v1/auth/me')).toMatchObject({
        status: 400,
        body: { code: 'auth.two-credentials' }
      });
    const sandbox = await test.sandbox({ project: 'atlas', user: 'ada', sandbox: 's' });
    expect(
      await sandbox.with({ [certificateHeader]: '00'.repeat(32) }).send('GET', '/api/v1/auth/me')
    ).toMatchObject({ status: 400, body: { code: 'auth.two-credentials' } });
  });
});

describe('what is asked for', () => {
  it.each([
    { format: 'p12' },
    { format: 'jks' },
    { format: 'p12', password: 'short' },
    { format: 'pem', password: 'ünlesbar für manche' },
    { format: 'der' }
  ])('is refused as %j, with the field', async body => {
    const answer = await ada.send('POST', `${devices}/phone/certificate`, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect((answer.body as { errors: { pointer: string }[] }).errors[0]?.pointer).toMatch(
      /^\/body\/(password|format)$/
    );
  });

  it.each(['Phone', 'a__b', '_a', 'a'.repeat(31)])('is refused under the name %s', async name => {
    expect((await ada.send('POST', `${devices}/${name}/certificate`, { body: {} })).status).toBe(400);
  });
});
