"""Owns one sandbox: its start, its log, its limits, its end, and the record of it.

Detached from the server, it goes on when the server dies. It is told to end by SIGTERM; when it dies itself, the
kernel ends the sandbox (bwrap's ``--die-with-parent``).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import sys
import time
from typing import Any

from hopslab_shim import bubblewrap, cgroups, processes, readonly, records, unmount
from hopslab_shim.limits import Limits
from hopslab_shim.logfile import BoundedLog
from hopslab_shim.spec import Spec, parse


def _drop(uid: int | None, gid: int | None) -> None:
    """Become the sandboxes' identity for good; without one, stay who we are."""
    if uid is None or gid is None:
        return
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def _tell(word: str) -> None:
    """One line for whoever started us; nobody may be listening any more."""
    with contextlib.suppress(OSError):
        os.write(1, f"{word}\n".encode())


class Shim:
    """The life of one sandbox in one thread: started once, watched until its end."""

    def __init__(self, spec: Spec, log: BoundedLog, group: cgroups.Group | None) -> None:
        self._spec = spec
        self._log = log
        self._group = group
        self._limits = Limits(spec, group)
        self._stopping: float | None = None
        self._reason: str | None = None
        self._first = 0
        self._began = False
        self._listening = True
        self._wake, wake_in = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(wake_in, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_end)

    def run(self) -> None:
        """Start the sandbox, watch it, record its end."""
        self._record_state("starting")
        self._bwrap = bubblewrap.start(self._spec, self._group)
        first = bubblewrap.first_process(self._bwrap)
        if first is None:
            self._finish(self._force(None), self._reason)
            return
        handle = os.pidfd_open(first)
        self._first = first
        kept = self._group is not None and "pids" in self._group.controllers
        bubblewrap.let_go(self._bwrap, first, None if kept else self._spec.processes)
        self._began = bubblewrap.command_began(first)
        self._record_state("running", first)
        if self._stopping is not None:
            self._ask()
        if self._began:
            _tell("running")
        code = self._watch(handle)
        self._finish(code, self._reason)

    def _asked_to_end(self, *_: object) -> None:
        if self._stopping is None:
            self._stopping = time.monotonic() + self._spec.grace
            self._ask()

    def _ask(self) -> None:
        # Orphans hang from the first process too: they end like the command does.
        for pid in processes.children_of(self._first):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM)

    def _watch(self, handle: int) -> int:
        look_at = time.monotonic() + self._limits.pause
        while True:
            heard = [self._wake, self._bwrap.output] if self._listening else [self._wake]
            ready = select.select(heard, [], [], max(0.0, look_at - time.monotonic()))[0]
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 512)
            if self._bwrap.output in ready:
                self._drain()
            code = self._ended()
            if code is not None:
                self._kill(handle)
                return code
            if time.monotonic() >= look_at:
                before = self._limits.memory
                self._reason = self._limits.look(self._first)
                if self._limits.memory != before:
                    self._record_state("running", self._first)
                look_at = time.monotonic() + self._limits.pause
            over = self._stopping is not None and time.monotonic() >= self._stopping
            if over or self._reason is not None:
                return self._force(handle)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._bwrap.output, 65536)
            self._log.append(data)
            self._listening = bool(data)

    def _ended(self) -> int | None:
        pid, status = os.waitpid(self._bwrap.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def _kill(self, handle: int | None) -> None:
        """End process 1 of the sandbox's namespace; the kernel ends all others in it."""
        if handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)

    def _force(self, handle: int | None) -> int:
        self._kill(handle)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._bwrap.pid, signal.SIGKILL)
        os.waitpid(self._bwrap.pid, 0)
        # bwrap may have passed the end of its child on before its own.
        return -signal.SIGKILL

    def _finish(self, code: int, reason: str | None) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._bwrap.output, 65536):
                self._log.append(data)
        reason = reason or self._limits.last_words()
        last = self._log.last_line()
        if not self._began and not bubblewrap.executed(self._bwrap) and last.startswith("bwrap: "):
            reason = f"The sandbox could not be set up: {last.removeprefix('bwrap: ')}"
        record = {
            "id": self._spec.id,
            "code": code,
            "reason": reason,
            "asked": self._stopping is not None,
            "endedAt": records.now(),
        }
        if self._group is not None:
            self._group.remove()
        records.write(self._spec.folder, records.EXIT, record)

    def _record_state(self, phase: str, first: int | None = None) -> None:
        own = os.getpid()
        record: dict[str, Any] = {
            "id": self._spec.id,
            "phase": phase,
            "pid": own,
            "startTime": processes.start_time(own),
            "bootId": processes.boot_id(),
            "first": first,
            "memory": self._limits.memory,
            "groups": [] if self._group is None else self._group.folders,
            "at": records.now(),
        }
        records.write(self._spec.folder, records.STATE, record)


def main() -> int:
    """Read the specification, drop privileges, run; 0 where the sandbox ran, 3 where its shim runs already."""
    if sys.argv[1:2] == ["limits"]:
        # Another process may be where control groups were delegated to, and this one not.
        _tell(json.dumps(cgroups.chosen(f"/proc/{sys.argv[2] if len(sys.argv) > 2 else 'self'}")))
        return 0
    if sys.argv[1:2] == ["unmount"]:
        return unmount.run(sys.stdin.read())
    if sys.argv[1:2] == ["read-only"]:
        return unmount.run(sys.stdin.read(), readonly.make)
    spec = parse(sys.stdin.read())
    os.closerange(3, 4096)
    os.umask(0o027)
    log = BoundedLog(spec.log, spec.log_limit)
    os.chdir("/")
    # Before privileges are dropped, because the group is made only by whoever has the lock.
    flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    lock = os.open(os.path.join(spec.folder, "lock"), flags, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _tell("running")
        return 3
    group = cgroups.make(spec)
    _drop(spec.uid, spec.gid)
    Shim(spec, log, group).run()
    return 0
