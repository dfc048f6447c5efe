import { once } from 'node:events';
import { createServer as createUnixServer, type Socket } from 'node:net';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { world, type World } from './proxy.fixture.js';

let stage: World;
let own: string;
beforeAll(async () => {
  stage = await world();
  own = stage.origins.notebook(stage.label);
});
afterAll(() => stage.close());
beforeEach(() => stage.routes.set({ ...stage.ada, socket: stage.paths.notebook }));

const client = async (
  more: ClientOptions['headers'] = {},
  path = '/api/kernels/k/channels',
  host = stage.host.notebook
) =>
  new WebSocket(`wss://127.0.0.1:${stage.port}${path}`, {
    rejectUnauthorized: false,
    perMessageDeflate: false,
    headers: { host, origin: own, cookie: await stage.passFor(), ...more }
  });

const opened = async (socket: WebSocket) => {
  await once(socket, 'open');
  return socket;
};

const echo = async (socket: WebSocket, text: string): Promise<string> => {
  const answer = once(socket, 'message');
  socket.send(text);
  const [data] = (await answer) as [Buffer];
  return data.toString();
};

/** The status of an upgrade that is refused. */
const refusal = async (socket: WebSocket): Promise<number> => {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  socket.on('error', () => undefined);
  socket.terminate();
  return response.statusCode;
};

describe('a WebSocket', () => {
  it('is refused without the cookie, from another origin, without any, or to the API', async () => {
    expect(await refusal(await client({ cookie: '' }))).toBe(401);
    expect(
      await refusal(await client({ origin: 'https://aaaaaaaaaaaaaaaaaaaa.hopslab-test.localhost' }))
    ).toBe(403);
    const { origin: _, ...bare } = { origin: own, host: stage.host.notebook, cookie: await stage.passFor() };
    const none = new WebSocket(`wss://127.0.0.1:${stage.port}/ws`, {
      rejectUnauthorized: false,
      headers: bare
    });
    expect(await refusal(none)).toBe(403);
    expect(await refusal(await client({}, '/api/v1/events'))).toBe(404);
    expect(await refusal(await client({}, '/', stage.host.hub))).toBe(404);
    expect(await refusal(await client({}, '/', 'evil.example'))).toBe(421);
    expect(stage.behind.notebook.seen).toEqual([]);
  });

  it('is let in by the owner’s token', async () => {
    const { token } = await stage.tokens.issue({ user: 'ada', session: 's1' });
    const socket = new WebSocket(`wss://127.0.0.1:${stage.port}/ws`, {
      rejectUnauthorized: false,
      headers: { host: stage.host.notebook, authorization: `Bearer ${token}` }
    });
    await opened(socket);
    expect(await echo(socket, 'x')).toBe('x');
    expect(stage.behind.notebook.last()?.headers).not.toHaveProperty('authorization');
    socket.terminate();
  });

  it('tells why when the notebook server is away', async () => {
    stage.routes.set({ ...stage.ada, socket: join(stage.folder, 'nobody.sock') });
    expect(await refusal(await client())).toBe(503);
  });

  it('does not follow a symbolic link to another socket', async () => {
    const link = join(stage.folder, 'link.sock');
    symlinkSync(stage.paths.api, link);
    stage.routes.set({ ...stage.ada, socket: link });
    const before = stage.behind.api.seen.length;
    expect(await refusal(await client())).toBe(503);
    expect(
      (await stage.ask('/', { host: stage.host.notebook, headers: { cookie: await stage.passFor() } })).status
    ).toBe(503);
    expect(stage.behind.api.seen).toHaveLength(before);
  });

  it('passes any other answer on and ends', async () => {
    stage.behind.notebook.sockets.shouldHandle = () => false;
    const socket = await client();
    expect(await refusal(socket)).toBe(400);
    stage.behind.notebook.sockets.shouldHandle = () => true;
  });

  it('ends on both sides when either ends', async () => {
    const socket = await opened(await client());
    const inner = [...stage.behind.notebook.sockets.clients].at(-1);
    socket.terminate();
    if (inner) await once(inner, 'close');
    const second = await opened(await client());
    [...stage.behind.notebook.sockets.clients].at(-1)?.terminate();
    await once(second, 'close');
  });

  it('ends when what it was let in by ends', async () => {
    for (const revoke of [
      () => stage.routes.set({ ...stage.ada, socket: stage.paths.notebook, sessions: new Map() }),
      () => stage.routes.set({ ...stage.ada, socket: stage.paths.notebook, epoch: 2 }),
      () => stage.routes.remove('demo', 'ada')
    ]) {
      stage.routes.set({ ...stage.ada, socket: stage.paths.notebook });
      const socket = await opened(await client());
      const closed = once(socket, 'close');
      revoke();
      await closed;
    }
  });

  it('ends with the cookie it was let in by', async () => {
    const expiresAt = new Date(Date.now() + 1500);
    const socket = await opened(await client({ cookie: await stage.passFor({ expiresAt }) }));
    const closed = once(socket, 'close');
    const sweeping = setInterval(stage.open.sweep, 50);
    await closed;
    clearInterval(sweeping);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime() - 1000);
  });
});

describe('many WebSockets', () => {
  it('stay open side by side, and still answer', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, async () => opened(await client())));
    const answers = await Promise.all(sockets.map((socket, i) => echo(socket, `n${i}`)));
    expect(answers).toEqual(sockets.map((_, i) => `n${i}`));
    expect((await stage.ask('/')).status).toBe(200);
    for (const socket of sockets) socket.terminate();
  });
});

describe('the bytes of a WebSocket', () => {
  /** A backend that upgrades by hand, so that the test holds the raw stream. */
  const rawBackend = async (path: string, onUpgraded: (socket: Socket) => void) => {
    const server = createUnixServer({ allowHalfOpen: true }, socket => {
      let head = '';
      const read = (chunk: Buffer) => {
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        socket.off('data', read).pause();
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSet-Cookie: __Host-hopslab_session=x\r\n\r\n'
        );
        onUpgraded(socket);
      };
      socket.on('data', read).on('error', () => undefined);
    });
    await new Promise<void>(resolve => server.listen(path, () => resolve()));
    return server;
  };

  /** Asks for an upgrade by hand; answers the TLS socket with the answer's head read. */
  const upgraded = async () => {
    const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const head = [
      'GET /ws HTTP/1.1',
      `Host: ${stage.host.notebook}`,
      `Origin: ${own}`,
      `Cookie: ${await stage.passFor()}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGVzdHRlc3R0ZXN0dGVzdA=='
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return { socket, answer: answer.toString('latin1') };
  };

  it('wait where a reader is slow, and all arrive', async () => {
    const path = join(stage.folder, 'slow.sock');
    let inner: Socket | undefined;
    const server = await rawBackend(path, socket => (inner = socket));
    stage.routes.set({ ...stage.ada, socket: path });
    const { socket, answer } = await upgraded();
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).not.toMatch(/set-cookie/i);

    const total = 64 * 1024 * 1024;
    const chunk = Buffer.alloc(1024 * 1024, 1);
    let accepted = 0;
    const pump = () => {
      while (accepted < total) {
        accepted += chunk.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on('drain', pump);
    pump();
    // Nobody reads behind the proxy: what it took stays far below what is on offer.
    let last = -1;
    while (last !== socket.bytesWritten) {
      last = socket.bytesWritten;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    expect(socket.bytesWritten).toBeLessThan(total / 2);

    let got = 0;
    const all = new Promise<void>(resolve => {
      inner?.on('data', (data: Buffer) => {
        got += data.length;
        if (got === total) resolve();
      });
    });
    inner?.resume();
    await all;
    inner?.end();
    await once(socket.resume(), 'close');
    server.close();
  });

  it('are delivered to the last one when one side closes at once', async () => {
    const path = join(stage.folder, 'last.sock');
    const total = 8 * 1024 * 1024;
    const server = await rawBackend(path, socket => socket.end(Buffer.alloc(total, 2)));
    stage.routes.set({ ...stage.ada, socket: path });
    const { socket, answer } = await upgraded();
    let got = answer.length - (answer.indexOf('\r\n\r\n') + 4);
    socket.on('data', (data: Buffer) => (got += data.length));
    await once(socket, 'close');
    expect(got).toBe(total);
    server.close();
  });
});
