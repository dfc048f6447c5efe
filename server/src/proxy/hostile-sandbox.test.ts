import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, codeOf, world, type World } from './proxy.fixture.js';

let stage: World;
let server: Server;
let answer: (socket: Socket) => void;

/** A sandbox that answers whatever it likes, byte by byte. */
beforeAll(async () => {
  stage = await world({ patience: { sandbox: 3000 } });
  const path = join(stage.folder, 'hostile.sock');
  server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket));
  });
  await new Promise<void>(resolve => server.listen(path, () => resolve()));
  stage.routes.set({ ...stage.ada, socket: path });
});
afterAll(async () => {
  server.close();
  await stage.close();
});

const ask = async () =>
  stage.ask('/lab', { host: stage.host.notebook, headers: { cookie: await stage.passFor() } });
const says = (text: string | Buffer, then: 'stays' | 'ends' = 'stays') => {
  answer = socket => (then === 'ends' ? socket.end(text) : socket.write(text));
};

describe('an answer that is no answer', () => {
  it.each([
    ['nothing, and the end', '', 'ends'],
    ['nothing at all', '', 'stays'],
    ['no HTTP', 'hello\r\n\r\n', 'ends'],
    [
      'a switch of protocols that nobody asked for',
      'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi',
      'stays'
    ],
    ['a status out of range', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n', 'stays'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'stays'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
      'stays'
    ],
    ['a name with a space', 'HTTP/1.1 200 OK\r\nSet-Cookie : a=b\r\nContent-Length: 0\r\n\r\n', 'stays'],
    [
      'a bare carriage return',
      'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: __Host-hopslab_session=x\r\nContent-Length: 0\r\n\r\n',
      'stays'
    ],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}`, 'stays']
  ] as const)('is a problem for the browser: %s', async (_, text, then) => {
    says(text, then);
    const got = await ask();
    expect([got.status, codeOf(got)]).toEqual([503, 'service.unavailable']);
    expect(got.headers).not.toHaveProperty('set-cookie');
  });

  it('breaks the connection when it breaks in the middle', async () => {
    says('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'ends');
    const headers = { cookie: await stage.passFor() };
    await expect(bodyOf(await stage.start('/lab', { host: stage.host.notebook, headers }))).rejects.toThrow();
  });

  it('passes interim answers over', async () => {
    says(
      'HTTP/1.1 103 Early\r\nSet-Cookie: __Host-hopslab_session=x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    );
    expect(await ask()).toMatchObject({ status: 200, body: 'ok' });
  });

  it('gives what comes after an answer to nobody', async () => {
    says('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nextra');
    for (let i = 0; i < 5; i++) expect((await ask()).body).not.toContain('extra');
  });
});

describe('headers of a sandbox', () => {
  it('never set our cookies, a cookie beyond the origin, or what reaches beyond the page', async () => {
    const random = (name: string) =>
      fc.constantFrom(name, name.toUpperCase(), ` ${name}`, `=${name}`, `${name} `);
    const cookie = fc.oneof(
      random('__Host-hopslab_session').map(name => `${name}=x; Path=/; Secure`),
      random('__host-HOPSLAB_notebook').map(name => `${name}=x`),
      fc.constantFrom('a=b; Domain=hopslab-test.localhost', 'a=b;domain = x', 'a=b; Path=/; DOMAIN')
    );
    const other = fc.constantFrom(
      'Alt-Svc: h3=":1"',
      'Clear-Site-Data: "*"',
      'WWW-Authenticate: Basic',
      'Access-Control-Allow-Credentials: true',
      'X-Hopslab-Client-Address: 1.2.3.4',
      'service-worker-allowed: /'
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(cookie, { maxLength: 3 }),
        fc.array(other, { maxLength: 3 }),
        async (cookies, others) => {
          const lines = [...cookies.map(value => `Set-Cookie: ${value}`), ...others]
            .map(line => `${line}\r\n`)
            .join('');
          says(`HTTP/1.1 200 OK\r\n${lines}Set-Cookie: fine=1\r\nContent-Length: 0\r\n\r\n`);
          const { headers, status } = await ask();
          expect([status, headers['set-cookie']]).toEqual([200, ['fine=1']]);
          const names = Object.keys(headers).filter(name =>
            /alt-svc|clear-site|authenticate|access-control|x-hopslab|service-worker/.test(name)
          );
          expect(names).toEqual([]);
        }
      ),
      { numRuns: 60 }
    );
  });

  it('send nobody to the machine that they believe to be', async () => {
    for (const [given, passed] of [
      ['http://localhost/lab?x', '/lab?x'],
      ['https://localhost', '/'],
      ['/tree', '/tree'],
      ['http://localhost.evil/', 'http://localhost.evil/']
    ]) {
      says(`HTTP/1.1 302 Found\r\nLocation: ${given}\r\nContent-Length: 0\r\n\r\n`);
      expect((await ask()).headers.location).toBe(passed);
    }
  });
});
