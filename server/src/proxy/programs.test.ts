import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { devices as contract } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLocalDeviceAuthority, rotateDeviceAuthority } from '../adapters/ca/index.js';
import { labelOf } from '../platform/label.js';
import { secretIn } from '../platform/secrets.js';
import type { Client } from '../testing/client.js';
import { identityIn, openFront, type Front, type Identity } from '../testing/front.js';
import { startPlatform, type TestPlatform } from '../testing/platform.js';
import { codeOf } from './proxy.fixture.js';

let platform: TestPlatform;
let front: Front;
let ada: Client;
let phone: Identity;
const me = '/api/v1/auth/me';
const devices = '/api/v1/projects/atlas/devices';

const issue = async (name: string): Promise<Identity> => {
  const answer = await ada.send('POST', `${devices}/${name}/certificate`, { body: {} });
  return identityIn(answer.body as contract.Certificate);
};

beforeAll(async () => {
  platform = await startPlatform();
  ada = await platform.user('ada');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  front = await openFront(
    platform,
    `select ''::text as project, ''::text as username, ''::text as socket where false`
  );
  phone = await issue('phone');
});
afterAll(async () => {
  await front.close();
  await platform.close();
});

/** A certificate that an authority of somebody's own has signed, with the same names in it. */
const foreign = async (): Promise<Identity> => {
  const data = mkdtempSync(join(tmpdir(), 'hopslab-foreign-'));
  const authority = createLocalDeviceAuthority({ data, passphrase: 'somebody else’s' });
  const { certificate, chain, key } = await authority.issue({ project: 'atlas', name: 'ada__phone' });
  rmSync(data, { recursive: true });
  return { key, cert: certificate + chain };
};

describe('the programs’ port', () => {
  it('knows a device by its certificate', async () => {
    const answer = await front.program(phone)(me);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ via: 'device', device: 'phone' });
    const rows = await platform
      .db('devices')
      .where({ name: 'phone' })
      .select<{ last_address: string }[]>('*');
    expect(rows[0]?.last_address).toBe('127.0.0.1');
  });

  it('lets a device renew its certificate by itself', async () => {
    const renewed = await front.program(phone)(`${devices}/phone/certificate`, {
      method: 'POST',
      body: '{}'
    });
    expect(renewed.status).toBe(201);
    const next = identityIn(JSON.parse(renewed.body) as contract.Certificate);
    expect((await front.program(next)(me)).status).toBe(200);
  });

  it('takes a token instead, and asks for one of the two', async () => {
    const { body } = await platform.anonymous.send('POST', '/api/v1/auth/login', {
      body: { username: 'ada', password: 'correct horse battery' }
    });
    const authorization = `Bearer ${(body as { token: string }).token}`;
    expect((await front.program()(me, { headers: { authorization } })).status).toBe(200);
    expect(codeOf(await front.program()(me))).toBe('auth.required');
    for (const headers of [{ authorization }, { cookie: 'a=b' }, { cookie: '__Host-hopslab_session=x' }])
      expect(codeOf(await front.program(phone)(me, { headers }))).toBe('auth.two-credentials');
  });

  it('signs nobody in by a cookie, nor by a header that says whose certificate it is', async () => {
    const [row] = await platform.db('device_certificates').select<{ fingerprint: Buffer }[]>('fingerprint');
    const header = { 'x-hopslab-certificate': row?.fingerprint.toString('hex') ?? '' };
    for (const headers of [header, { cookie: '__Host-hopslab_session=x' }])
      expect(codeOf(await front.program()(me, { headers }))).toBe('auth.required');
    expect(codeOf(await front.ask(me, { headers: header }))).toBe('auth.required');
  });

  it('refuses a certificate of another authority, whatever it says', async () => {
    expect(codeOf(await front.program(await foreign())(me))).toBe('auth.certificate');
  });

  it('answers the API only, by the hub’s name, to no browser and no WebSocket', async () => {
    const program = front.program(phone);
    expect((await program('/health')).status).toBe(200);
    expect(codeOf(await program('/'))).toBe('route.unknown');
    expect(codeOf(await program('/projects/atlas'))).toBe('route.unknown');
    const label = `${labelOf('atlas', 'ada')}.${front.hosts.programs}`;
    for (const host of [label, 'evil.example', front.hosts.browsers])
      expect(codeOf(await program(me, { host }))).toBe('request.misdirected');
    for (const headers of [{ origin: front.origins.hub }, { 'sec-fetch-site': 'same-origin' }])
      expect(codeOf(await program(me, { headers }))).toBe('auth.wrong-origin');
    const socket = connect({
      host: '127.0.0.1',
      port: front.programsPort,
      rejectUnauthorized: false,
      ...phone
    });
    socket.write(
      `GET ${me} HTTP/1.1\r\nHost: ${front.hosts.programs}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
    );
    expect(String((await once(socket, 'data'))[0])).toContain('404');
    socket.destroy();
  });

  it('asks for a certificate, which the browsers’ port never does', async () => {
    const handshake = async (port: number): Promise<string> => {
      const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`], {
        stdio: ['ignore', 'pipe', 'ignore']
      });
      return text(client.stdout);
    };
    expect(await handshake(front.programsPort)).toMatch(
      /Acceptable client certificate CA names\n.*Hopslab devices/
    );
    expect(await handshake(front.port)).toContain('No client certificate CA names sent');
  });

  it('trusts a new authority beside the old one while they are exchanged', async () => {
    const { data } = platform.config;
    await rotateDeviceAuthority(data, secretIn(undefined, data, 'devices'));
    const fresh = await issue('fresh');
    await vi.waitFor(async () => expect((await front.program(fresh)(me)).status).toBe(200), {
      timeout: 20_000,
      interval: 200
    });
    expect((await front.program(phone)(me)).status).toBe(200);
  });
});

describe('a revoked device', () => {
  it('is refused at once, and its open connection ends', async () => {
    const meter = await issue('meter');
    const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
    const program = front.program(meter, agent);
    expect((await program(me)).status).toBe(200);
    const [held] = Object.values(agent.freeSockets).flat();
    if (!held) throw new Error('the connection was not kept');
    const closed = once(held, 'close');
    const since = performance.now();
    expect((await ada.send('DELETE', `${devices}/meter`)).status).toBe(204);
    expect(codeOf(await front.program(meter)(me))).toBe('auth.certificate');
    await closed;
    expect(performance.now() - since).toBeLessThan(5000);
    agent.destroy();
  });
});
