import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { clusterFolder, ensureCluster, environment, identityOf, name, type ClusterPlace } from './cluster.js';
import { endOrphans, findPostmaster, gone, isAlive, stopPostmaster } from './postmaster.js';

export interface EmbeddedPostgresDeps extends ClusterPlace {
  /** Folder of the socket; nobody but the platform may enter it. */
  readonly sockets: string;
  readonly log: string;
}

export interface EmbeddedPostgres {
  /** Makes the cluster if need be, starts it or adopts the one that runs, and waits until it answers. */
  start(): Promise<{ pid: number; adopted: boolean }>;
  /** Resolves when the process with this pid is gone. */
  ended(pid: number): Promise<void>;
  stop(): Promise<void>;
}

const startMs = 60_000;
const settings = (sockets: string) => [
  'listen_addresses=',
  `unix_socket_directories=${sockets}`,
  'unix_socket_permissions=0700',
  'cluster_name=hopslab',
  'max_connections=100',
  'shared_buffers=64MB',
  'max_wal_size=256MB',
  'huge_pages=off',
  // Reading by worker processes costs memory and gains nothing at our sizes.
  'io_method=sync',
  'log_min_messages=warning',
  'log_line_prefix=%m [%p] '
];

/** A PostgreSQL of our own: detached, so that it outlives us, reached by a unix socket and known by our user alone. */
export const createEmbeddedPostgres = (deps: EmbeddedPostgresDeps): EmbeddedPostgres => {
  const cluster = clusterFolder(deps);

  const ask = async (database: string, use: (client: pg.Client) => Promise<void>): Promise<void> => {
    const client = new pg.Client({ host: deps.sockets, user: name, database, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await use(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const ensureDatabase = () =>
    ask('postgres', async client => {
      const found = await client.query('select 1 from pg_database where datname = $1', [name]);
      if (found.rowCount === 0) await client.query(`create database ${name}`);
    });

  const answering = async (pid: number): Promise<void> => {
    for (const until = performance.now() + startMs; ;) {
      try {
        await ensureDatabase();
        return;
      } catch (cause) {
        if (!isAlive(pid)) throw new Error(`PostgreSQL ended while starting; see ${deps.log}`, { cause });
        if (performance.now() > until)
          throw new Error(`PostgreSQL does not answer; see ${deps.log}`, { cause });
      }
      await pause(50);
    }
  };

  const adopt = async (): Promise<number | undefined> => {
    const running = await findPostmaster(cluster);
    if (!running) return undefined;
    if (running.sockets === deps.sockets && existsSync(join(deps.sockets, '.s.PGSQL.5432')))
      return running.pid;
    // Its socket is lost or elsewhere: nobody can talk to it any more.
    await stopPostmaster(running);
    return undefined;
  };

  const launch = async (): Promise<number> => {
    await endOrphans(cluster);
    // Left by a machine that went down; PostgreSQL itself gives up when its number is another process's by now.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    const log = openSync(deps.log, 'a', 0o600);
    try {
      const child = spawn(
        join(deps.binaries, 'postgres'),
        ['-D', cluster, ...settings(deps.sockets).flatMap(one => ['-c', one])],
        {
          ...(await identityOf(deps)),
          cwd: deps.folder,
          env: environment,
          detached: true,
          stdio: ['ignore', log, log]
        }
      );
      await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
      child.unref();
      if (child.pid === undefined) throw new Error('PostgreSQL has no pid');
      return child.pid;
    } finally {
      closeSync(log);
    }
  };

  return {
    async start() {
      await ensureCluster(deps);
      const running = await adopt();
      const pid = running ?? (await launch());
      await answering(pid);
      return { pid, adopted: running !== undefined };
    },
    async ended(pid) {
      while (!(await gone(pid, 60_000)));
    },
    async stop() {
      const running = await findPostmaster(cluster);
      if (running) await stopPostmaster(running);
    }
  };
};
