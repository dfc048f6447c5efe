import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import type { SandboxSpec } from '../../ports/sandbox.js';
import type { SandboxFixture } from './sandbox.fixture.js';

/** Runs the scripts that come by its socket, each in a process of its own; answers what they put in `found`. */
const driver = `
import json, os, socket, sys, traceback
server = socket.socket(socket.AF_UNIX)
server.bind("/run/web/attempts.sock")
server.listen()
prelude = sys.argv[1]
while True:
    peer, _ = server.accept()
    if os.fork() == 0:
        server.close()
        found = {}
        try:
            exec(prelude + peer.makefile().read(), {"found": found})
            answer = {"found": found}
        except BaseException:
            answer = {"failed": traceback.format_exc()}
        peer.sendall(json.dumps(answer).encode())
        os._exit(0)
    peer.close()
    try:
        while os.waitpid(-1, os.WNOHANG)[0]: pass
    except ChildProcessError:
        pass
`;

/** What every attempt needs; `attempt` answers an error's name where it is refused, as does `call` a system call's. */
const prelude = `
import ctypes, errno, glob, json, mmap, os, platform, select, signal, socket, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
numbers = dict(
    ptrace=(101, 117), syslog=(103, 116), personality=(135, 92), pivot_root=(155, 41), chroot=(161, 51),
    acct=(163, 89), settimeofday=(164, 170), mount=(165, 40), umount2=(166, 39), swapon=(167, 224),
    reboot=(169, 142), sethostname=(170, 161), init_module=(175, 105), delete_module=(176, 106),
    quotactl=(179, 60), clock_settime=(227, 112), kexec_load=(246, 104), add_key=(248, 217),
    request_key=(249, 218), keyctl=(250, 219), unshare=(272, 97), perf_event_open=(298, 241),
    fanotify_init=(300, 262), name_to_handle_at=(303, 264), open_by_handle_at=(304, 265), setns=(308, 268),
    process_vm_readv=(310, 270), finit_module=(313, 273), kexec_file_load=(320, 294), bpf=(321, 280),
    userfaultfd=(323, 282), io_uring_setup=(425, 425), open_tree=(428, 428), move_mount=(429, 429),
    fsopen=(430, 430), fsmount=(432, 432), fspick=(433, 433), pidfd_open=(434, 434), clone3=(435, 435),
    mount_setattr=(442, 442))
shm = dict(shmget=(29, 194), shmat=(30, 196), semget=(64, 190), msgget=(68, 186))
numbers.update(shm)
def attempt(work):
    try:
        answer = work()
        return "done" if answer is None else answer
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
def syscall(name, *args):
    number = numbers[name][0 if platform.machine() == "x86_64" else 1]
    answer = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    if answer == -1:
        raise OSError(ctypes.get_errno(), name)
    return answer
def call(name, *args):
    return attempt(lambda: syscall(name, *args) and None)
def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(2)
        s.connect(address)
def reach(family, address):
    return attempt(lambda: connect(family, address))
def read(path, size=4096):
    with open(path, "rb") as file:
        return file.read(size).decode("utf-8", "replace")
def write(path, text="x", mode="w"):
    with open(path, mode) as file:
        file.write(text)
def opens(path):
    return attempt(lambda: read(path) and None)
def writes(path, mode="w"):
    return attempt(lambda: write(path, mode=mode))
def background(work):
    if os.fork() == 0:
        os.closerange(3, 4096)
        work()
        os._exit(0)
def status(pid="self"):
    lines = read(f"/proc/{pid}/status", 65536).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
`;

/** The command that runs them. */
export const takesAttempts = ['/usr/bin/python3', '-c', driver, prelude];

/** A running sandbox in which attempts are made. */
export interface HostileNotebook {
  readonly id: string;
  /** The folder of the host that it may write to, `/out` inside. */
  readonly out: string;
  /** Runs a Python script inside and answers its `found`. */
  attempt(script: string): Promise<Record<string, unknown>>;
}

const told = async (socket: string, script: string): Promise<string> => {
  const asked = connect(socket);
  asked.end(script);
  return text(asked);
};

/** Starts a sandbox that runs whatever script comes. */
export const hostileNotebook = async (
  under: SandboxFixture,
  more: Partial<SandboxSpec> = {}
): Promise<HostileNotebook> => {
  const id = more.id ?? randomUUID();
  const out = under.folder(`out-${id}`);
  await under.sandbox.start({
    id,
    projectUser: 'atlas__eve',
    command: takesAttempts,
    env: { PATH: '/usr/bin:/bin', HOME: '/tmp' },
    memory: 512 * 2 ** 20,
    ...more,
    mounts: [{ source: out, target: '/out', writable: true }, ...(more.mounts ?? [])]
  });
  const socket = join(under.sandbox.channelsOf(id).web, 'attempts.sock');
  await vi.waitFor(() => told(socket, ''), { timeout: 60_000, interval: 20 });
  return {
    id,
    out,
    async attempt(script) {
      const answer = await told(socket, script);
      const { found, failed } = JSON.parse(answer) as { found?: Record<string, unknown>; failed?: string };
      if (!found) throw new Error(failed);
      return found;
    }
  };
};

/** The log of a sandbox. */
export const logOf = (under: SandboxFixture, id: string): string =>
  readFileSync(join(under.data, 'logs', `${id}.log`), 'utf8');

/** A Python literal. */
export const literal = (value: unknown): string => `json.loads(${JSON.stringify(JSON.stringify(value))})`;

/** Ends what a test's sandboxes run and removes everything. */
export const endAll = async (under: SandboxFixture): Promise<void> => {
  for (const id of await under.sandbox.list()) await under.sandbox.stop(id, 'at once');
  under.close();
};
