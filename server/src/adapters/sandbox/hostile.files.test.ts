import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalFileStore } from '../filestore/local.filestore.js';
import { endAll, hostileNotebook, literal, type HostileNotebook } from './hostile.fixture.js';
import { bubblewrapUnderTest, identity, type SandboxFixture } from './sandbox.fixture.js';

const canary = `canary-${randomUUID()}`;
const dataset = { project: 'atlas', dataset: 'data' };

let under: SandboxFixture;
let eve: HostileNotebook;
/** Folders of the machine with a canary that everybody on it may read. */
let outside: string[];
let store: ReturnType<typeof createLocalFileStore>;

beforeAll(async () => {
  under = bubblewrapUnderTest();
  outside = ['secrets', 'projects/comet/orbits', 'scratch/comet__bob', 'logs'].map(name =>
    join(under.data, name)
  );
  for (const folder of outside) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, canary), canary, { mode: 0o644 });
  }
  store = createLocalFileStore({ root: under.folder('datasets'), owner: identity });
  await store.ensure(dataset);
  const environment = under.folder('environment');
  writeFileSync(join(environment, 'module.py'), 'x = 1');
  // Whoever reads it might write it, were it not for the mount.
  chmodSync(join(environment, 'module.py'), 0o666);
  eve = await hostileNotebook(under, {
    mounts: [
      { source: environment, target: '/opt/hopslab/base', writable: false },
      { source: store.folderOf(dataset), target: '/project/data', writable: true }
    ]
  });
});
afterAll(() => endAll(under));

/** The answers to an attempt at each canary, where the script knows its path as \`path\`. */
const atEach = async (expression: string): Promise<Set<unknown>> => {
  const paths = outside.map(folder => join(folder, canary));
  const { answers } = await eve.attempt(
    `found["answers"] = [answer for path in ${literal(paths)} for answer in ${expression}]`
  );
  expect((answers as unknown[]).length).toBeGreaterThanOrEqual(outside.length);
  return new Set(answers as unknown[]);
};

describe('a hostile notebook after files', () => {
  it('finds none of another project or the platform by a search of everything it sees', async () => {
    const found = await eve.attempt(`
walked = [(at, names) for top in ("/", "/proc/1/root", "/proc/1/cwd") for at, _, names in os.walk(top)
    if not at.startswith("/proc/") or at.startswith("/proc/1/")]
found["hits"] = [f"{at}/{name}" for at, names in walked for name in names if "canary-" in name]
found["folders"] = len(walked)
found["root"] = sorted(os.listdir("/"))`);
    expect(found['hits']).toEqual([]);
    expect(found['folders']).toBeGreaterThan(100);
    expect(found['root']).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(home|var|sys|root|work)$/)])
    );
  });

  it('opens none by its name on the machine, however it is led there', async () => {
    const prefixes = ['', '/out/..', '/project/data/../..', '/../../..', '/proc/self/cwd', '/proc/self/root'];
    expect(await atEach(`[opens(prefix + path) for prefix in ${literal(prefixes)}]`)).toEqual(
      new Set(['ENOENT'])
    );
  });

  it('opens none through a link that it makes', async () => {
    expect(
      await atEach(
        `[attempt(lambda: (os.symlink(path, "/out/link"), read("/out/link"))), os.unlink("/out/link")][:1]`
      )
    ).toEqual(new Set(['ENOENT']));
  });

  it('opens none through the root, folder or open files of another process', async () => {
    expect(
      await atEach(
        `[opens(f"/proc/{pid}/{way}{path}") for pid in os.listdir("/proc") if pid.isdigit() for way in ("root", "cwd")]`
      )
    ).toEqual(new Set(['ENOENT']));
    const { folders, first } = await eve.attempt(`
fds = [os.readlink(fd) for fd in glob.glob("/proc/[0-9]*/fd/*") if os.path.islink(fd)]
found["folders"] = [path for path in fds if path.startswith("/") and os.path.isdir(path)]
found["first"] = len(os.listdir("/proc/1/fd"))`);
    expect(folders).toEqual([]);
    expect(first).toBeGreaterThan(0);
  });

  it('makes no hard link to a file that it may only read', async () => {
    const { answers } = await eve.attempt(`
sources = ("/etc/passwd", "/usr/bin/env", "/usr/bin/su", "/opt/hopslab/base/module.py", "/proc/1/exe")
found["answers"] = [attempt(lambda: os.link(source, "/out/hard", follow_symlinks=True)) for source in sources]`);
    expect(new Set(answers as string[])).toEqual(new Set(['EXDEV']));
  });

  it('writes neither to the environment, nor to the system, nor anywhere but to its own folders', async () => {
    const { own, folders, files } = await eve.attempt(`
folders = ("/", "/etc", "/usr", "/usr/bin", "/opt", "/opt/hopslab", "/opt/hopslab/base", "/dev", "/run", "/project", "/proc")
found["folders"] = [writes(folder + "/mine") for folder in folders]
found["files"] = [writes(path, mode="a") for path in ("/etc/passwd", "/usr/bin/env", "/opt/hopslab/base/module.py")]
found["own"] = [writes(folder + "/mine") for folder in ("/out", "/project/data", "/tmp", "/dev/shm", "/run/web")]`);
    for (const answer of [...(folders as string[]), ...(files as string[])])
      expect(['EROFS', 'EACCES', 'ENOENT']).toContain(answer);
    expect(new Set(own as string[])).toEqual(new Set(['done']));
  });

  it('makes nothing writable by opening it anew through a descriptor', async () => {
    const found = await eve.attempt(`
held = os.open("/opt/hopslab/base/module.py", os.O_RDONLY)
folder = os.open("/opt/hopslab/base", os.O_RDONLY | os.O_DIRECTORY)
found["file"] = attempt(lambda: os.close(os.open(f"/proc/self/fd/{held}", os.O_RDWR)))
found["truncate"] = attempt(lambda: os.truncate(f"/proc/self/fd/{held}", 0))
found["mode"] = attempt(lambda: os.fchmod(held, 0o777))
found["folder"] = attempt(lambda: os.close(os.open("new", os.O_CREAT | os.O_RDWR, dir_fd=folder)))
found["mapped"] = attempt(lambda: mmap.mmap(held, 0, mmap.MAP_SHARED, mmap.PROT_WRITE) and None)`);
    expect(found).toEqual({
      file: 'EROFS',
      truncate: 'EROFS',
      mode: 'EROFS',
      folder: 'EROFS',
      mapped: 'EACCES'
    });
  });

  it('finds neither the records of its own end nor its log, to forge them', async () => {
    const paths = [
      join(under.run, 's', eve.id, 'shim', 'state.json'),
      join(under.run, 's', eve.id, 'shim', 'exit.json'),
      join(under.data, 'logs', `${eve.id}.log`)
    ];
    expect(existsSync(paths[0] ?? '')).toBe(true);
    expect(existsSync(paths[2] ?? '')).toBe(true);
    const found = await eve.attempt(`
found["by name"] = [writes(path, mode="a") for path in ${literal(paths)}]
found["by search"] = [at for at, _, names in os.walk("/run") if "state.json" in names]
found["log"] = [os.readlink(f"/proc/self/fd/{fd}").split(":")[0] for fd in (1, 2)]`);
    expect(found).toEqual({
      'by name': ['ENOENT', 'ENOENT', 'ENOENT'],
      'by search': [],
      log: ['pipe', 'pipe']
    });
  });

  it('leads the platform’s file operations nowhere by links, hard links, FIFOs and sockets in a dataset', async () => {
    const planted = await eve.attempt(`
os.symlink(${literal(join(outside[0] ?? '', canary))}, "/project/data/notebook.ipynb")
os.symlink(${literal(outside[1])}, "/project/data/folder")
os.symlink("/proc/self/environ", "/project/data/environment.txt")
os.mkfifo("/project/data/fifo")
socket.socket(socket.AF_UNIX).bind("/project/data/socket")
found["names"] = sorted(os.listdir("/project/data"))`);
    expect(planted['names']).toContain('notebook.ipynb');
    const opened = async (path: string): Promise<unknown> =>
      store.open(dataset, path).then(
        async file => {
          await file.close();
          return 'opened';
        },
        (error: unknown) => (error as { code: string }).code
      );
    for (const name of ['notebook.ipynb', 'environment.txt', 'fifo', 'socket'])
      expect([name, await opened(name)]).toEqual([name, 'file.not-a-file']);
    expect(await opened(`folder/${canary}`)).toBe('file.path');
    const upload = async () =>
      (await store.receive(dataset, 'folder/new', Readable.from([Buffer.from('x')]), 100)).place();
    await expect(upload()).rejects.toMatchObject({ code: 'file.path' });
    expect(readFileSync(join(outside[0] ?? '', canary), 'utf8')).toBe(canary);
  });

  it('has no link mounted in the place of a folder', async () => {
    const own = under.folder('own');
    symlinkSync(outside[0] ?? '', join(own, 'work'));
    const mounts = [{ source: join(own, 'work'), target: '/work', writable: true }];
    await expect(hostileNotebook(under, { mounts })).rejects.toThrow(/is a link/);
  });
});
