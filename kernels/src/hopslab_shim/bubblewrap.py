"""Starts bwrap so that nothing but the command itself stands in its arguments."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
from typing import NamedTuple, NoReturn

from hopslab_shim import processes, seccomp
from hopslab_shim.spec import Spec


class Started(NamedTuple):
    """A running bwrap: the pipe of the sandbox's stdout and stderr, and the one that tells of its first process."""

    pid: int
    output: int
    info: int


def _holding(data: bytes) -> int:
    """A descriptor from which the data can be read."""
    fd = os.memfd_create("hopslab", os.MFD_CLOEXEC)
    os.write(fd, data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _become(spec: Spec, inherited: list[int], output: int) -> NoReturn:
    nothing = os.open("/dev/null", os.O_RDONLY)
    for fd, place in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(fd, place)
    # Python ignores it, and what is ignored stays so across exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for fd in inherited:
        os.set_inheritable(fd, True)
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    allowed = spec.processes if hard == resource.RLIM_INFINITY else min(spec.processes, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A platform that was started in the background ignores interrupts; a notebook's programs must not.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    outer = seccomp.outer()
    if outer is not None:
        seccomp.put_on(outer)
    os.execve(spec.bwrap, ["bwrap", "--args", str(inherited[0]), "--", *spec.command], spec.env)


def start(spec: Spec) -> Started:
    """Fork and execute bwrap; its death follows this process's."""
    info, info_in = os.pipe()
    output, output_in = os.pipe()
    arguments = [*spec.arguments, "--die-with-parent", "--info-fd", str(info_in)]
    inherited = [info_in]
    filter_program = seccomp.inner()
    if filter_program is not None:
        inherited.append(_holding(filter_program))
        arguments += ["--seccomp", str(inherited[-1])]
    inherited.insert(0, _holding(b"".join(argument.encode() + b"\0" for argument in arguments)))
    pid = os.fork()
    if pid == 0:
        try:
            _become(spec, inherited, output_in)
        # Whatever it is: a forked child must never go on with its parent's code.
        except BaseException as error:
            os.write(2, f"bwrap: {error}\n".encode())
        finally:
            os._exit(127)
    for fd in (*inherited, output_in):
        os.close(fd)
    os.set_blocking(output, False)
    return Started(pid, output, info)


def first_process(started: Started, patience: float = 20.0) -> int | None:
    """The pid, seen from here, of the sandbox's process 1; ``None`` where bwrap gave up before."""
    told = b""
    deadline = time.monotonic() + patience
    try:
        while time.monotonic() < deadline:
            if not select.select([started.info], [], [], 0.5)[0]:
                continue
            part = os.read(started.info, 4096)
            if not part:
                break
            told += part
        return int(json.loads(told)["child-pid"])
    except (ValueError, KeyError):
        return None
    finally:
        os.close(started.info)


def command_began(first: int) -> bool:
    """Wait until process 1 has set everything up and forked the command; ``False`` where it ended before."""
    while processes.lives(first):
        if processes.children_of(first):
            return True
        time.sleep(0.01)
    return False
