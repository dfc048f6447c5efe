import { randomUUID } from 'node:crypto';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { labelOf } from '../platform/label.js';
import { publish } from '../platform/live.js';
import { testDatabase } from '../testing/database.js';
import { logger } from './proxy.fixture.js';
import { createPostgresRouteTable, type PostgresRouteTable } from './route-table.postgres.js';

const servers = 'select project, username, socket from fake_servers';
const label = labelOf('demo', 'ada');
const session = randomUUID();

let database: Awaited<ReturnType<typeof testDatabase>>;
let table: PostgresRouteTable;

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  await db.raw('create table fake_servers (project text, username text, socket text)');
  await db('users').insert({ name: 'ada', display_name: 'Ada', password_hash: 'x' });
  await db('projects').insert({ name: 'demo', description: '', created_by: 'ada' });
});
afterAll(() => database.close());

beforeEach(async () => {
  const { db } = database;
  await db('users').update({ locked: false });
  for (const name of ['fake_servers', 'members', 'sessions']) await db(name).delete();
  await db('members').insert({ project: 'demo', username: 'ada', role: 'data_owner' });
  await db('sessions').insert({
    id: session,
    username: 'ada',
    token_hash: Buffer.from('a'),
    expires_at: db.raw(`now() + interval '1 day'`)
  });
  await db('fake_servers').insert({ project: 'demo', username: 'ada', socket: '/run/a.sock' });
});

const using = async (url: string, pollMs: number, body: () => Promise<void>) => {
  table = createPostgresRouteTable({ url, servers, logger, pollMs });
  try {
    await table.refresh();
    await body();
  } finally {
    await table.close();
  }
};
const onDemand = (body: () => Promise<void>) => using(database.url, 3_600_000, body);

describe('the routing table', () => {
  it('says what is behind a label, and who may reach it', () =>
    onDemand(async () => {
      expect(table.known).toBe(true);
      expect(table.lookup(label)).toMatchObject({
        project: 'demo',
        user: 'ada',
        socket: '/run/a.sock',
        sessions: new Map([[session, 'browser']])
      });
      expect(table.lookup(label)?.epoch).toBeGreaterThan(0);
      expect(table.lookup(labelOf('demo', 'bob'))).toBeUndefined();
      expect([...table.sockets()]).toEqual(['/run/a.sock']);
    }));

  it('leaves out what has ended', () =>
    onDemand(async () => {
      const { db } = database;
      await db('sessions').update({ last_seen_at: db.raw(`now() - interval '13 hours'`) });
      await table.refresh();
      expect(table.lookup(label)?.sessions).toEqual(new Map([[session, 'program']]));
      await table.touch([session]);
      await table.refresh();
      expect(table.lookup(label)?.sessions).toEqual(new Map([[session, 'browser']]));
      await db('sessions').update({ expires_at: db.fn.now() });
      await db('users').update({ locked: true });
      await table.refresh();
      expect(table.lookup(label)).toMatchObject({ epoch: null, sessions: new Map() });
      await db('users').update({ locked: false });
      await db('members').delete();
      await table.refresh();
      expect(table.lookup(label)?.epoch).toBeNull();
    }));

  it('knows the access tokens that may read and compute there, until they end', () =>
    onDemand(async () => {
      const { db } = database;
      await db('users').insert({ name: 'eve', display_name: 'Eve', password_hash: 'x' });
      await db('projects').insert({ name: 'other', description: '', created_by: 'ada' });
      const both = ['read', 'compute'];
      const given = [
        { username: 'ada', scopes: both, project: null, good: true },
        { username: 'ada', scopes: ['manage', ...both], project: 'demo', good: true },
        { username: 'ada', scopes: both, project: 'other', good: false },
        { username: 'ada', scopes: ['compute', 'manage'], project: null, good: false },
        { username: 'eve', scopes: both, project: null, good: false }
      ].map((token, n) => ({ ...token, id: randomUUID(), hash: Buffer.from([n]) }));
      for (const { good: _, ...token } of given)
        await db('access_tokens').insert({
          ...token,
          name: 'x',
          expires_at: db.raw(`now() + interval '1 day'`)
        });
      const good = given.filter(token => token.good);
      await table.refresh();
      const known = table.lookup(label)?.accessTokens ?? new Map();
      expect([...known].sort()).toEqual(good.map(({ hash, id }) => [hash.toString('hex'), id]));
      expect(good.every(({ id }) => table.lookup(label)?.sessions.get(id) === 'program')).toBe(true);
      const used = () => db('access_tokens').whereNotNull('last_used_at').pluck('id');
      await table.touch(good.slice(0, 1).map(({ id }) => id));
      expect(await used()).toEqual([good[0]?.id]);
      await db('access_tokens').update({ expires_at: db.fn.now() });
      await table.refresh();
      expect(table.lookup(label)?.accessTokens.size).toBe(0);
    }));

  it('tells of changes, and only of changes', () =>
    onDemand(async () => {
      const changed = vi.fn();
      table.onChange(changed);
      await table.refresh();
      expect(changed).not.toHaveBeenCalled();
      await database.db('fake_servers').update({ socket: null });
      await table.refresh();
      expect(changed).toHaveBeenCalledOnce();
      expect(table.lookup(label)?.socket).toBeNull();
    }));

  it('hears at once what is published', () =>
    onDemand(async () => {
      await database.db('fake_servers').update({ socket: '/run/b.sock' });
      await publish(database.db, 'routing', {});
      await vi.waitFor(() => expect(table.lookup(label)?.socket).toBe('/run/b.sock'), 15_000);
    }));

  it('finds by itself what nobody published', () =>
    using(database.url, 50, async () => {
      await database.db('fake_servers').delete();
      await vi.waitFor(() => expect(table.lookup(label)).toBeUndefined(), 15_000);
    }));
});

describe('while the database is away', () => {
  /** A relay to the database that can be cut off, as a restart of the database does. */
  const relay = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopslab-relay-'));
    const host = decodeURIComponent(/host=([^&]+)/.exec(database.url)?.[1] ?? '');
    const open = new Set<Socket>();
    let server: Server | undefined;
    const up = () =>
      new Promise<void>(resolve => {
        server = createServer(from => {
          const to = connect(join(host, '.s.PGSQL.5432'));
          for (const socket of [from, to]) open.add(socket.on('error', () => undefined));
          from.pipe(to).pipe(from);
        }).listen(join(folder, '.s.PGSQL.5432'), () => resolve());
      });
    const down = () => {
      const closed = new Promise(resolve => server?.close(resolve));
      for (const socket of open) socket.destroy();
      return closed;
    };
    await up();
    return {
      url: database.url.replace(encodeURIComponent(host), encodeURIComponent(folder)),
      up,
      down,
      remove: () => rmSync(folder, { recursive: true })
    };
  };

  it('stays as it was, and goes on afterwards', async () => {
    const line = await relay();
    await using(line.url, 50, async () => {
      await line.down();
      await database.db('fake_servers').update({ socket: '/run/c.sock' });
      await table.refresh();
      expect(table.lookup(label)?.socket).toBe('/run/a.sock');
      await line.up();
      await vi.waitFor(() => expect(table.lookup(label)?.socket).toBe('/run/c.sock'), 15_000);
      await line.down();
    });
    line.remove();
  });

  it('is not known when it was never read', async () => {
    await using('postgres://nobody@/nothing?host=/nonexistent', 3_600_000, async () => {
      expect(table.known).toBe(false);
      expect(table.lookup(label)).toBeUndefined();
    });
  });
});
