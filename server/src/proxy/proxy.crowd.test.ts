import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { codeOf, world, type World } from './proxy.fixture.js';

let stage: World | undefined;
const sockets: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stage?.close();
  stage = undefined;
});

const dial = async (port: number): Promise<TLSSocket> => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await new Promise<void>(resolve => socket.once('secureConnect', resolve).once('close', () => resolve()));
  return socket;
};

const seenAddress = (of: World) => of.behind.api.last()?.headers['x-hopslab-client-address'];
const from = (...forwarded: string[]) => ({ headers: { 'x-forwarded-for': forwarded } });

describe('connections of one address', () => {
  it('are as many as it may hold, and make room when they end', { timeout: 30_000 }, async () => {
    stage = await world({ most: 3 });
    const { port, clients } = stage;
    const held = [await dial(port), await dial(port), await dial(port)];
    expect(held.every(socket => !socket.destroyed)).toBe(true);
    expect((await dial(port)).destroyed).toBe(true);
    held[0]?.destroy();
    await vi.waitFor(async () => expect((await dial(port)).destroyed).toBe(false), 10_000);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(() => expect(clients.size).toBe(0), 10_000);
  });
});

describe('who a request comes from', () => {
  it('is the other end of the connection, whatever the request says', async () => {
    stage = await world();
    await stage.ask('/api/v1/x', from('192.0.2.1'));
    expect(seenAddress(stage)).toBe('127.0.0.1');
  });

  it('is what a trusted proxy says, as far as trusted proxies have written it', async () => {
    stage = await world({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    for (const [said, believed] of [
      [['192.0.2.1'], '192.0.2.1'],
      [['198.51.100.9, 192.0.2.1'], '192.0.2.1'],
      [['198.51.100.9', '192.0.2.1, 10.1.2.3'], '192.0.2.1'],
      [['2001:db8::1'], '2001:db8::1'],
      [['::ffff:192.0.2.1'], '192.0.2.1'],
      [['10.0.0.1'], '10.0.0.1'],
      [['192.0.2.1, unknown'], '127.0.0.1'],
      [['192.0.2.1, <script>, 10.0.0.1'], '10.0.0.1'],
      [[], '127.0.0.1']
    ] as const) {
      await stage.ask('/api/v1/x', from(...said));
      expect([said, seenAddress(stage)]).toEqual([said, believed]);
    }
  });

  it('decides how much it may have under way behind a trusted proxy', { timeout: 30_000 }, async () => {
    const waiting: (() => void)[] = [];
    stage = await world({
      most: 2,
      trustedProxies: ['127.0.0.0/8'],
      api: (_, response) => void waiting.push(() => response.end('ok'))
    });
    const { ask, clients } = stage;
    const first = [ask('/api/v1/a', from('192.0.2.1')), ask('/api/v1/b', from('192.0.2.1'))];
    await vi.waitFor(() => expect(waiting.length).toBe(2), 10_000);
    const refused = await ask('/api/v1/c', from('192.0.2.1'));
    expect([refused.status, codeOf(refused)]).toEqual([503, 'service.unavailable']);
    const other = ask('/api/v1/d', from('192.0.2.2'));
    await vi.waitFor(() => expect(waiting.length).toBe(3), 10_000);
    for (const answer of waiting) answer();
    for (const answer of [...first, other]) expect((await answer).status).toBe(200);
    await vi.waitFor(() => expect(clients.size).toBe(0), 10_000);
  });
});
