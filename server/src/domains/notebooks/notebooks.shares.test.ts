import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { shares as contract } from '@hopslab/schema';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import { identity } from '../../adapters/sandbox/sandbox.fixture.js';
import type { Actor } from '../../platform/actor.js';
import { inState, notebooksUnderTest, small, type NotebooksUnderTest } from '../../testing/notebooks.js';
import { createDatasetsService, createPublicService, createSharesService } from '../datasets/index.js';
import { followGrants } from './index.js';

/** What the platform promises: whoever loses a folder has lost it everywhere within five seconds. */
const promised = 5000;
const patient = { timeout: 20_000, interval: 30 };

/** A server that does in the shared folder what its address says. */
const standIn = `
import http.server, os, socket, socketserver, subprocess
folder = "/project/shared/atlas::genes"
kept = []
def read(): return ",".join(sorted(os.listdir(folder)))
def write(): return str(open(folder + "/" + str(os.getpid()), "w").close())
def hold():
    child = subprocess.Popen(["/usr/bin/python3", "-c", "import time; time.sleep(600)"], cwd=folder)
    kept.append(child); return str(child.pid)
def held(): return str(kept[0].poll())
def hide():
    pair = socket.socketpair(); fd = os.open(folder, os.O_RDONLY)
    socket.send_fds(pair[0], [b"x"], [fd]); os.close(fd); kept.append(pair); return "hidden"
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try: said = globals().get(self.path[1:], str)()
        except OSError as error: said = error.strerror
        self.send_response(200); self.end_headers(); self.wfile.write(said.encode())
    def log_message(self, *_): pass
    def address_string(self): return "proxy"
socketserver.UnixStreamServer("/run/web/jupyter.sock", Answer).serve_forever()
`;

let under: NotebooksUnderTest;
let notebooks: ReturnType<NotebooksUnderTest['make']>;
let shares: ReturnType<typeof createSharesService>;
let publicDatasets: ReturnType<typeof createPublicService>;
let ada: Actor;
let bob: Actor;
const at = { owner: 'atlas', dataset: 'genes', project: 'borea' };

/** The server of the platform, or the one after it. */
const server = () => {
  const files = createLocalFileStore({ root: join(under.under.data, 'projects'), owner: identity });
  const datasets = createDatasetsService({ db: under.db, files });
  const made = under.make({
    command: ['/usr/bin/python3', '-c', standIn],
    datasetMounts: (project, role) => datasets.mountsFor(project, role),
    sharedWith: projects => datasets.sharedWith(projects)
  });
  const between = {
    db: under.db,
    onGrants: followGrants,
    holders: (...of: Parameters<typeof made.holders>) => made.holders(...of)
  };
  shares = createSharesService(between);
  publicDatasets = createPublicService(between);
  return { ...made, datasets };
};

beforeEach(async () => {
  under = await notebooksUnderTest();
  ada = await under.member('atlas', 'ada', 'data_owner');
  bob = await under.member('borea', 'bob', 'data_owner');
  const { datasets, ...made } = server();
  notebooks = made;
  await notebooks.start();
  await datasets.create(ada, 'atlas', { name: 'genes', description: '', editable: true });
  await datasets.create(bob, 'borea', { name: 'own', description: '', editable: false });
});
afterEach(async () => {
  await notebooks.close();
  await under.close();
});

const share = async (permission: contract.Permission) => {
  const { offerId } = await shares.offer(ada, at, { project: 'borea', permission, message: '' });
  await shares.accept(bob, 'borea', offerId);
};
const look = () => notebooks.service.get(bob, 'borea');
const ready = async () => {
  await notebooks.service.start(bob, 'borea', small);
  return inState(look, 'ready');
};
const ask = async (what: 'read' | 'write' | 'hold' | 'held' | 'hide'): Promise<string> => {
  const row = await under.db('notebook_servers').orderBy('change', 'desc').first<{ socket: string }>();
  return new Promise((resolve, reject) => {
    request({ socketPath: row.socket, path: `/${what}` }, answer => void text(answer).then(resolve, reject))
      .once('error', reject)
      .end();
  });
};
const holders = async () => (await shares.holders(at)).items.map(({ user, writable }) => [user, writable]);
/** Milliseconds until the folder is gone. */
const gone = async (since = performance.now()): Promise<number> => {
  await vi.waitFor(async () => expect(await ask('read')).toBe('No such file or directory'), patient);
  return performance.now() - since;
};
// What is left of a mount is an empty folder, which nobody can write in.
const empty = async (since = performance.now()): Promise<number> => {
  await vi.waitFor(
    async () => expect([await ask('read'), await ask('write')]).toEqual(['', 'Read-only file system']),
    patient
  );
  return performance.now() - since;
};

describe('a dataset that another project shares', () => {
  it('is there, read-only by the kernel, until it is taken back: then within five seconds not', async () => {
    await share('read_only');
    await ready();
    expect([await ask('read'), await ask('write')]).toEqual(['', 'Read-only file system']);
    expect(await holders()).toEqual([['bob', false]]);
    await ask('hold');
    const began = performance.now();
    await shares.withdraw(ada, at);
    await vi.waitFor(async () => expect(await ask('held')).toBe('-9'), patient);
    expect(performance.now() - began).toBeLessThan(promised);
    expect(await look()).toMatchObject({ state: 'ready' });
    await vi.waitFor(
      async () =>
        expect(await under.db('journal').where({ action: 'notebook.folder-taken' }).select()).toMatchObject([
          { project: 'borea', asset: 'notebook-server:bob' }
        ]),
      patient
    );
  });

  it('is taken out where it is made read-only, and a restart brings it so', async () => {
    await share('editable');
    expect((await ready()).outdatedMounts).toBeUndefined();
    expect(await ask('write')).toBe('None');
    expect(await holders()).toEqual([['bob', true]]);
    await shares.change(ada, at, 'read_only');
    expect(await empty()).toBeLessThan(promised);
    expect(await look()).toMatchObject({ state: 'ready', outdatedMounts: true });
    await notebooks.service.stop(bob, 'borea');
    await inState(look, 'absent');
    expect((await ready()).outdatedMounts).toBeUndefined();
    expect(await ask('read')).toMatch(/^\d+$/);
    expect(await ask('write')).toBe('Read-only file system');
  });

  it('or has made public is read once it is added, and within five seconds not once it is private', async () => {
    await publicDatasets.makePublic(ada, { owner: 'atlas', dataset: 'genes' });
    await ready();
    await publicDatasets.add(bob, at);
    expect(await look()).toMatchObject({ outdatedMounts: true });
    await notebooks.service.stop(bob, 'borea');
    await inState(look, 'absent');
    expect((await ready()).outdatedMounts).toBeUndefined();
    expect([await ask('read'), await ask('write')]).toEqual(['', 'Read-only file system']);
    const { items } = await publicDatasets.holders(at);
    expect(items).toMatchObject([{ project: 'borea', user: 'bob', writable: false }]);
    await ask('hold');
    const began = performance.now();
    await publicDatasets.makePrivate(ada, at);
    await vi.waitFor(async () => expect(await ask('held')).toBe('-9'), patient);
    expect(performance.now() - began).toBeLessThan(promised);
    expect(await look()).toMatchObject({ state: 'ready' });
  });

  it('is taken out by the next server, where the one that was asked died at that moment', async () => {
    await share('editable');
    await ready();
    await ask('write');
    await notebooks.close();
    await shares.withdraw(ada, at);
    expect(await ask('read')).toMatch(/^\d+$/);
    const began = performance.now();
    notebooks = server();
    await notebooks.start();
    expect(await empty(began)).toBeLessThan(promised);
    expect(await look()).toMatchObject({ state: 'ready' });
  });

  it.each([0, 20, 60, 120])(
    'is taken out by the next server after one that was killed over it: %i ms',
    async after => {
      await share('editable');
      await ready();
      await ask('write');
      await ask('hold');
      await notebooks.close();
      const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
      const hooks = ['--experimental-transform-types', '--no-warnings', '--import'];
      const { run, data } = under.under;
      const dying = spawn(
        process.execPath,
        [
          ...[
            ...hooks,
            source('../../testing/typescript-hooks.ts'),
            source('../../testing/dying-platform.ts')
          ],
          ...[under.url, run, join(data, 'logs'), String(after)]
        ],
        { stdio: 'ignore' }
      );
      expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL']);
      const began = performance.now();
      notebooks = server();
      await notebooks.start();
      expect(await empty(began)).toBeLessThan(promised);
      await vi.waitFor(async () => expect(await ask('held')).toBe('-9'), patient);
      expect(await look()).toMatchObject({ state: 'ready' });
    }
  );

  it('is taken out where the project that shares it is closed', async () => {
    await share('editable');
    await ready();
    await under.db.transaction(trx =>
      shares.endThoseOf(trx, ada, 'atlas', 'The project atlas was archived.')
    );
    expect(await empty()).toBeLessThan(promised);
  });

  it('comes with a restart where it is new, which is said', async () => {
    await ready();
    await share('read_only');
    expect(await look()).toMatchObject({ outdatedMounts: true });
    expect(await gone()).toBeLessThan(promised);
    expect(await holders()).toEqual([]);
  });

  it('ends the notebook server of who hides something of it, with the reason', async () => {
    await share('read_only');
    await ready();
    expect(await ask('hide')).toBe('hidden');
    const began = performance.now();
    await shares.withdraw(ada, at);
    const ended = await inState(look, 'absent');
    expect(performance.now() - began).toBeLessThan(promised);
    expect(ended.reason).toMatch(/held on to it\. Start the notebook server again/);
  });
});
