/*
 * The real proxy process with a database, a certificate and one project member of its own, and nothing else: for
 * measuring it. Started with the unix socket that stands for the notebook server; says as one JSON line how to reach
 * it, and ends when its standard input does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNotebookCookies, notebookCookie } from '../domains/auth/notebook-cookie.js';
import { connect } from '../platform/db.js';
import { labelOf } from '../platform/label.js';
import { migrate } from '../platform/migrate.js';
import { createOrigins } from '../platform/origins.js';
import { holdPort } from './held-port.js';
import { readyNotebook } from './notebook-row.js';
import { startPostgres } from './postgres.js';
import { base, selfSigned } from '../proxy/proxy.fixture.js';

const behind = process.argv[2] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'hopslab-alone-'));
const [data, run] = [join(folder, 'data'), join(folder, 'run')];
const tls = join(data, 'secrets', 'tls');
mkdirSync(tls, { recursive: true, mode: 0o700 });
mkdirSync(run);
const files = selfSigned(tls);

const postgres = await startPostgres();
const url = postgres.url('postgres');
const db = connect(url, 1);
await migrate(db);
const member = await readyNotebook(db, behind);
await db.destroy();

copyFileSync(files.certificate, join(data, 'devices-ca.pem'));

const [browsers, programs] = [await holdPort(), await holdPort()];
const { port } = browsers;
const proxy = spawn(process.execPath, [fileURLToPath(new URL('../proxy/main.js', import.meta.url))], {
  stdio: ['ignore', 'ignore', 'inherit', browsers.fd, programs.fd, 'ipc'],
  env: {
    ...process.env,
    HOPSLAB_ROOT: folder,
    HOPSLAB_DATA: data,
    HOPSLAB_RUN: run,
    HOPSLAB_TOOLS: folder,
    HOPSLAB_PORT: String(port),
    HOPSLAB_PROGRAMS_PORT: String(programs.port),
    HOPSLAB_BASE: base,
    HOPSLAB_DATABASE_URL: url,
    HOPSLAB_LOG_LEVEL: 'warn'
  }
});
await once(proxy, 'message');
browsers.close();
programs.close();

const key = readFileSync(join(data, 'secrets', 'notebook-cookie.key'));
const expiresAt = new Date(Date.now() + 86_400_000);
const cookie = await createNotebookCookies(key).seal({ ...member, expiresAt });
const origin = createOrigins(base, port).notebook(labelOf(member.project, member.user));
const told = { port, pid: proxy.pid, origin, cookie: `${notebookCookie}=${cookie}`, ...files };
process.stdout.write(`${JSON.stringify(told)}\n`);

process.stdin.resume();
await once(process.stdin, 'end');
const ended = once(proxy, 'exit');
proxy.kill('SIGTERM');
await ended;
await postgres.stop();
rmSync(folder, { recursive: true, force: true });
