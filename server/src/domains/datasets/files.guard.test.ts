import { once } from 'node:events';
import { mkdirSync, readdirSync, readlinkSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { operations } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canTakeFiles, handedFile, type HandedFile } from '../../platform/handed-file.js';
import type { Client } from '../../testing/client.js';
import { password, startPlatform, type TestPlatform } from '../../testing/platform.js';

let test: TestPlatform;
let ada: Client;
let bob: Client;
let cy: Client;

const mine = '/api/v1/projects/atlas/datasets/genes';
const shared = '/api/v1/projects/borea/datasets/atlas::genes';
const patience = { timeout: 15_000, interval: 50 };

/** Ada's atlas shares genes, with a folder of large files, with bob's borea, where cy is a data owner too. */
beforeAll(async () => {
  test = await startPlatform();
  [ada, bob, cy] = await Promise.all([test.user('ada'), test.user('bob'), test.user('cy')]);
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await bob.send('POST', '/api/v1/projects', { body: { name: 'borea' } });
  await ada.send('POST', '/api/v1/projects/atlas/datasets', { body: { name: 'genes' } });
  const folder = join(test.config.data, 'projects', 'atlas', 'genes', 'f');
  mkdirSync(folder);
  for (const name of ['large', 'larger']) {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), 2 ** 28);
  }
});
afterAll(() => test.close());

const share = async (): Promise<void> => {
  const body = { project: 'borea', permission: 'read_only' };
  const { offerId } = (await ada.send('POST', `${mine}/shares`, { body })).body as { offerId: string };
  await bob.send('POST', `/api/v1/projects/borea/offers/${offerId}/accept`);
};
const takeBack = () => ada.send('DELETE', `${mine}/shares/borea`);
const own = (role: string) => bob.send('PUT', '/api/v1/projects/borea/members/cy', { body: { role } });

const ask = async (username: string, path: string, more = {}): Promise<IncomingMessage> => {
  const login = await test.anonymous.send('POST', '/api/v1/auth/login', { body: { username, password } });
  const { token } = login.body as { token: string };
  const sent = request({
    socketPath: join(test.config.data, 's.sock'),
    path,
    headers: { host: 'hopslab.localhost:8443', authorization: `Bearer ${token}`, ...more }
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.once('error', () => undefined);
  return response;
};

describe('what is on its way out when its reader may not have it any more', () => {
  it.each([
    ['a file, with the share', `${shared}/files/f/large`, 'bob', takeBack],
    ['an archive, with the share', `${shared}/archive?path=f`, 'bob', takeBack],
    ['an archive, with the role', `${shared}/archive?path=f`, 'cy', () => own('data_scientist')]
  ])('is broken off, though nobody reads on: %s', async (_what, path, who, loses) => {
    await share();
    await own('data_owner');
    const response = await ask(who, path);
    await once(response, 'readable');
    expect(response.statusCode).toBe(200);
    await loses();
    // What has come to this machine already is read in any case.
    await vi.waitFor(() => {
      response.read();
      expect(response.destroyed || response.errored).toBeTruthy();
    }, patience);
    expect(response.complete).toBe(false);
    await takeBack();
  });
});

describe('a large file', () => {
  const taking = { [canTakeFiles]: '1' };
  const heldOnes = (): number =>
    readdirSync('/proc/self/fd').filter(name => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`).endsWith('/genes/f/large');
      } catch {
        return false;
      }
    }).length;
  const letGo = () =>
    vi.waitFor(() => {
      expect(heldOnes()).toBe(0);
    }, patience);

  it('is handed over to the proxy, and held for as long as its reader may have it', async () => {
    await share();
    const response = await ask('bob', `${shared}/files/f/large`, { ...taking, range: 'bytes=100-9999999' });
    expect(response).toMatchObject({ statusCode: 206 });
    expect(response.headers).not.toHaveProperty('content-length');
    const handed = JSON.parse(String(response.headers[handedFile])) as HandedFile;
    expect(handed).toMatchObject({ start: 100, end: 9_999_999 });
    expect(statSync(handed.path).size).toBe(2 ** 28);
    const ended = new Promise(resolve => response.resume().once('close', resolve));
    await takeBack();
    await ended;
    expect(response.complete).toBe(false);
    await letGo();
  });

  it('is let go of when the proxy has done with it', async () => {
    const response = await ask('ada', `${mine}/files/f/large`, taking);
    expect(heldOnes()).toBe(1);
    response.destroy();
    await letGo();
  });
});

describe('a copy whose source is lost meanwhile', () => {
  const copied = async (who: Client, to: object): Promise<operations.Operation> => {
    const { body } = await who.send('POST', `${shared}/copy`, { body: { path: 'f/large', to } });
    return body as operations.Operation;
  };
  const ended = ({ id }: operations.Operation): Promise<operations.Operation> =>
    vi.waitFor(async () => {
      const { body } = await bob.send('GET', `/api/v1/projects/borea/operations/${id}`);
      const now = body as operations.Operation;
      expect(now.state).not.toBe('running');
      return now;
    }, patience);
  const there = async (path: string): Promise<number> =>
    (await bob.send('GET', `/api/v1/projects/borea/datasets/${path}`)).status;

  it('comes to nothing, and says that there is no such dataset', async () => {
    await share();
    const begun = await copied(bob, { dataset: 'Models', path: 'large' });
    await takeBack();
    expect(await ended(begun)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('atlas::genes') as string
    });
    expect(await there('Models/entry?path=large')).toBe(404);
  });

  it('makes no program of data for who is a data scientist by then', async () => {
    await share();
    await own('data_owner');
    const begun = await copied(cy, { dataset: 'Jupyter', path: 'data.py' });
    expect(begun.state).toBe('running');
    await own('data_scientist');
    expect(await ended(begun)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('data.export') as string
    });
    expect(await there('Jupyter/entry?path=data.py')).toBe(404);
    await takeBack();
  });
});
