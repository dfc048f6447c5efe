import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  endAll,
  hostileNotebook,
  takesAttempts,
  type HostileNotebook
} from '../adapters/sandbox/hostile.fixture.js';
import { bubblewrapUnderTest, type SandboxFixture } from '../adapters/sandbox/sandbox.fixture.js';
import { wayOut } from '../domains/notebooks/notebooks.egress.js';
import { testDatabase } from '../testing/database.js';
import { memberRunning, site, startSite, type Site } from './egress.fixture.js';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let database: Awaited<ReturnType<typeof testDatabase>>;
let under: SandboxFixture;
let outside: Site;
let process_: ChildProcess;
let ada: HostileNotebook;
let bob: HostileNotebook;

const start = (): void => {
  process_ = spawn(
    process.execPath,
    [
      ...['--experimental-transform-types', '--no-warnings'],
      ...['--import', source('../testing/typescript-hooks.ts'), source('process.fixture.ts')],
      ...[database.url, join(under.run, 's'), String(outside.port)]
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] }
  );
};

/** A member's sandbox; with the way out that the platform gives to those who may. */
const notebook = async (username: string, role: Role): Promise<HostileNotebook> => {
  const id = await memberRunning(database.db, 'demo', username, role);
  if (role === 'data_scientist') return hostileNotebook(under, { id });
  const way = wayOut(readFileSync(source('../../../kernels/src/hopslab_server/forward.py'), 'utf8'));
  return hostileNotebook(under, {
    id,
    command: [...way.command, ...takesAttempts],
    env: { PATH: '/usr/bin:/bin', HOME: '/tmp', ...way.env },
    files: way.files ?? {}
  });
};

beforeAll(async () => {
  [database, outside] = await Promise.all([testDatabase(), startSite()]);
  under = bubblewrapUnderTest();
  start();
  [ada, bob] = await Promise.all([notebook('ada', 'data_owner'), notebook('bob', 'data_scientist')]);
  await database.db('egress_projects').insert({ project: 'demo' });
});
afterAll(async () => {
  process_.kill('SIGKILL');
  await endAll(under);
  await outside.close();
  await database.close();
});

const get = `
import ssl, urllib.request
def get():
    try:
        with urllib.request.urlopen("https://${site}:PORT/", context=ssl._create_unverified_context(), timeout=10) as answer:
            return answer.read().decode()
    except OSError as error:
        return str(error)
found["answer"] = get()`;

const fetched = async (who: HostileNotebook): Promise<string> =>
  String((await who.attempt(get.replace('PORT', String(outside.port))))['answer']);

const reaches = () =>
  vi.waitFor(async () => expect(await fetched(ada)).toBe('hello from outside'), {
    timeout: 20_000,
    interval: 200
  });

describe('in a real sandbox', () => {
  it('a data owner’s program that knows of no proxy but by its environment reaches the internet', reaches);

  it('a data scientist’s does not, and is told why where it asks by itself', async () => {
    expect(await fetched(bob)).toMatch(/name/i);
    const { answer } = await bob.attempt(`
peer = socket.socket(socket.AF_UNIX)
peer.connect("/run/hopslab/egress.sock")
peer.sendall(b"CONNECT ${site}:${String(outside.port)} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
found["answer"] = peer.makefile().readline()`);
    expect(answer).toMatch(/^HTTP\/1.1 403 you lack the right egress.use/);
  });

  it('nobody has another way out, nor makes a door of their own', async () => {
    const found = await ada.attempt(`
found["direct"] = [reach(socket.AF_INET, (host, ${String(outside.port)})) for host in ("127.0.0.2", "192.0.2.1")]
found["door"] = [writes("/run/hopslab/x"), attempt(lambda: os.unlink("/run/hopslab/egress.sock"))]`);
    expect(found['direct']).toEqual(['ECONNREFUSED', 'ENETUNREACH']);
    expect(found['door']).not.toContain('done');
  });

  it('the process that serves it can be killed: there is no way out until it is back', async () => {
    await reaches();
    process_.kill('SIGKILL');
    await once(process_, 'exit');
    const before = outside.connected();
    expect(await fetched(ada)).not.toContain('hello');
    expect(outside.connected()).toBe(before);
    start();
    await reaches();
  });
});
