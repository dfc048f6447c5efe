import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@hopslab/schema';
import { vi } from 'vitest';
import { bubblewrapUnderTest, identity } from '../adapters/sandbox/sandbox.fixture.js';
import { createLocalWorkplace } from '../adapters/sandbox/local.workplace.js';
import { sandboxOf } from '../http/channel.js';
import { listenForSandbox } from '../http/listen.js';
import type { Actor } from '../platform/actor.js';
import { createLive } from '../platform/live.js';
import { createLogger } from '../platform/logger.js';
import { createOrigins } from '../platform/origins.js';
import type { Workplace } from '../ports/workplace.js';
import { testDatabase } from './database.js';
import { createNotebooks, runsChannel, type NotebooksDeps } from '../domains/notebooks/index.js';
import { createDefaults, createQuota, createStock, type Defaults } from '../domains/quota/index.js';

export const gibibyte = 2 ** 30;
export const small = { executors: 0, cores: 1, memory: gibibyte / 2, gpus: 0 };

/** Answers on the notebook server's socket, and says what it learnt over its own socket to the platform. */
const standIn = `
import http.server, os, socketserver, urllib.parse, socket, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = socket.socket(socket.AF_UNIX)
        asked.connect(os.environ["HOPSLAB_API_SOCKET"])
        asked.sendall(b"GET /who HTTP/1.0\\r\\n\\r\\n")
        body = asked.makefile("rb").read().split(b"\\r\\n\\r\\n", 1)[1]
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
    def address_string(self): return "proxy"
socketserver.UnixStreamServer("/run/web/jupyter.sock", Answer).serve_forever()
`;

const servesHttp = ['/usr/bin/python3', '-c', standIn];

interface Held {
  readonly bytes: number;
  readonly files: number;
}

type Made = Partial<NotebooksDeps> & {
  readonly defaults?: Defaults;
  readonly graceMinutes?: number;
  readonly storageGraceMinutes?: number;
  /** What projects hold in their datasets; nothing by default. */
  readonly stored?: () => Promise<ReadonlyMap<string, Held>>;
};

/** Notebook servers over a real database and real sandboxes, with a small HTTP server in JupyterLab's place. */
export const notebooksUnderTest = async () => {
  const database = await testDatabase();
  const { db } = database;
  const logger = createLogger('test', 'fatal');
  const live = createLive(database.url, logger);
  const under = bubblewrapUnderTest();
  const environments = join(under.data, 'environments');
  const work = join(environments, 'base', 'lib', 'python3.11', 'site-packages', 'pyspark', 'work');
  for (const path of [join(environments, 'lab'), work]) mkdirSync(path, { recursive: true });
  const scratch = under.folder('scratch');
  const local = createLocalWorkplace({
    environments,
    scratch,
    serverConfig: new URL('../../../kernels/src/hopslab_server/jupyter_server_config.py', import.meta.url)
      .pathname,
    forwarder: new URL('../../../kernels/src/hopslab_server/forward.py', import.meta.url).pathname,
    identity
  });
  const workplace: Workplace = { ...local, machine: { cores: 2, memory: 23 * gibibyte } };
  const digits = under.folder('digits');

  const make = (made: Made = {}) => {
    const { defaults = createDefaults({}), graceMinutes = 60, storageGraceMinutes = 60, ...more } = made;
    const { stored = () => Promise.resolve(new Map<string, Held>()) } = more;
    const stock = createStock(more.workplace ?? workplace, defaults);
    const { service, requests, measure, storageOver } = createQuota({
      db,
      stock,
      defaults,
      storage: async project => ({ bytes: 0, files: 0, ...(await stored()).get(project), countedAt: null }),
      graceMinutes,
      storageGraceMinutes,
      stored,
      channel: runsChannel
    });
    const notebooks = createNotebooks({
      stock,
      db,
      live,
      logger,
      sandbox: under.again(),
      workplace,
      origins: createOrigins('hopslab.localhost', 8443),
      createEntry: ({ project, user, session }, next = '') =>
        Promise.resolve(`https://entry/${project}/${user}/${session}${next}`),
      datasetMounts: (_, role) =>
        Promise.resolve([{ dataset: 'digits', path: digits, writable: role === 'data_owner' }]),
      sharedWith: () => Promise.resolve(() => []),
      opensEgress: () => Promise.resolve(false),
      listen: (socket, who) =>
        listenForSandbox(
          (request, response) => response.end(JSON.stringify(sandboxOf(request))),
          socket,
          who
        ),
      idleMinutes: 30,
      sparkIdleMinutes: 10,
      command: servesHttp,
      lookEveryMs: 50,
      ...more
    });
    return { ...notebooks, quota: service, requests, measure, storageOver };
  };

  const member = async (project: string, username: string, role: Role): Promise<Actor> => {
    await db('users')
      .insert({ name: username, display_name: username, password_hash: '' })
      .onConflict()
      .ignore();
    await db('projects')
      .insert({ name: project, description: '', created_by: username })
      .onConflict()
      .ignore();
    await db('members').insert({ project, username, role });
    return {
      user: { name: username, displayName: username, admin: false },
      channel: 'hub',
      session: 'session',
      address: '192.0.2.1',
      requestId: 'request',
      member: { project, role }
    };
  };

  return {
    db,
    url: database.url,
    under,
    workplace,
    make,
    member,
    close: async () => {
      for (const id of await under.sandbox.list()) await under.sandbox.stop(id);
      await live.close();
      await database.close();
      chmodSync(under.data, 0o755);
      under.close();
    }
  };
};
export type NotebooksUnderTest = Awaited<ReturnType<typeof notebooksUnderTest>>;

/** Waits until a notebook server is in a state. */
export const inState = <T extends { state: string }>(look: () => Promise<T>, state: string): Promise<T> =>
  vi.waitFor(
    async () => {
      const now = await look();
      if (now.state !== state) throw new Error(`it is ${JSON.stringify(now)}`);
      return now;
    },
    { timeout: 20_000, interval: 30 }
  );
