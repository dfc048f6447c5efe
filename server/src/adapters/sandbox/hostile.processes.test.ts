import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endAll, hostileNotebook, literal, type HostileNotebook } from './hostile.fixture.js';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';

const secret = 'canary-in-the-environment';

let under: SandboxFixture;
let eve: HostileNotebook;
let bob: HostileNotebook;
/** Processes of the machine: this one, its parent, the shims of both sandboxes and Bob's first process. */
let outsiders: number[];

const pidOf = async ({ id }: HostileNotebook): Promise<number> => {
  const status = await under.sandbox.status(id);
  if (status.state !== 'running') throw new Error(`it is ${status.state}`);
  return status.pid;
};

beforeAll(async () => {
  process.env['HOPSLAB_TEST_SECRET'] = secret;
  under = bubblewrapUnderTest();
  [eve, bob] = await Promise.all([
    hostileNotebook(under),
    hostileNotebook(under, { projectUser: 'comet__bob', env: { PATH: '/usr/bin:/bin', BOBS: secret } })
  ]);
  outsiders = [process.pid, process.ppid, await pidOf(eve), await pidOf(bob)];
});
afterAll(async () => {
  delete process.env['HOPSLAB_TEST_SECRET'];
  await endAll(under);
});

describe('a hostile notebook after other processes', () => {
  it('sees none but its own', async () => {
    const look = `
pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
found["others"] = [pid for pid in pids if pid not in (1, os.getppid(), os.getpid())]
found["own"] = len(pids)`;
    // The attempt before may not have been collected yet: it was its own as well.
    await vi.waitFor(async () => expect(await eve.attempt(look)).toEqual({ others: [], own: 3 }), 20_000);
  });

  it('reads no secret in arguments and environments, those of process 1 included', async () => {
    const found = await eve.attempt(`
found["arguments"] = read("/proc/1/cmdline").split("\\0")[:3]
found["secrets"] = [path for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline")
    if attempt(lambda: ${literal(secret)} in read(path, 1 << 20)) is True and not path.startswith(f"/proc/{os.getpid()}/")]
found["mine"] = sorted(os.environ)`);
    expect(found['arguments']).toEqual(['bwrap', '--args', expect.stringMatching(/^\d+$/)]);
    expect(found['secrets']).toEqual([]);
    expect((found['mine'] as string[]).filter(name => !['LC_CTYPE', 'PWD'].includes(name))).toEqual([
      'HOME',
      'PATH'
    ]);
  });

  it('inherits no open file but its standard streams', async () => {
    const { open } = await eve.attempt(`
lists = subprocess.run(["ls", "-l", f"/proc/{os.getppid()}/fd"], capture_output=True, text=True).stdout.splitlines()[1:]
found["open"] = [line.partition(" -> ")[2].partition(":")[0] for line in lists]`);
    expect(open).toEqual(['/dev/null', 'pipe', 'pipe', 'socket']);
  });

  it('sends no signal to a process outside', async () => {
    const { answers } = await eve.attempt(
      `found["answers"] = [attempt(lambda: os.kill(pid, number)) for pid in ${literal(outsiders)} for number in (0, 9, 19)]`
    );
    expect(new Set(answers as string[])).toEqual(new Set(['ESRCH']));
    for (const pid of outsiders) expect(process.kill(pid, 0)).toBe(true);
  });

  it('ends nobody but itself by a signal to everybody', async () => {
    const mallory = await hostileNotebook(under);
    // Its sandbox may be over before it has answered.
    await mallory.attempt('os.kill(-1, signal.SIGKILL)').catch(() => undefined);
    await expect
      .poll(async () => (await under.sandbox.status(mallory.id)).state, { timeout: 20_000 })
      .toBe('ended');
    for (const other of [eve, bob])
      expect(await other.attempt('found["alive"] = True')).toEqual({ alive: true });
  });

  it('traces no process outside, nor gets a handle or the memory of one', async () => {
    const { answers } = await eve.attempt(`
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
local = ctypes.create_string_buffer(8)
vector = struct.pack("PN", ctypes.addressof(local), 8)
found["answers"] = [answer for pid in ${literal(outsiders)} for answer in (
    call("ptrace", PTRACE_ATTACH, pid, 0, 0), call("ptrace", PTRACE_SEIZE, pid, 0, 0), call("pidfd_open", pid, 0),
    call("process_vm_readv", pid, vector, 1, vector, 1, 0), opens(f"/proc/{pid}/mem"), opens(f"/proc/{pid}/environ"))]`);
    expect(new Set(answers as string[])).toEqual(new Set(['ESRCH', 'ENOENT']));
  });

  it('gains nothing by taking process 1 over, which it may trace', async () => {
    const found = await eve.attempt(`
first, own = status(1), status()
found["first"] = {name: first[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb", "NoNewPrivs", "Seccomp")}
kinds = [kind for kind in os.listdir("/proc/self/ns") if not kind.endswith("_for_children")]
found["elsewhere"] = [kind for kind in kinds if os.readlink(f"/proc/1/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}")]
found["kinds"] = len(kinds)
found["files"] = [path for fd in os.listdir("/proc/1/fd") for path in [os.readlink(f"/proc/1/fd/{fd}")]
    if path.startswith("/") and not path.startswith(("/dev/null", "/memfd:"))]`);
    expect(found['first']).toEqual({
      CapEff: '0000000000000000',
      CapPrm: '0000000000000000',
      CapInh: '0000000000000000',
      CapAmb: '0000000000000000',
      NoNewPrivs: '1',
      Seccomp: '2'
    });
    expect(found['kinds']).toBeGreaterThanOrEqual(7);
    expect(found['elsewhere']).toEqual([]);
    expect(found['files']).toEqual([]);
  });

  it('becomes nobody else by setuid programs, its own or the machine’s', async () => {
    const found = await eve.attempt(`
import shutil
shutil.copy("/usr/bin/id", "/out/id")
os.chmod("/out/id", 0o6755)
found["copy"] = subprocess.run(["/out/id", "-u"], capture_output=True, text=True).stdout.strip()
programs = [path for folder in ("/usr/bin", "/usr/sbin") for path in glob.glob(folder + "/*")
    if os.path.isfile(path) and os.stat(path).st_mode & 0o6000]
def run(path):
    answer = subprocess.run([path, "-c", "id -u"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20)
    return "0" in answer.stdout.split()
found["root"] = [path for path in programs if os.path.basename(path) in ("su", "sudo", "pkexec") and run(path)]
found["programs"] = len(programs)`);
    expect(found).toMatchObject({ copy: '1000', root: [] });
    expect(found['programs']).toBeGreaterThan(0);
  });

  it('becomes nobody else by asking', async () => {
    const found = await eve.attempt(`
found["user"] = [attempt(lambda: os.setuid(0)), attempt(lambda: os.setresuid(0, 0, 0)), attempt(lambda: os.setuid(65534))]
found["groups"] = attempt(lambda: os.setgroups([0]))
found["ids"] = [os.getuid(), os.geteuid(), os.getgid(), sorted(set(os.getgroups()) - {1000, 65534})]`);
    expect(found).toEqual({
      user: ['EINVAL', 'EINVAL', 'EINVAL'],
      groups: 'EPERM',
      ids: [1000, 1000, 1000, []]
    });
  });

  it('has no capability and can raise none', async () => {
    const found = await eve.attempt(`
PR_CAPBSET_READ, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 23, 38, 47, 2
own = status()
found["own"] = {name: own[name] for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb", "NoNewPrivs")}
found["raised"] = [number for number in range(41) if libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) == 0]
found["bounding"] = [number for number in range(41) if libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1]
found["privileges"] = libc.prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)`);
    expect(found).toEqual({
      own: {
        CapEff: '0000000000000000',
        CapPrm: '0000000000000000',
        CapInh: '0000000000000000',
        CapBnd: '0000000000000000',
        CapAmb: '0000000000000000',
        NoNewPrivs: '1'
      },
      raised: [],
      bounding: [],
      privileges: -1
    });
  });

  it('has no terminal of anybody to type into', async () => {
    const found = await eve.attempt(`
import fcntl, termios
found["terminal"] = opens("/dev/tty")
found["streams"] = [os.isatty(fd) for fd in (0, 1, 2)]
found["type"] = [attempt(lambda: fcntl.ioctl(fd, termios.TIOCSTI, b"x") and None) for fd in (0, 1, 2)]
found["others"] = sorted(os.listdir("/dev/pts"))`);
    expect(found['terminal']).toBe('ENXIO');
    expect(found['streams']).toEqual([false, false, false]);
    expect(new Set(found['type'] as string[])).toEqual(new Set(['ENOTTY']));
    expect(found['others']).toEqual(['ptmx']);
  });
});
