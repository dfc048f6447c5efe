import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalFileStore } from '../../adapters/filestore/local.filestore.js';
import { identity } from '../../adapters/sandbox/sandbox.fixture.js';
import type { Actor } from '../../platform/actor.js';
import { createLogger } from '../../platform/logger.js';
import { inState, notebooksUnderTest, small, type NotebooksUnderTest } from '../../testing/notebooks.js';
import {
  createDatasetsService,
  createSharesService,
  createStorageService,
  createStorageWatch
} from '../datasets/index.js';
import { createDefaults } from '../quota/index.js';
import { followGrants } from './index.js';

const patient = { timeout: 20_000, interval: 30 };
const mebibyte = 2 ** 20;

/** A server that writes what its address says: `/genes/5` is 5 MiB more below /project/genes, `/hidden/genes/5` unseen. */
const standIn = `
import http.server, os, signal, socketserver, time
def hidden(path, size):
    # Of a child that nobody waits for the kernel forgets what it has written.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        with open(path, "wb") as file: file.write(os.urandom(1 << 20) * size)
        os._exit(0)
    while os.path.exists(f"/proc/{pid}"): time.sleep(0.01)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)

held = None
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        folder, _, size = self.path.rpartition("/")
        if self.path.startswith("/held/"):
            global held
            held = held or open("/project/genes/held", "wb")
            held.write(os.urandom(1 << 20) * int(size)); held.flush()
            size = ""
        if self.path.startswith("/hidden/"):
            hidden("/project" + folder.removeprefix("/hidden") + "/" + os.urandom(8).hex(), int(size))
            size = ""
        if size.isdigit():
            with open("/project" + folder + "/" + os.urandom(8).hex(), "wb") as file:
                file.write(os.urandom(1 << 20) * int(size))
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
    def address_string(self): return "proxy"
socketserver.UnixStreamServer("/run/web/jupyter.sock", Answer).serve_forever()
`;

let under: NotebooksUnderTest;
let ada: Actor;
let eve: Actor;
let bob: Actor;

beforeEach(async () => {
  under = await notebooksUnderTest();
  [ada, eve, bob] = [
    await under.member('atlas', 'ada', 'data_owner'),
    await under.member('atlas', 'eve', 'data_owner'),
    await under.member('borea', 'bob', 'data_owner')
  ];
});
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await under.close();
});

/** A platform that gives each project 20 MiB and looks very often. */
const start = async (storageGraceMinutes: number) => {
  const { db } = under;
  const files = createLocalFileStore({ root: join(under.under.data, 'projects'), owner: identity });
  const datasets = createDatasetsService({ db, files });
  const storage = createStorageService({
    db,
    limits: () => Promise.resolve({ bytes: 20 * mebibyte, files: null })
  });
  const made = under.make({
    command: ['/usr/bin/python3', '-c', standIn],
    defaults: createDefaults({ project: { bytes: 20 * mebibyte } }),
    storageGraceMinutes,
    stored: () => storage.all(),
    datasetMounts: (project, role) => datasets.mountsFor(project, role),
    sharedWith: projects => datasets.sharedWith(projects)
  });
  const watch = createStorageWatch({
    db,
    files,
    logger: createLogger('test', 'fatal'),
    writers: made.writers,
    over: made.storageOver,
    pace: { busyMs: 300, overMs: 100, quietMs: 3_600_000, longMs: 2000 }
  });
  const shares = createSharesService({ db, onGrants: followGrants, holders: () => Promise.resolve([]) });
  await made.start();
  let looks = Promise.resolve();
  const timer = setInterval(() => {
    looks = looks.then(() => watch.look());
  }, 100);
  closing.push(async () => {
    clearInterval(timer);
    await looks;
    await watch.close();
    await made.close();
  });
  await datasets.create(ada, 'atlas', { name: 'genes', description: '', editable: true });
  const look = (who: Actor) => made.service.get(who, who.member?.project ?? '');
  return {
    files,
    look,
    ready: async (...all: Actor[]) => {
      for (const who of all) {
        await made.service.start(who, who.member?.project ?? '', small);
        await inState(() => look(who), 'ready');
      }
    },
    stop: (who: Actor) => made.service.stop(who, who.member?.project ?? ''),
    sized: async () => (await datasets.get('atlas', 'genes')).bytes / mebibyte,
    warnings: async () => (await made.quota.quota(ada, 'atlas')).warnings.map(({ what }) => what),
    share: async () => {
      const at = { owner: 'atlas', dataset: 'genes', project: 'borea' };
      const { offerId } = await shares.offer(ada, at, {
        project: 'borea',
        permission: 'editable',
        message: ''
      });
      await shares.accept(bob, 'borea', offerId);
    }
  };
};

const write = async (who: Actor, where: string): Promise<void> => {
  const row = await under
    .db('notebook_servers')
    .where({ username: who.user.name })
    .orderBy('change', 'desc')
    .first<{ socket: string }>();
  await new Promise((resolve, reject) => {
    request({ socketPath: row.socket, path: where }, answer => void text(answer).then(resolve, reject))
      .once('error', reject)
      .end();
  });
};
const told = (action: string) => under.db('journal').where({ action }).pluck('project');
/** Why notebook servers only read a dataset now, and whose they are. */
const readOnly = async (): Promise<Map<string, string>> => {
  const rows = await under
    .db('journal')
    .where({ action: 'notebook.folder-read-only' })
    .select<{ asset: string; data: { reason: string } }[]>('asset', 'data');
  return new Map(rows.map(({ asset, data }) => [asset.replace('notebook-server:', ''), data.reason]));
};
/** Goes on writing until somebody is kept from it. */
const overrun = async (who: Actor, where: string, sized: () => Promise<number>): Promise<void> => {
  for (let more = 0; more < 30 && (await readOnly()).size === 0; more++) {
    const now = await sized();
    await write(who, where).catch(() => undefined);
    // A count may be made before the writer is heard of again.
    await vi.waitFor(async () => {
      if ((await readOnly()).size === 0) expect(await sized()).toBeGreaterThan(now);
    }, patient);
  }
};

describe('what notebooks write', () => {
  it('is counted while they run, and once more when they have ended', async () => {
    const { look, ready, sized, stop } = await start(60);
    await ready(ada);
    await write(ada, '/genes/3');
    await vi.waitFor(async () => expect(await sized()).toBe(3), patient);
    await write(ada, '/genes/2');
    await stop(ada);
    await inState(() => look(ada), 'absent');
    await vi.waitFor(async () => expect(await sized()).toBe(5), patient);
  });

  it('beyond the quota warns the project, and keeps who goes on far beyond from writing: nobody else', async () => {
    const { look, ready, sized, warnings } = await start(60);
    await ready(ada, eve, bob);
    await write(ada, '/genes/19');
    await vi.waitFor(async () => expect(await sized()).toBe(19), patient);
    expect(await warnings()).toEqual([]);
    await write(ada, '/genes/2');
    await vi.waitFor(async () => expect(await warnings()).toEqual(['bytes']), patient);
    expect(await told('quota.storage-over')).toEqual(['atlas']);
    // The time after the warning is not over, and a tenth more is not yet reached.
    await vi.waitFor(async () => expect(await sized()).toBe(21), patient);
    expect((await look(ada)).state).toBe('ready');
    await overrun(ada, '/genes/2', sized);
    const why = await readOnly();
    expect([...why.keys()]).toEqual(['ada']);
    expect(why.get('ada')).toMatch(
      /^atlas stores more than its quota, and genes is read-only here now.*start the/
    );
    const last = await sized();
    await write(ada, '/genes/2').catch(() => undefined);
    expect(await sized()).toBe(last);
    expect((await look(ada)).state).toBe('ready');
    expect([(await look(eve)).state, (await look(bob)).state]).toEqual(['ready', 'ready']);
  });

  it('is prevented after the warning’s time, in the project that writes, which is not told what is stored', async () => {
    const { look, ready, sized, share, warnings } = await start(0);
    await share();
    await ready(eve, bob);
    await write(bob, '/shared/atlas::genes/21');
    await vi.waitFor(async () => expect(await warnings()).toEqual(['bytes']), patient);
    // What was written before is nobody's fault: it may be removed.
    await vi.waitFor(async () => expect(await sized()).toBe(21), patient);
    expect((await look(bob)).state).toBe('ready');
    await overrun(bob, '/shared/atlas::genes/2', sized);
    const why = await readOnly();
    expect([...why.keys()]).toEqual(['bob']);
    expect(why.get('bob')).toMatch(/^atlas has no room left for its dataset genes, .* writing there\./);
    expect((await look(eve)).state).toBe('ready');
  });

  it('unseen ends nobody: all that could have done it read from then on, and are told why', async () => {
    const { look, ready, sized, warnings } = await start(0);
    await ready(ada, eve);
    await write(eve, '/genes/21');
    await vi.waitFor(async () => expect(await warnings()).toEqual(['bytes']), patient);
    await overrun(ada, '/hidden/genes/2', sized);
    await vi.waitFor(
      async () => expect([...(await readOnly()).keys()].sort()).toEqual(['ada', 'eve']),
      patient
    );
    for (const reason of (await readOnly()).values()) expect(reason).toMatch(/could not be told/);
    expect([(await look(ada)).state, (await look(eve)).state]).toEqual(['ready', 'ready']);
  });

  it('goes into what was deleted too, by whoever has it open', async () => {
    const { files, look, ready, sized, warnings } = await start(0);
    await ready(ada, eve);
    await write(ada, '/genes/21');
    await vi.waitFor(async () => expect(await warnings()).toEqual(['bytes']), patient);
    await write(ada, '/held/genes/1');
    const row = { id: randomUUID(), project: 'atlas', dataset: 'genes', path: 'held', kind: 'file' };
    await files.trash.take({ project: 'atlas', dataset: 'genes' }, 'held', row.id);
    await under.db('trash').insert({ ...row, bytes: mebibyte, files: 1, deleted_by: 'ada', state: 'kept' });
    const inTrash = async () => {
      const [bytes] = await under.db('trash').where({ id: row.id }).pluck<number[]>('bytes');
      return (bytes ?? 0) / mebibyte + (await sized());
    };
    await overrun(ada, '/held/genes/2', inTrash);
    expect([...(await readOnly()).keys()]).toEqual(['ada']);
    expect((await look(eve)).state).toBe('ready');
  });
});
