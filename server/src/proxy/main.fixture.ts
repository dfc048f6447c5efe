import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { selfSigned } from './proxy.fixture.js';

/** Holds a listening socket that it never accepts on, as the supervisor does, and starts commands with it as 3. */
const holder = `
import fcntl, os, signal, socket, subprocess, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listeners = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in "ab"]
print(*(listener.getsockname()[1] for listener in listeners), flush=True)
high = [fcntl.fcntl(listener.detach(), fcntl.F_DUPFD, 10) for listener in listeners]
for place, descriptor in enumerate(high, 3):
    os.dup2(descriptor, place)
for line in sys.stdin:
    env = dict(pair.split("=", 1) for pair in line.rstrip("\\n").split("\\t"))
    child = subprocess.Popen(sys.argv[1:], pass_fds=(3, 4), env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    for said in child.stdout:
        if b"the proxy is ready" in said:
            break
    print(child.pid, flush=True)
`;

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The real proxy process, in an installation of its own, on a socket that outlives it. */
export const proxyProcess = async (databaseUrl: string, base: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'hopslab-main-'));
  const [data, run] = [join(folder, 'data'), join(folder, 'run')];
  mkdirSync(join(data, 'secrets', 'tls'), { recursive: true, mode: 0o700 });
  mkdirSync(run);
  const { certificate } = selfSigned(join(data, 'secrets', 'tls'), base);
  // A root that vouches for nobody here.
  copyFileSync(certificate, join(data, 'devices-ca.pem'));
  const command = [
    process.execPath,
    '--experimental-transform-types',
    '--no-warnings',
    '--import',
    source('../testing/typescript-hooks.ts'),
    source('main.ts')
  ];
  const keeper: ChildProcess = spawn('python3', ['-c', holder, ...command], {
    stdio: ['pipe', 'pipe', 'inherit']
  });
  const said = createInterface({ input: keeper.stdout as NodeJS.ReadableStream });
  const next = async () => String((await once(said, 'line'))[0]);
  const [port, programsPort] = (await next()).split(' ').map(Number) as [number, number];
  const environment = {
    HOPSLAB_ROOT: folder,
    HOPSLAB_DATA: data,
    HOPSLAB_RUN: run,
    HOPSLAB_TOOLS: folder,
    HOPSLAB_PORT: String(port),
    HOPSLAB_PROGRAMS_PORT: String(programsPort),
    HOPSLAB_BASE: base,
    HOPSLAB_DATABASE_URL: databaseUrl
  };
  const line = Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\t');
  let pid = 0;
  return {
    port,
    programsPort,
    data,
    api: join(run, 'server.sock'),
    folder,
    /** Starts it; resolves when it serves. */
    async start(): Promise<void> {
      const started = next();
      keeper.stdin?.write(`${line}\n`);
      pid = Number(await started);
    },
    kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
    get pid() {
      return pid;
    },
    async end(): Promise<void> {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
      const ended = once(keeper, 'exit');
      keeper.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  };
};
