"""Takes folders out of a running sandbox: a process of a second beside its shim, that nobody inside sees.

``umount2`` without ``MNT_DETACH`` works only where nothing holds the mount any more, be it a file, a folder, a mapping
or a descriptor on its way through a socket: where it worked, the kernel itself says that nobody has it.
Only watches (inotify) hold none of it and go on telling what happens there; they are looked for.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from hopslab_shim import processes, watches

_NS_GET_USERNS = 0xB701
_NEWUSER, _NEWNS = 0x10000000, 0x00020000
_UMOUNT_NOFOLLOW = 8
#: Seconds in which holders are ended while the others run, and then while the others stand still.
RUNNING, STANDING = 0.8, 0.8
PAUSE = 0.02
#: Seconds after which a sandbox that keeps us busy, with descriptors or forks without number, has to end.
_PATIENCE = 2.25
#: Looks at who watches: between two processes that hand a watch to each other, one alone may find neither.
_LOOKS = 3


class Request(NamedTuple):
    """What is taken out of which sandbox."""

    #: The sandbox's process 1 and its shim, seen from here.
    first: int
    shim: int
    #: The sandboxes' identity to become; ``None`` keeps the caller's.
    uid: int | None
    gid: int | None
    #: Where the folders are mounted, seen from inside.
    targets: list[str]


def mounts_of(pid: int, targets: Iterable[str]) -> dict[int, str]:
    """Which of the targets are mounts for a process, by the mount's number; empty where it is gone."""
    wanted = set(targets)
    found: dict[int, str] = {}
    with contextlib.suppress(OSError), open(f"/proc/{pid}/mountinfo", encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if fields[4] in wanted:
                found[int(fields[0])] = fields[4]
    return found


def _mount_behind(fdinfo: str) -> int | None:
    with open(fdinfo, encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("mnt_id:"):
                return int(line.split()[1])
    return None


def _linked(pid: int, link: str) -> int | None:
    """The mount that a process's working directory, root or program is on."""
    handle = os.open(f"/proc/{pid}/{link}", os.O_PATH)
    try:
        return _mount_behind(f"/proc/self/fdinfo/{handle}")
    finally:
        os.close(handle)


def holds(pid: int, mounts: dict[int, str]) -> bool:
    """Whether a process has something of these mounts open, mapped or as its place, as far as can be seen."""
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fdinfo"):
            with contextlib.suppress(OSError):
                if _mount_behind(f"/proc/{pid}/fdinfo/{name}") in mounts:
                    return True
    for link in ("cwd", "root", "exe"):
        with contextlib.suppress(OSError):
            if _linked(pid, link) in mounts:
                return True
    below = tuple(f"{target}/" for target in mounts.values())
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as lines:
        return any(part[5].startswith(below) for line in lines if len(part := line.split(maxsplit=5)) > 5)
    return False


def end_each(first: int, meant: Callable[[int], bool]) -> None:
    """End every process of the sandbox that is meant."""
    for pid in processes.tree(first):
        with contextlib.suppress(ProcessLookupError):
            # Opened before it is looked at: what is ended is what was seen.
            handle = os.pidfd_open(pid)
            try:
                if meant(pid):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
            finally:
                os.close(handle)


def check(code: int, target: str) -> None:
    """Raise what the kernel answered about a mount, but for what another try or somebody else may settle."""
    if code not in (0, errno.EBUSY, errno.EINVAL, errno.ENOENT):
        raise OSError(code, os.strerror(code), target)


def _enter(libc: Any, first: int) -> None:
    """Become the owner of the sandbox's mounts: bwrap's outer user namespace, which the same identity made."""
    mounts = os.open(f"/proc/{first}/ns/mnt", os.O_RDONLY)
    for handle, kind in ((fcntl.ioctl(mounts, _NS_GET_USERNS), _NEWUSER), (mounts, _NEWNS)):
        if libc.setns(handle, kind):
            raise OSError(_last_error(), "setns")


def _last_error() -> int:
    import ctypes

    return ctypes.get_errno()


def inside(libc: Any, first: int, act: Callable[[], int]) -> int:
    """Call the kernel once, in a child that goes inside for it alone; 0, or the number of the error."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            _enter(libc, first)
            code = _last_error() if act() else 0
        except OSError as error:
            code = error.errno or 255
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _unmount(libc: Any, first: int, target: str) -> int:
    return inside(libc, first, lambda: libc.umount2(target.encode(), _UMOUNT_NOFOLLOW))


def _stop_all(first: int) -> None:
    stopped: set[int] = set()
    while fresh := set(processes.tree(first)) - stopped:
        stopped |= fresh
        _signal_each(fresh, signal.SIGSTOP)


def _signal_each(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, number)


@contextlib.contextmanager
def standing_still(first: int) -> Iterator[None]:
    """Nobody in the sandbox moves meanwhile. Also where this process is killed, everybody goes on afterwards."""
    over, until = os.pipe()
    waker = os.fork()
    if waker == 0:
        try:
            os.setsid()
            os.close(until)
            os.read(over, 1)
            _signal_each(processes.tree(first), signal.SIGCONT)
        finally:
            os._exit(0)
    os.close(over)
    try:
        _stop_all(first)
        yield
    finally:
        os.close(until)
        os.waitpid(waker, 0)


def _try_for(seconds: float, libc: Any, request: Request) -> bool:
    """Unmount and end holders in turns; whether nothing is left."""
    until = time.monotonic() + seconds
    while True:
        for target in mounts_of(request.first, request.targets).values():
            check(_unmount(libc, request.first, target), target)
        left = mounts_of(request.first, request.targets)
        if not left or time.monotonic() > until:
            return not left
        end_each(request.first, functools.partial(holds, mounts=left))
        time.sleep(PAUSE)


def end_watchers(first: int, disks: set[int], libc: Any) -> None:
    """End who watches what was mounted. Nobody can begin to any more; who does is found while all stand still."""
    if any(watches.watchers(first, disks, libc) for _ in range(_LOOKS)):
        with standing_still(first):
            _signal_each(watches.watchers(first, disks, libc), signal.SIGKILL)


def take_out(request: Request, libc: Any) -> bool:
    """End who holds or watches the folders and unmount them; whether they are gone for all of the sandbox."""
    disks = watches.disks_of(request.first, request.targets)
    gone = _try_for(RUNNING, libc, request)
    if not gone:
        # Something opens faster than it is ended.
        with standing_still(request.first):
            gone = _try_for(STANDING, libc, request)
    if gone:
        end_watchers(request.first, disks, libc)
    return gone and gone_everywhere(request)


def gone_everywhere(request: Request) -> bool:
    """Whether no process of the sandbox has one of the mounts, in its own view of them or in another."""
    return seen_alike(request.first) and not any(
        mounts_of(pid, request.targets) for pid in processes.tree(request.first)
    )


def seen_alike(first: int) -> bool:
    """Whether all processes of the sandbox have the same view of what is mounted."""
    own = os.stat(f"/proc/{first}/ns/mnt").st_ino if processes.lives(first) else None
    for pid in processes.tree(first):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}/ns/mnt").st_ino != own:
                return False
    return True


def run(text: str, act: Callable[[Request, Any], bool] = take_out) -> int:
    """Do what a request in JSON asks for; 0 where it is done, 1 where the sandbox has to end."""
    import ctypes

    request = Request(**json.loads(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if request.uid is not None and request.gid is not None:
        os.setgroups([])
        os.setresgid(request.gid, request.gid, request.gid)
        os.setresuid(request.uid, request.uid, request.uid)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
    # A number alone may be another process by now.
    if request.first not in processes.tree(request.shim):
        return 0 if not processes.lives(request.first) else 1
    return 0 if act(request, libc) else 1
