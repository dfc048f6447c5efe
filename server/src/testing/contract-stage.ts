/*
 * The real API server as a process of its own, with people and a project that holds one of everything: for holding it
 * to the contract. Says as one JSON line how it is reached and what is there, puts everything back for each line on its
 * standard input (and says so with one), and ends when that does. The server's log is our standard error.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureDeviceAuthority } from '../adapters/ca/index.js';
import { connect } from '../platform/db.js';
import { migrate } from '../platform/migrate.js';
import { secretIn } from '../platform/secrets.js';
import { seedContract } from './contract-seed.js';
import { holdPort } from './held-port.js';
import { keepState } from './kept-state.js';
import { startPostgres } from './postgres.js';

const folder = mkdtempSync(join(tmpdir(), 'hopslab-contract-'));
const [data, run, tools] = ['data', 'run', 'tools'].map(name => join(folder, name)) as [
  string,
  string,
  string
];
for (const path of [data, run, tools, join(folder, 'extension', 'hub-dist', 'assets')])
  mkdirSync(path, { recursive: true });
writeFileSync(join(folder, 'extension', 'hub-dist', 'index.html'), '<!doctype html><title>hub</title>');

const postgres = await startPostgres();
const databaseUrl = postgres.url('postgres');
const db = connect(databaseUrl, 2);
await migrate(db);
await ensureDeviceAuthority(data, secretIn(undefined, data, 'devices'));

const base = 'hopslab.localhost';
const { port, fd, close } = await holdPort();
const log = 2;
const server = spawn(process.execPath, [fileURLToPath(new URL('../main.js', import.meta.url))], {
  stdio: ['ignore', log, log, fd, 'ipc'],
  env: {
    ...process.env,
    HOPSLAB_ROOT: folder,
    HOPSLAB_DATA: data,
    HOPSLAB_RUN: run,
    HOPSLAB_TOOLS: tools,
    HOPSLAB_PORT: String(port),
    HOPSLAB_BASE: base,
    HOPSLAB_DATABASE_URL: databaseUrl,
    HOPSLAB_LOG_LEVEL: 'error',
    HOPSLAB_UPLOAD_LIMIT: String(2 ** 20),
    // The one that there may be is held: whoever asks for a notebook server waits for it, and none is started.
    HOPSLAB_PROJECT_QUOTA: JSON.stringify({ servers: 1 })
  }
});
const ended = once(server, 'exit');

try {
  const failed = ended.then(() => Promise.reject(new Error('the server does not start')));
  failed.catch(() => undefined);
  await Promise.race([once(server, 'message'), failed]);
  close();
  const seeded = await seedContract({ db, data, base, port });
  const putBack = await keepState(db);
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, ...seeded })}\n`);

  /** Work on files goes on by itself: what it is about must not be taken away, or put back, under it. */
  const isWorking = async (): Promise<boolean> => {
    const running = await db('operations').where({ state: 'running' });
    const onTheirWay = await db('trash').whereNot({ state: 'kept' });
    return running.length + onTheirWay.length > 0;
  };
  const workDone = async (): Promise<void> => {
    const until = performance.now() + 60_000;
    while (await isWorking()) {
      if (performance.now() > until) throw new Error('work on files does not end');
      await setTimeout(20);
    }
  };

  for await (const _line of createInterface({ input: process.stdin })) {
    await workDone();
    await putBack();
    // A driver that is not heard of for two minutes is given up.
    await db('experiments').update({ heartbeat_at: db.fn.now() });
    seeded.writeFiles();
    process.stdout.write('{}\n');
  }
} finally {
  server.kill('SIGTERM');
  await ended;
  await db.destroy();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
