import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSandbox } from '../../proxy/connect.js';
import { answersOn } from './socket.probe.js';
import { endAll, hostileNotebook, literal, type HostileNotebook } from './hostile.fixture.js';
import { bubblewrapUnderTest, identity, type SandboxFixture } from './sandbox.fixture.js';

let under: SandboxFixture;
let eve: HostileNotebook;
let bob: HostileNotebook;
const servers: Server[] = [];

beforeAll(async () => {
  under = bubblewrapUnderTest();
  const environment = under.folder('environment');
  writeFileSync(join(environment, 'module.py'), 'x = 1');
  // Whoever reads it might write it, were it not for the mount.
  chmodSync(join(environment, 'module.py'), 0o666);
  const start = async (projectUser: string) => {
    const id = randomUUID();
    const { api } = await under.sandbox.prepare(id);
    const server = createServer(socket => socket.end(projectUser));
    await new Promise<void>(resolve => server.listen(join(api, 'api.sock'), resolve));
    chmodSync(join(api, 'api.sock'), 0o666);
    servers.push(server);
    const mounts = [{ source: environment, target: '/opt/hopslab/base', writable: false }];
    return hostileNotebook(under, { id, projectUser, mounts });
  };
  [eve, bob] = await Promise.all([start('atlas__eve'), start('comet__bob')]);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await endAll(under);
});

const webOf = ({ id }: HostileNotebook, name: string): string => join(under.sandbox.channelsOf(id).web, name);
const apiOf = ({ id }: HostileNotebook): string => join(under.sandbox.channelsOf(id).api, 'api.sock');

describe('a hostile notebook after its neighbour', () => {
  it('shares no System V memory, semaphores or queues', async () => {
    const make = `found["ids"] = [syscall("shmget", 4242, 4096, 0o1666), syscall("semget", 4242, 1, 0o1666), syscall("msgget", 4242, 0o1666)]`;
    await bob.attempt(make);
    const found = await eve.attempt(`
found["by key"] = [call("shmget", 4242, 4096, 0o666), call("semget", 4242, 1, 0o666), call("msgget", 4242, 0o666)]
found["by id"] = [call("shmat", number, None, 0) for number in range(16)]
found["listed"] = len(open("/proc/sysvipc/shm").readlines())`);
    expect(found['by key']).toEqual(['ENOENT', 'ENOENT', 'ENOENT']);
    expect(new Set(found['by id'] as string[])).toEqual(new Set(['EINVAL']));
    expect(found['listed']).toBe(1);
  });

  it('shares no POSIX memory or message queue', async () => {
    const lib = 'rt = ctypes.CDLL("librt.so.1", use_errno=True)';
    const opened = (name: string, flags: string) =>
      `attempt(lambda: "done" if rt.${name}(b"/canary", ${flags}, 0o666, None) >= 0 else errno.errorcode[ctypes.get_errno()])`;
    const all = (flags: string) => `${lib}
found["memory"] = ${opened('shm_open', flags)}
found["queue"] = ${opened('mq_open', flags)}`;
    expect(await bob.attempt(all('os.O_RDWR | os.O_CREAT'))).toEqual({ memory: 'done', queue: 'done' });
    expect(await eve.attempt(all('os.O_RDWR'))).toEqual({ memory: 'ENOENT', queue: 'ENOENT' });
  });

  it('shares no temporary file and no home', async () => {
    await bob.attempt(`
for folder in ("/tmp", "/dev/shm", "/run/web", "/out"):
    write(folder + "/canary")`);
    const { seen } = await eve.attempt(
      `found["seen"] = [os.path.join(at, name) for at, _, names in os.walk("/") if not at.startswith("/proc") for name in names if name == "canary"]`
    );
    expect(seen).toEqual([]);
  });

  it('reaches neither its ports nor its abstract sockets', async () => {
    await bob.attempt(`
def serve():
    tcp = socket.create_server(("127.0.0.1", 5555))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\\0bobs")
    abstract.listen()
    write("/out/listening")
    time.sleep(600)
background(serve)
while not os.path.exists("/out/listening"):
    time.sleep(0.01)`);
    const tries = `found["answers"] = [reach(socket.AF_INET, ("127.0.0.1", 5555)), reach(socket.AF_UNIX, "\\0bobs")]`;
    expect(await bob.attempt(tries)).toEqual({ answers: ['done', 'done'] });
    expect(await eve.attempt(tries)).toEqual({ answers: ['ECONNREFUSED', 'ECONNREFUSED'] });
  });

  it('reaches the platform as itself only, by no door but its own', async () => {
    const found = await eve.attempt(`
def who(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        return s.makefile().read()
found["own"] = who("/run/hopslab/api.sock")
found["theirs"] = [attempt(lambda: who(path)) for path in (
    ${literal(apiOf(bob))}, "/run/hopslab/../../${bob.id}/api/api.sock", "/run/hopslab/../${bob.id}/api.sock")]
found["run"] = sorted(os.listdir("/run"))`);
    expect(found).toEqual({
      own: 'atlas__eve',
      theirs: ['ENOENT', 'ENOENT', 'ENOENT'],
      run: ['hopslab', 'web']
    });
  });

  it('changes nothing of its own door, nor plants another', async () => {
    const { answers, doors } = await eve.attempt(`
door = "/run/hopslab/api.sock"
found["answers"] = [attempt(lambda: os.unlink(door)), attempt(lambda: os.rename(door, door + "2")),
    attempt(lambda: os.symlink("/x", "/run/hopslab/other.sock")), attempt(lambda: os.chmod(door, 0)),
    attempt(lambda: socket.socket(socket.AF_UNIX).bind("/run/hopslab/mine.sock")), attempt(lambda: os.rmdir("/run/hopslab"))]
found["doors"] = os.listdir("/run/hopslab")`);
    expect((answers as string[]).slice(0, 5)).toEqual(['EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS']);
    expect(['EBUSY', 'EROFS']).toContain((answers as string[])[5]);
    expect(doors).toEqual(['api.sock']);
  });

  it('aims the proxy at nobody else by a link, a FIFO or a file in the place of its web socket', async () => {
    const planted = await eve.attempt(`
targets = ${literal({ link: apiOf(bob), other: webOf(bob, 'attempts.sock') })}
for name, target in targets.items():
    os.symlink(target, f"/run/web/{name}.sock")
os.mkfifo("/run/web/fifo.sock")
write("/run/web/file.sock")
os.mkdir("/run/web/folder.sock")
found["hard"] = attempt(lambda: os.link("/run/hopslab/api.sock", "/run/web/hard.sock"))
found["planted"] = len(os.listdir("/run/web"))`);
    expect(planted).toMatchObject({ hard: 'EXDEV' });
    const attempts = ['link', 'other', 'fifo', 'file', 'folder'].map(name => webOf(eve, `${name}.sock`));
    for (const path of attempts) {
      await expect(connectSandbox(path, identity?.uid, 0), path).rejects.toThrow();
      expect(await answersOn(path)).toBe(false);
    }
    // What the sandbox itself listens on is reached, so the refusals above say something.
    (await connectSandbox(webOf(eve, 'attempts.sock'), identity?.uid, 0)).destroy();
    symlinkSync(webOf(eve, 'attempts.sock'), webOf(eve, 'itself.sock'));
    await expect(connectSandbox(webOf(eve, 'itself.sock'), identity?.uid, 0)).rejects.toThrow();
  });

  it('watches no folder of its neighbour or the platform', async () => {
    const paths = [under.run, under.data, bob.out, join(under.data, 'logs')];
    const watching = eve.attempt(`
held = libc.inotify_init1(os.O_NONBLOCK)
def watch(path):
    if libc.inotify_add_watch(held, path.encode(), 0xFFF) == -1:
        raise OSError(ctypes.get_errno(), path)
def events():
    return attempt(lambda: len(os.read(held, 4096)) > 0)
found["answers"] = [attempt(lambda: watch(path)) for path in ${literal(paths)}]
for folder in ("/tmp", "/dev/shm", "/run/web", "/run/hopslab"):
    watch(folder)
write("/out/watching")
while not os.path.exists("/out/go"):
    time.sleep(0.01)
found["theirs"] = events()
write("/tmp/own")
found["own"] = events()`);
    await expect.poll(() => existsSync(join(eve.out, 'watching')), { timeout: 20_000 }).toBe(true);
    await bob.attempt('for folder in ("/tmp", "/dev/shm", "/run/web"): write(folder + "/bobs")');
    writeFileSync(join(eve.out, 'go'), '');
    const { answers, theirs, own } = await watching;
    expect(answers).toEqual(paths.map(() => 'ENOENT'));
    expect([theirs, own]).toEqual(['EAGAIN', true]);
  });

  it('leaves nothing in its environment for the others, who read the same files', async () => {
    const { answers } = await eve.attempt(`
base = "/opt/hopslab/base"
held = os.open(base + "/module.py", os.O_RDONLY)
found["answers"] = [writes(base + "/sitecustomize.py"), writes(base + "/module.py", mode="a"), attempt(lambda: os.unlink(base + "/module.py")),
    attempt(lambda: os.rename(base + "/module.py", base + "/other.py")), attempt(lambda: os.setxattr(base + "/module.py", "user.note", b"x")),
    attempt(lambda: os.utime(base + "/module.py"))]`);
    expect(new Set(answers as string[])).toEqual(new Set(['EROFS']));
  });
});
