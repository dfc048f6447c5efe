"""Starts bwrap so that nothing but the command itself stands in its arguments."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import time
from typing import NamedTuple, NoReturn

from hopslab_shim import processes, seccomp
from hopslab_shim.cgroups import Group
from hopslab_shim.spec import Spec


class Started(NamedTuple):
    """A running bwrap: the pipe of the sandbox's stdout and stderr, and the one of bwrap's own words about it.

    The command begins when ``go`` is closed.
    """

    pid: int
    output: int
    status: int
    go: int


def _holding(data: bytes) -> int:
    """A descriptor from which the data can be read."""
    fd = os.memfd_create("hopslab", os.MFD_CLOEXEC)
    os.write(fd, data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _become(spec: Spec, inherited: list[int], output: int, group: Group | None) -> NoReturn:
    if group is not None:
        group.join()
    nothing = os.open("/dev/null", os.O_RDONLY)
    for fd, place in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(fd, place)
    # Python ignores it, and what is ignored stays so across exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for fd in inherited:
        os.set_inheritable(fd, True)
    _yield_memory()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A platform that was started in the background ignores interrupts; a notebook's programs must not.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    outer = seccomp.outer()
    if outer is not None:
        seccomp.put_on(outer)
    os.execve(spec.bwrap, ["bwrap", "--args", str(inherited[0]), "--", *spec.command], spec.env)


def _yield_memory() -> None:
    """Where the whole machine runs out of memory, a sandbox ends before the platform does."""
    # Whoever has become somebody else may not write there, unless it can be looked at again. PR_SET_DUMPABLE.
    with contextlib.suppress(OSError):
        seccomp.libc().prctl(4, 1, 0, 0, 0)
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("500")


def start(spec: Spec, group: Group | None) -> Started:
    """Fork and execute bwrap, in the group; its death follows this process's."""
    status, status_in = os.pipe()
    output, output_in = os.pipe()
    go_out, go = os.pipe()
    pipes = ["--json-status-fd", str(status_in), "--block-fd", str(go_out)]
    arguments = [*spec.arguments, "--die-with-parent", *pipes]
    inherited = [status_in, go_out]
    filter_program = seccomp.inner()
    if filter_program is not None:
        inherited.append(_holding(filter_program))
        arguments += ["--seccomp", str(inherited[-1])]
    inherited.insert(0, _holding(b"".join(argument.encode() + b"\0" for argument in arguments)))
    pid = os.fork()
    if pid == 0:
        try:
            _become(spec, inherited, output_in, group)
        # Whatever it is: a forked child must never go on with its parent's code.
        except BaseException as error:
            os.write(2, f"bwrap: {error}\n".encode())
        finally:
            os._exit(127)
    for fd in (*inherited, output_in):
        os.close(fd)
    os.set_blocking(output, False)
    return Started(pid, output, status, go)


def first_process(started: Started, patience: float = 20.0) -> int | None:
    """The pid, seen from here, of the sandbox's process 1; ``None`` where bwrap gave up before."""
    told = b""
    deadline = time.monotonic() + patience
    while b"\n" not in told and time.monotonic() < deadline:
        if not select.select([started.status], [], [], 0.5)[0]:
            continue
        # The line of its end is left for later.
        part = os.read(started.status, 1)
        if not part:
            break
        told += part
    try:
        return int(json.loads(told)["child-pid"])
    except (ValueError, KeyError):
        return None


def executed(started: Started) -> bool:
    """Whether bwrap, which has ended, saw the command end: what was printed is then the command's, whatever it says."""
    return b'"exit-code"' in os.read(started.status, 4096)


def let_go(started: Started, first: int, most: int | None) -> None:
    """Let the command begin, with so many processes and threads at most."""
    if most is not None and _counts_apart():
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(first, resource.RLIMIT_NPROC, (most, most))
    os.close(started.go)


def _counts_apart() -> bool:
    """Since Linux 5.14 each user namespace counts its own processes; before, all sandboxes would share one limit."""
    version = os.uname().release.split(".")
    return (int(version[0]), int(version[1].split("-")[0])) >= (5, 14)


def command_began(first: int) -> bool:
    """Wait until process 1 has set everything up and forked the command; ``False`` where it ended before."""
    while processes.lives(first):
        if processes.children_of(first):
            return True
        time.sleep(0.01)
    return False
