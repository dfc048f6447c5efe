import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inside, literal } from './hostile.fixture.js';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';

let under: SandboxFixture;
const servers: Server[] = [];

beforeEach(() => {
  under = bubblewrapUnderTest();
});
afterEach(async () => {
  for (const id of await under.sandbox.list()) await under.sandbox.stop(id);
  for (const server of servers.splice(0)) server.close();
  under.close();
});

const listen = (where: Parameters<Server['listen']>[0]): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(socket => socket.end('hello'));
    servers.push(server);
    server.once('error', reject);
    server.listen(where, () => {
      resolve(server);
    });
  });

const listening = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === '0A')
    .map(fields => parseInt(fields[1]?.split(':')[1] ?? '0', 16));

const unixSockets = (): string[] =>
  readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/)[7])
    .filter(path => path !== undefined);

describe('from inside, a hostile notebook', () => {
  it('finds no file of another project or of the platform, by search or by name', async () => {
    const canary = `canary-${randomUUID()}`;
    const folders = ['secrets', 'projects/comet/orbits', 'scratch/comet__eve', 'logs'].map(name =>
      join(under.data, name)
    );
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, canary), canary, { mode: 0o644 });
    }
    const found = await inside(
      under,
      `
found["by search"] = [os.path.join(at, name) for top in ("/", "/proc/1/root", "/proc/self/root")
    for at, _, names in os.walk(top, followlinks=False) if "/usr" not in at and "/proc/" not in at[6:]
    for name in names if "canary-" in name]
found["by name"] = [attempt(lambda: open(f"{prefix}{folder}/${canary}").read())
    for folder in ${literal(folders)} for prefix in ("", "/out/..", "/proc/1/root", "/proc/self/cwd", "/../../..")]
os.symlink(${literal(folders[0])}, "/out/link")
found["by link"] = attempt(lambda: os.listdir("/out/link"))
found["root"] = sorted(os.listdir("/"))`
    );
    expect(found['by search']).toEqual([]);
    expect(new Set(found['by name'] as string[])).toEqual(new Set(['ENOENT']));
    expect(found['by link']).toBe('ENOENT');
    expect(found['root']).not.toContain('home');
    expect(found['root']).not.toContain('sys');
    expect(found['root']).not.toContain('var');
  });

  it('reaches no listening port of the machine', async () => {
    await listen({ host: '127.0.0.1', port: 0 });
    await listen({ host: '0.0.0.0', port: 0 });
    const ports = [...new Set([...listening('/proc/net/tcp'), ...listening('/proc/net/tcp6')])];
    expect(ports.length).toBeGreaterThan(1);
    const hosts = Object.values(networkInterfaces()).flatMap(each =>
      (each ?? []).map(({ address }) => address)
    );
    const found = await inside(
      under,
      `
found["answers"] = [[host, port, answer] for host in ${literal(hosts)} for port in ${literal(ports)}
    for answer in [attempt(lambda: connect(socket.AF_INET6 if ":" in host else socket.AF_INET, (host, port)))]
    if answer == "done"]
found["tried"] = ${ports.length}`
    );
    expect(found).toEqual({ answers: [], tried: ports.length });
  });

  it('has no network', async () => {
    const found = await inside(
      under,
      `
found["interfaces"] = [name for _, name in socket.if_nameindex()]
found["outside"] = attempt(lambda: connect(socket.AF_INET, ("192.0.2.1", 80)))
def raw(family, kind):
    return lambda: socket.socket(family, kind).close()
found["packet"] = attempt(raw(socket.AF_PACKET, socket.SOCK_RAW))
found["vsock"] = attempt(raw(socket.AF_VSOCK, socket.SOCK_STREAM))
found["raw"] = attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close())
found["names"] = attempt(lambda: socket.getaddrinfo("example.org", 80) and None)`
    );
    expect(found).toMatchObject({
      interfaces: ['lo'],
      outside: 'ENETUNREACH',
      packet: 'EAFNOSUPPORT',
      vsock: 'EAFNOSUPPORT',
      raw: 'EPERM'
    });
    expect(found['names']).not.toBe('done');
  });

  it('reaches no unix socket of the machine, abstract ones included', async () => {
    const path = join(under.data, 'server.sock');
    await listen({ path });
    const abstract = `hopslab-test-${randomUUID()}`;
    await listen({ path: `\0${abstract}` });
    const sockets = unixSockets();
    expect(sockets.some(name => name.includes(abstract))).toBe(true);
    expect(sockets).toContain(path);
    const found = await inside(
      under,
      `
def address(name):
    return "\\0" + name[1:] if name.startswith("@") else name
found["answers"] = [name for name in ${literal(sockets)}
    if attempt(lambda: connect(socket.AF_UNIX, address(name).rstrip("@"))) == "done"]`
    );
    expect(found).toEqual({ answers: [] });
  });

  it('finds nothing of another projectUser, and cannot change its own door', async () => {
    const other = randomUUID();
    const mine = randomUUID();
    const theirs = await under.sandbox.prepare(other);
    const own = await under.sandbox.prepare(mine);
    await listen({ path: join(theirs.api, 'api.sock') });
    await listen({ path: join(own.api, 'api.sock') });
    const found = await inside(
      under,
      `
found["theirs"] = attempt(lambda: connect(socket.AF_UNIX, ${literal(join(theirs.api, 'api.sock'))}))
found["up"] = attempt(lambda: connect(socket.AF_UNIX, "/run/hopslab/../../${other}/api/api.sock"))
found["run"] = sorted(os.listdir("/run"))
found["doors"] = os.listdir("/run/hopslab")
found["replace"] = attempt(lambda: os.unlink("/run/hopslab/api.sock"))
found["add"] = attempt(lambda: os.symlink("/x", "/run/hopslab/other.sock"))`,
      { id: mine }
    );
    expect(found).toEqual({
      theirs: 'ENOENT',
      up: 'ENOENT',
      run: ['hopslab', 'web'],
      doors: ['api.sock'],
      replace: 'EROFS',
      add: 'EROFS'
    });
  });

  it('sees no process but its own, and no secret of the platform in any of them', async () => {
    process.env['HOPSLAB_TEST_SECRET'] = 'canary-in-the-environment';
    const found = await inside(
      under,
      `
pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
found["others"] = [pid for pid in pids if pid not in (1, os.getpid())]
found["arguments"] = open("/proc/1/cmdline").read().split("\\0")[:3]
found["environment"] = sorted(dict(os.environ))
found["first"] = attempt(lambda: "canary-" in open("/proc/1/environ").read())
found["open"] = sorted(os.listdir("/proc/self/fd"))
found["signals"] = [attempt(lambda: os.kill(pid, 0)) for pid in (${process.pid}, ${process.ppid})]`
    );
    delete process.env['HOPSLAB_TEST_SECRET'];
    expect(found['others']).toEqual([]);
    expect(found['arguments']).toEqual(['bwrap', '--args', expect.stringMatching(/^\d+$/)]);
    expect((found['environment'] as string[]).filter(name => !['LC_CTYPE', 'PWD'].includes(name))).toEqual([
      'HOME',
      'PATH'
    ]);
    expect(found['first']).not.toBe(true);
    expect(found['open']).toEqual(['0', '1', '2', '3']);
    expect(found['signals']).toEqual(['ESRCH', 'ESRCH']);
  });

  it('can write nowhere but where it may', async () => {
    const base = under.folder('environment');
    const found = await inside(
      under,
      `
MS_REMOUNT, MS_BIND = 32, 4096
for path in ("/opt/hopslab/base", "/usr", "/usr/bin", "/etc", "/", "/opt", "/dev", "/run"):
    found[path] = attempt(lambda: open(path + "/mine", "w").close())
found["passwd"] = attempt(lambda: open("/etc/passwd", "a").close())
found["remount"] = attempt(lambda: call(165, None, b"/opt/hopslab/base", None, MS_REMOUNT | MS_BIND, None))
found["mount"] = attempt(lambda: call(165, b"none", b"/tmp", b"tmpfs", 0, None))
found["unmount"] = attempt(lambda: call(166, b"/opt/hopslab/base", 0))
found["device"] = attempt(lambda: os.mknod("/out/disk", 0o600 | 0o060000, os.makedev(8, 0)))
found["tmp"] = attempt(lambda: open("/tmp/mine", "w").close())`,
      { mounts: [{ source: base, target: '/opt/hopslab/base', writable: false }] }
    );
    const { remount, mount, unmount, device, tmp, ...writes } = found;
    expect(Object.values(writes).every(answer => answer === 'EROFS' || answer === 'EACCES')).toBe(true);
    expect({ remount, mount, unmount, device, tmp }).toEqual({
      remount: 'EPERM',
      mount: 'EPERM',
      unmount: 'EPERM',
      device: 'EPERM',
      tmp: 'done'
    });
  });

  it('gains nothing by setuid programs, capabilities or namespaces of its own', async () => {
    const found = await inside(
      under,
      `
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
found["status"] = {name: status[name].strip() for name in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp")}
found["root"] = [attempt(lambda: os.setuid(0)), attempt(lambda: os.setgroups([0]))]
with open("/usr/bin/id", "rb") as program, open("/out/id", "wb") as copy:
    copy.write(program.read())
os.chmod("/out/id", 0o6755)
found["setuid"] = subprocess.run(["/out/id", "-u"], capture_output=True, text=True).stdout.strip()
found["su"] = subprocess.run(["su", "-c", "id -u"], capture_output=True, text=True).returncode != 0
found["namespaces"] = [attempt(lambda: call(272, flag)) for flag in (0x10000000, 0x00020000, 0x40000000)]
def clone():
    pid = libc.syscall(56, 0x10000000 | 17, None, None, None, None)
    if pid == 0:
        os._exit(0)
    if pid == -1:
        raise OSError(ctypes.get_errno(), "refused")
found["clone"] = attempt(clone)
found["enter"] = attempt(lambda: call(308, os.open("/proc/1/ns/mnt", os.O_RDONLY), 0))
found["kernel"] = [attempt(lambda: call(number, 0, 0, 0, 0, 0)) for number in (250, 321, 323, 425, 304)]
status = dict(line.split(":", 1) for line in open("/proc/1/status") if ":" in line)
found["first"] = {name: status[name].strip() for name in ("CapEff", "CapPrm", "NoNewPrivs", "Seccomp")}`
    );
    expect(found['status']).toEqual({
      CapEff: '0000000000000000',
      CapPrm: '0000000000000000',
      CapBnd: '0000000000000000',
      NoNewPrivs: '1',
      Seccomp: '2'
    });
    expect(found['root']).toEqual(['EINVAL', 'EPERM']);
    expect(found['setuid']).toBe('1000');
    expect(found['su']).toBe(true);
    expect(found['namespaces']).toEqual(['EPERM', 'EPERM', 'EPERM']);
    expect(found['clone']).toBe('ENOSPC');
    expect(['EPERM', 'EACCES']).toContain(found['enter']);
    expect(found['kernel']).toEqual(['EPERM', 'EPERM', 'EPERM', 'ENOSYS', 'EPERM']);
    // It may be traced, so it must have nothing that the command has not.
    expect(found['first']).toEqual({
      CapEff: '0000000000000000',
      CapPrm: '0000000000000000',
      NoNewPrivs: '1',
      Seccomp: '2'
    });
  });
});

describe('a mount', () => {
  it('whose source is a link, or lies below one, is refused', async () => {
    const own = under.folder('own');
    mkdirSync(join(under.data, 'secrets'));
    symlinkSync(join(under.data, 'secrets'), join(own, 'work'));
    const mounts = [{ source: join(own, 'work'), target: '/work', writable: true }];
    await expect(inside(under, '', { mounts })).rejects.toThrow(/is a link/);
  });
});
