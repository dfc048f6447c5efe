import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEgressService } from '../domains/egress/index.js';
import { echo, egressUnderTest, site, type EgressUnderTest } from './egress.fixture.js';

let test: EgressUnderTest;
let ada: string;
let bob: string;
const promised = 5000;

beforeAll(async () => {
  test = await egressUnderTest({ limits: { perSandbox: 3, all: 100 } });
  ada = await test.member('ada');
  bob = await test.member('bob', 'data_scientist');
  await test.switchOn();
});
afterAll(() => test.close());

const at = (host: string, port = test.outside.port): string => `${host}:${String(port)}`;

/** A connection that is open; the door may have to hear of the switch first. */
const tunnel = (sandbox: string) =>
  vi.waitFor(() => test.tunnel(sandbox), { timeout: 15_000, interval: 100 });

const rows = (actor: string) =>
  test
    .db('journal')
    .where({ actor, action: 'egress.used' })
    .orderBy('id')
    .select<{ asset: string; outcome: string; data: object }[]>('asset', 'outcome', 'data');

describe('a data owner in a project with egress', () => {
  it('reaches a host, which is told once and metered both ways', async () => {
    for (const word of ['one', 'two']) {
      const socket = await tunnel(ada);
      expect(await echo(socket, word.repeat(1000))).toContain(word);
      socket.destroy();
    }
    // Before the door had heard of the switch it was refused.
    const reached = (await rows('ada')).filter(row => row.outcome === 'done');
    expect(reached).toEqual([{ asset: `host:${at(site)}`, outcome: 'done', data: {} }]);
    expect(await test.db('journal').where({ actor: 'ada' }).first()).toMatchObject({
      project: 'demo',
      project_user: 'demo__ada',
      channel: 'sandbox',
      address: `sandbox ${ada}`
    });
    const use = createEgressService(test.db);
    await vi.waitFor(
      async () => {
        const { items } = await use.use('demo', {});
        expect(items).toMatchObject([{ user: 'ada' }]);
        expect(items[0]?.sent).toBeGreaterThan(6000);
        expect(items[0]?.received).toBeGreaterThan(6000);
        expect(items[0]?.sent).toBeLessThan(20_000);
      },
      { timeout: 15_000, interval: 200 }
    );
  });

  it('connects to what was judged, and to nothing that the name becomes afterwards', async () => {
    const before = test.outside.connected();
    const socket = await test.tunnel(ada, at('rebinding.example'));
    socket.destroy();
    expect(test.asked.get('rebinding.example')).toBe(1);
    expect(test.outside.connected()).toBe(before + 1);
    await expect(test.tunnel(ada, at('rebinding.example'))).rejects.toThrow('403');
    const both = await test.tunnel(ada, at('both.example'));
    both.destroy();
  });

  it.each([
    'loopback.example',
    'private.example',
    'metadata.example',
    'mapped.example',
    'nowhere.example',
    'localhost.',
    'hub.example',
    'label.hub.example',
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '[::1]',
    '[::ffff:127.0.0.2]',
    '[64:ff9b::7f00:2]',
    '2130706434',
    '0x7f000002',
    '0177.0.0.2',
    '127.2'
  ])('does not reach %s', async host => {
    const before = test.outside.connected();
    await expect(test.tunnel(ada, at(host))).rejects.toThrow(/^HTTP\/1.1 40[03] /);
    expect(test.outside.connected()).toBe(before);
  });

  it('reaches no other port', async () => {
    await expect(test.tunnel(ada, at(site, 22))).rejects.toThrow(`403 port 22 is not open`);
    expect(await rows('ada')).toContainEqual({
      asset: `host:${site}:22`,
      outcome: 'refused',
      data: { code: 'port' }
    });
  });

  it('has so many connections and no more', async () => {
    const sockets = await Promise.all([tunnel(ada), tunnel(ada), tunnel(ada)]);
    await expect(test.tunnel(ada)).rejects.toThrow('429');
    sockets[0].destroy();
    sockets.push(await tunnel(ada));
    for (const socket of sockets) socket.destroy();
  });
});

describe('who may not', () => {
  it('is told why, and it is in the journal', async () => {
    await expect(test.tunnel(bob)).rejects.toThrow(/403 you lack the right egress.use.*data owner/);
    await test.tunnel(bob).catch(() => undefined);
    expect(await rows('bob')).toEqual([
      { asset: `host:${at(site)}`, outcome: 'refused', data: { code: 'role' } }
    ]);
    expect(test.asked.get(site)).toBeGreaterThan(0);
  });

  it('asks no name server either', async () => {
    const asked = [...test.asked.values()].reduce((all, one) => all + one, 0);
    await expect(test.tunnel(bob, at('secret-data.example'))).rejects.toThrow('403');
    expect([...test.asked.values()].reduce((all, one) => all + one, 0)).toBe(asked);
  });

  it('is a data owner of another project, where nobody switched it on', async () => {
    const eve = await test.member('eve', 'data_owner', 'other');
    await expect(test.tunnel(eve)).rejects.toThrow('403 the project has no internet egress');
  });
});

describe('a request that is no sound CONNECT', () => {
  const good = () => `CONNECT ${at(site)} HTTP/1.1\r\nHost: ${at(site)}\r\n`;

  it.each([
    ['a body', () => `${good()}Content-Length: 5\r\n\r\nhello`, 400],
    ['pieces', () => `${good()}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['both', () => `${good()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a header without a name', () => `${good()}: x\r\n\r\n`, 400],
    ['a folded header', () => `${good()}X: a\r\n b\r\n\r\n`, 400],
    ['a bare line end', () => `${good()}X: a\nHost: 127.0.0.1\n\n`, 400],
    ['a space before the colon', () => `${good()}X : a\r\n\r\n`, 400],
    ['a NUL', () => `${good()}X: a\0b\r\n\r\n`, 400],
    ['a long header', () => `${good()}X: ${'a'.repeat(9000)}\r\n\r\n`, 431],
    ['an address for a target', () => `CONNECT https://${at(site)}/ HTTP/1.1\r\nHost: x\r\n\r\n`, 400],
    ['somebody in the target', () => `CONNECT a@${at(site)} HTTP/1.1\r\nHost: x\r\n\r\n`, 400],
    ['plain http', () => `GET http://${at(site)}/ HTTP/1.1\r\nHost: ${at(site)}\r\n\r\n`, 403]
  ] as const)('%s reaches nothing', async (_, request, status) => {
    const before = test.outside.connected();
    const answer = await test.say(ada, request());
    expect(answer.split('\r\n')[0]).toContain(` ${String(status)} `);
    expect(test.outside.connected()).toBe(before);
  });

  it('with another Host goes where its target says', async () => {
    const before = test.outside.connected();
    const socket = await test.dial(ada);
    socket.write(`CONNECT ${at(site)} HTTP/1.1\r\nHost: 127.0.0.1:5432\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).toContain('200');
    expect(test.outside.connected()).toBe(before + 1);
    socket.destroy();
  });

  it('sees what it sent too early go to where it is connected', async () => {
    const answer = test.say(ada, `${good()}\r\nno TLS at all\r\n\r\nGET / HTTP/1.1\r\n\r\n`);
    expect((await answer).split('\r\n')[0]).toBe('HTTP/1.1 200 Connection established');
  });
});

describe('an open connection ends within five seconds', () => {
  const member = { project: 'demo', username: 'ada' };
  const people = () => test.db('members').where(member);

  it.each([
    ['it is switched off', () => test.switchOff(), () => test.switchOn()],
    [
      'the data owner becomes a data scientist',
      () => people().update({ role: 'data_scientist' }),
      () => people().update({ role: 'data_owner' })
    ],
    [
      'the user is locked',
      () => test.db('users').where({ name: 'ada' }).update({ locked: true }),
      () => test.db('users').where({ name: 'ada' }).update({ locked: false })
    ],
    [
      'the project is archived',
      () => test.db('projects').where({ name: 'demo' }).update({ state: 'archived' }),
      () => test.db('projects').where({ name: 'demo' }).update({ state: 'active' })
    ],
    [
      'nobody can say any more whether it may be',
      () => test.db.raw('alter table egress_projects rename to away'),
      () => test.db.raw('alter table away rename to egress_projects')
    ]
  ])('when %s, and no other is made', async (_, change, undo) => {
    const socket = await tunnel(ada);
    expect(await echo(socket, 'hello')).toBe('hello');
    const closed = once(socket, 'close');
    const since = performance.now();
    await change();
    try {
      await closed;
      expect(performance.now() - since).toBeLessThan(promised);
      await expect(test.tunnel(ada)).rejects.toThrow(/ (403|503) /);
    } finally {
      await undo();
    }
    (await tunnel(ada)).destroy();
  });

  it('when the notebook server is over, and its door is gone', async () => {
    const socket = await tunnel(ada);
    const closed = once(socket, 'close');
    const since = performance.now();
    await test.db('notebook_servers').where({ id: ada }).update({ state: 'stopping' });
    await closed;
    expect(performance.now() - since).toBeLessThan(promised);
    await test.db('notebook_servers').where({ id: ada }).update({ state: 'ready' });
    (await tunnel(ada)).destroy();
  });
});

it('a connection over which nothing goes ends by itself', async () => {
  const hasty = await egressUnderTest({ idleMs: 300 });
  const sandbox = await hasty.member('ada');
  await hasty.switchOn();
  const socket = await vi.waitFor(() => hasty.tunnel(sandbox), { timeout: 15_000, interval: 100 });
  await once(socket, 'close');
  await hasty.close();
});
