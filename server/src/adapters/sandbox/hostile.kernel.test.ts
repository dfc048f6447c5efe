import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endAll, hostileNotebook, type HostileNotebook } from './hostile.fixture.js';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';

let under: SandboxFixture;
let eve: HostileNotebook;

beforeAll(async () => {
  under = bubblewrapUnderTest();
  eve = await hostileNotebook(under);
});
afterAll(() => endAll(under));

/** What each expression of Python answers inside, the others not disturbed. */
const answers = async (...expressions: string[]): Promise<unknown[]> => {
  const { all } = await eve.attempt(`found["all"] = [${expressions.join(',\n')}]`);
  return all as unknown[];
};

const refused = async (...expressions: string[]): Promise<void> => {
  expect(await answers(...expressions)).toEqual(expressions.map(() => 'EPERM'));
};

describe('a hostile notebook at the kernel', () => {
  it('makes no user namespace, in which it would be root', async () => {
    await refused('call("unshare", 0x10000000)');
    // Only the filter of arguments could see into a clone; there the kernel's limit of none holds.
    const { cloned } = await eve.attempt(`
def clone(*args):
    pid = libc.syscall(*args)
    if pid == 0:
        os._exit(0)
    if pid == -1:
        raise OSError(ctypes.get_errno(), "clone")
number = 56 if platform.machine() == "x86_64" else 220
wanted = (ctypes.c_uint64 * 8)(0x10000000, 0, 0, 0, 17, 0, 0, 0)
found["cloned"] = [attempt(lambda: clone(number, 0x10000000 | 17, None, None, None, None)),
    attempt(lambda: clone(435, wanted, 64))]`);
    expect(cloned).toEqual(['ENOSPC', 'ENOSPC']);
  });

  it('makes no mount, network, process, host name or message namespace', async () => {
    await refused(
      ...[0x00020000, 0x40000000, 0x20000000, 0x04000000, 0x08000000, 0x02000000].map(
        flag => `call("unshare", ${flag})`
      )
    );
  });

  it('enters no namespace of another process', async () => {
    await refused(
      ...['mnt', 'user', 'net', 'pid'].map(
        kind => `attempt(lambda: syscall("setns", os.open("/proc/1/ns/${kind}", os.O_RDONLY), 0))`
      ),
      'attempt(lambda: syscall("setns", syscall("pidfd_open", 1, 0), 0x10000000))'
    );
  });

  it('mounts nothing, nor makes a read-only mount writable', async () => {
    await refused(
      'call("mount", b"none", b"/tmp", b"tmpfs", 0, None)',
      'call("mount", b"proc", b"/tmp", b"proc", 0, None)',
      'call("mount", b"/proc/1/root", b"/tmp", None, 4096, None)',
      'call("mount", b"o", b"/tmp", b"overlay", 0, b"lowerdir=/usr:/etc")',
      'call("mount", None, b"/usr", None, 32 | 4096, None)',
      'call("mount", None, b"/proc/sys", None, 32 | 4096, None)'
    );
  });

  it('uncovers nothing by unmounting', async () => {
    await refused(
      ...['/proc/sys', '/run/hopslab', '/usr', '/'].map(path => `call("umount2", b"${path}", 2)`)
    );
  });

  it('mounts nothing by the newer system calls either', async () => {
    await refused(
      'call("fsopen", b"tmpfs", 0)',
      'call("fspick", -100, b"/usr", 0)',
      'call("open_tree", -100, b"/", 1 | 0x8000)',
      'call("move_mount", -100, b"/usr", -100, b"/tmp", 0)',
      'call("fsmount", 0, 0, 0)',
      'call("mount_setattr", -100, b"/usr", 0, b"\\0" * 32, 32)'
    );
  });

  it('takes no other root', async () => {
    await refused('call("chroot", b"/tmp")', 'call("pivot_root", b"/tmp", b"/tmp")');
  });

  it('opens no file by a handle, past the names', async () => {
    await refused(
      'call("open_by_handle_at", os.open("/", os.O_RDONLY), b"\\x08\\0\\0\\0\\1\\0\\0\\0\\2" + b"\\0" * 15, 0)',
      'call("name_to_handle_at", -100, b"/usr", b"\\x40" + b"\\0" * 71, ctypes.byref(ctypes.c_int()), 0)'
    );
  });

  it('keeps nothing in the kernel’s keyring and reads none of it', async () => {
    await refused(
      'call("add_key", b"user", b"note", b"x", 1, -3)',
      'call("request_key", b"user", b"note", None, -3)',
      'call("keyctl", 0, -3, 1)',
      'call("keyctl", 11, -4, None, 0)'
    );
  });

  it('loads no program into the kernel', async () => {
    await refused('call("bpf", 0, b"\\0" * 72, 72)', 'call("bpf", 5, b"\\0" * 72, 72)');
  });

  it('counts no events of the processor, nor handles page faults', async () => {
    await refused(
      'call("perf_event_open", struct.pack("IIQ", 1, 112, 0) + b"\\0" * 96, 0, -1, -1, 0)',
      'call("userfaultfd", 1)'
    );
  });

  it('is told that there is no io_uring, which would pass the filter by', async () => {
    expect(await answers('call("io_uring_setup", 4, b"\\0" * 120)')).toEqual(['ENOSYS']);
  });

  it('loads no module and no other kernel', async () => {
    await refused(
      'call("init_module", b"", 0, b"")',
      'call("finit_module", 0, b"", 0)',
      'call("delete_module", b"x", 0)',
      'call("kexec_load", 0, 0, None, 0)'
    );
    expect(['EPERM', 'ENOSYS']).toEqual(
      expect.arrayContaining(await answers('call("kexec_file_load", -1, -1, 0, None, 0)'))
    );
  });

  it('changes neither the clock nor the name of the machine, nor restarts it', async () => {
    await refused(
      'attempt(lambda: time.clock_settime(time.CLOCK_REALTIME, 1))',
      'call("settimeofday", b"\\1" + b"\\0" * 15, None)',
      'attempt(lambda: socket.sethostname("other"))',
      'call("reboot", 0xfee1dead, 672274793, 0, None)'
    );
    expect(await answers('socket.gethostname()')).toEqual(['sandbox']);
  });

  it('changes neither swap, quotas nor accounting', async () => {
    expect(
      await answers(
        'call("swapon", b"/tmp/x", 0)',
        'call("acct", b"/tmp/x")',
        'call("quotactl", 0x800003 << 8, b"/dev/vda", 0, None)'
      )
    ).toEqual(['EPERM', 'EPERM', 'EPERM']);
  });

  it('reads neither the kernel’s log nor its memory nor its addresses', async () => {
    const [log, size, logFile, core, addresses] = await answers(
      'call("syslog", 3, ctypes.create_string_buffer(99), 99)',
      'call("syslog", 10, None, 0)',
      'opens("/proc/kmsg")',
      'opens("/proc/kcore")',
      'sorted({line.split()[0] for line in open("/proc/kallsyms")})[:2] if os.path.exists("/proc/kallsyms") else []'
    );
    expect([log, size]).toEqual(['EPERM', 'EPERM']);
    for (const answer of [logFile, core]) expect(['EACCES', 'EPERM', 'ENOENT']).toContain(answer);
    for (const address of addresses as string[]) expect(address).toMatch(/^0+$/);
  });

  it('changes no setting of the kernel', async () => {
    const files = [
      'kernel/core_pattern',
      'kernel/hostname',
      'kernel/modprobe',
      'vm/overcommit_memory',
      'net/ipv4/ip_forward'
    ];
    const [settings, others] = await answers(
      `[writes(f"/proc/sys/{name}") for name in ${JSON.stringify(files)} if os.path.exists(f"/proc/sys/{name}")]`,
      '[writes(path) for path in ("/proc/sysrq-trigger", "/proc/1/oom_score_adj", "/proc/irq/default_smp_affinity", "/proc/1/uid_map", "/proc/self/setgroups") if os.path.exists(path)]'
    );
    expect((settings as string[]).length).toBeGreaterThanOrEqual(4);
    for (const answer of [...(settings as string[]), ...(others as string[])].slice(0, -1))
      expect(['EROFS', 'EACCES', 'EPERM', 'EINVAL']).toContain(answer);
  });

  it('makes no device node and finds no device but the harmless ones', async () => {
    const found = await eve.attempt(`
S_IFCHR, S_IFBLK = 0o020000, 0o060000
devices = [(S_IFBLK, 254, 0), (S_IFBLK, 8, 0), (S_IFCHR, 1, 1), (S_IFCHR, 1, 3)]
found["made"] = [attempt(lambda: os.mknod(folder + "/device", 0o600 | kind, os.makedev(major, minor)))
    for folder in ("/out", "/tmp", "/dev/shm") for kind, major, minor in devices]
found["there"] = sorted(f"{os.major(at.st_rdev)}:{os.minor(at.st_rdev)}" for top in ("/dev", "/tmp", "/out", "/run")
    for folder, _, names in os.walk(top) for name in names for at in [os.lstat(folder + "/" + name)] if at.st_rdev)
found["memory"] = [opens(path) for path in ("/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/vda")]`);
    expect(new Set(found['made'] as string[])).toEqual(new Set(['EPERM']));
    // null zero full random urandom tty, and ptmx of its own.
    expect(found['there']).toEqual(['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:2']);
    expect(new Set(found['memory'] as string[])).toEqual(new Set(['ENOENT']));
  });

  it('maps nothing at address zero and touches no port of the processor', async () => {
    const found = await eve.attempt(`
libc.mmap.restype = ctypes.c_void_p
def zero():
    if libc.mmap(ctypes.c_void_p(0), ctypes.c_size_t(4096), 3, 0x32, -1, ctypes.c_long(0)) == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")
found["zero"] = attempt(zero)
found["ports"] = [attempt(lambda: (_ for _ in ()).throw(OSError(ctypes.get_errno(), "")) if libc.syscall(number, *args) else None)
    for number, args in ((172, (3,)), (173, (0x70, 2, 1)))] if platform.machine() == "x86_64" else ["EPERM", "EPERM"]`);
    expect(found['zero']).toBe('EPERM');
    for (const answer of found['ports'] as string[]) expect(['EPERM', 'ENOSYS']).toContain(answer);
  });

  it.runIf(process.arch === 'x64')(
    'does not go round the filter by another set of system calls',
    async () => {
      const found = await eve.attempt(`
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, getpid of 32 bit; int 0x80; ret
pid = os.fork()
if pid == 0:
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    os._exit(0)
found["32 bit"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
libc.syscall(0x40000000 + 39)
found["x32"] = errno.errorcode[ctypes.get_errno()]`);
      expect(found).toEqual({ '32 bit': -31, x32: 'ENOSYS' });
    }
  );

  it('does not take its filter off', async () => {
    const found = await eve.attempt(`
PR_SET_SECCOMP, PR_GET_SECCOMP = 22, 21
found["off"] = libc.prctl(PR_SET_SECCOMP, 0, 0, 0, 0)
found["mode"] = libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0)
found["after"] = call("keyctl", 0, -3, 1)
program = subprocess.run([sys.executable, "-c", "print(open('/proc/self/status').read())"], capture_output=True, text=True)
found["inherited"] = "Seccomp:\\t2" in program.stdout`);
    expect(found).toEqual({ off: -1, mode: 2, after: 'EPERM', inherited: true });
  });

  it('watches no file system by fanotify', async () => {
    await refused('call("fanotify_init", 0, 0)', 'call("fanotify_init", 0x200, 0)');
  });

  it('takes no lease on a file that it only reads, for which all who open it would wait', async () => {
    const lease = (command: string) =>
      `attempt(lambda: __import__("fcntl").fcntl(os.open("/usr/bin/python3", os.O_RDONLY), ${command}, 1))`;
    await refused(lease('1024'), lease('1026'), 'attempt(lambda: __import__("fcntl").fcntl(0, 1024, 0))');
  });
});
