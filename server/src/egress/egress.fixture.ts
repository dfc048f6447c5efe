import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTo, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as secure, createServer, type TLSSocket } from 'node:tls';
import type { Role } from '@hopslab/schema';
import { vi } from 'vitest';
import type { Db } from '../platform/db.js';
import { logger, selfSigned } from '../proxy/proxy.fixture.js';
import { testDatabase } from '../testing/database.js';
import { isPublic } from './addresses.js';
import { createEgress, type EgressDeps } from './egress.js';

/** Stands for the internet: a loopback address that is none of the machine's interfaces. */
const internet = '127.0.0.2';
export const site = 'site.example';

/** Names as they are resolved here, each list in its turn. */
const names: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [site]: [[internet]],
  'loopback.example': [['127.0.0.1']],
  'private.example': [['10.0.0.7', '192.168.1.1', '172.16.0.1', 'fd00::1']],
  'metadata.example': [['169.254.169.254']],
  'mapped.example': [['::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '::1']],
  'both.example': [['127.0.0.1', internet]],
  'rebinding.example': [[internet], ['127.0.0.1']]
};

/** A resolver that counts what it was asked. */
const resolver = () => {
  const asked = new Map<string, number>();
  return {
    asked,
    resolve: (name: string): Promise<readonly string[]> => {
      const turns = names[name] ?? [];
      const turn = asked.get(name) ?? 0;
      asked.set(name, turn + 1);
      return Promise.resolve(turns[Math.min(turn, turns.length - 1)] ?? []);
    }
  };
};

const isAllowed = (address: string): boolean => address === internet || isPublic(address);

/** A TLS server on what stands for the internet that says back what it hears, and who all has connected to it. */
export const startSite = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopslab-site-'));
  const files = selfSigned(folder, site);
  const sockets = new Set<Socket>();
  let connected = 0;
  const server = createServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) });
  server.on('connection', (socket: Socket) => {
    connected++;
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
  });
  server.on('secureConnection', socket => {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      if (String(data).startsWith('GET ')) socket.end('HTTP/1.0 200 OK\r\n\r\nhello from outside');
      else socket.write(data);
    });
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, internet);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connected: () => connected,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    }
  };
};
export type Site = Awaited<ReturnType<typeof startSite>>;

/** A member of a project with a notebook server that is ready; answers its sandbox's id. */
export const memberRunning = async (
  db: Db,
  project: string,
  username: string,
  role: Role
): Promise<string> => {
  const who = { project, username };
  await db('users')
    .insert({ name: username, display_name: username, password_hash: 'x' })
    .onConflict()
    .ignore();
  await db('projects').insert({ name: project, description: '', created_by: username }).onConflict().ignore();
  await db('members').insert({ ...who, role });
  const lease = { id: randomUUID(), purpose: 'notebook', executors: 0, cores: 1, memory: 1, gpus: 0 };
  await db('leases').insert({ ...who, ...lease, total_cores: 1, total_memory: 1, gpu_indexes: [] });
  const id = randomUUID();
  const run = { id, role, lease: lease.id, state: 'ready', step: '', fraction: 1, socket: '/none' };
  await db('notebook_servers').insert({ ...who, ...run });
  return id;
};

/** The way to the internet over a real database, with sockets in a folder. */
export const egressUnderTest = async (more: Partial<EgressDeps> = {}) => {
  const database = await testDatabase();
  const outside = await startSite();
  const folder = mkdtempSync(join(tmpdir(), 'hopslab-out-'));
  const socketOf = (sandbox: string): string => join(folder, sandbox, 'egress.sock');
  const { asked, resolve } = resolver();
  const egress = createEgress({
    url: database.url,
    db: database.db,
    logger,
    socketOf,
    resolve,
    isAllowed,
    ports: [outside.port],
    base: 'hub.example',
    ...more
  });

  /** Says something to a sandbox's door; once it is open. */
  const dial = async (sandbox: string): Promise<Socket> =>
    vi.waitFor(
      async () => {
        const socket = connectTo(socketOf(sandbox));
        await once(socket, 'connect');
        return socket.on('error', () => undefined);
      },
      { timeout: 15_000, interval: 30 }
    );

  return {
    ...database,
    outside,
    asked,
    socketOf,
    /** A sandbox of a member. */
    async member(username: string, role: Role = 'data_owner', project = 'demo'): Promise<string> {
      const sandbox = await memberRunning(database.db, project, username, role);
      mkdirSync(join(folder, sandbox));
      return sandbox;
    },
    switchOn: (project = 'demo') => database.db('egress_projects').insert({ project }).onConflict().ignore(),
    switchOff: (project = 'demo') => database.db('egress_projects').where({ project }).delete(),
    dial,
    /** What is answered to what is sent, until the end. */
    async say(sandbox: string, what: string): Promise<string> {
      const socket = await dial(sandbox);
      socket.write(what, 'latin1');
      return text(socket);
    },
    /** A connection through a CONNECT; rejects with the answer's first line where it is refused. */
    async tunnel(sandbox: string, to = `${site}:${String(outside.port)}`): Promise<TLSSocket> {
      const socket = await dial(sandbox);
      socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
      const [head] = (await once(socket, 'data')) as [Buffer];
      const line = String(head).split('\r\n')[0] ?? '';
      if (!line.includes(' 200 ')) throw new Error(line);
      const inside = secure({ socket, rejectUnauthorized: false });
      await once(inside, 'secureConnect');
      return inside.on('error', () => undefined);
    },
    async close(): Promise<void> {
      await egress.close();
      await outside.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
};
export type EgressUnderTest = Awaited<ReturnType<typeof egressUnderTest>>;

/** Says something over a connection and hears it back. */
export const echo = async (socket: TLSSocket, what: string): Promise<string> => {
  socket.write(what);
  return String((await once(socket, 'data'))[0]);
};
