"""What the looks ask of the machine: the one place that probes it, so that tests can pretend another."""

import ctypes
import os
import pwd
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher.faults import Fault
from launcher.start import bind_port

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


@dataclass(frozen=True)
class Ran:
    """How a program ended."""

    status: int
    out: str
    err: str = ""


@dataclass(frozen=True)
class Space:
    """What is left on a file system for whom asks, in bytes and files; `files` is 0 where it does not count them."""

    free: int
    total: int
    free_files: int
    files: int


@dataclass(frozen=True)
class Machine:
    """A machine as the user who asks sees it; this one, unless a test pretends another."""

    euid: int = field(default_factory=os.geteuid)
    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def sudo(self) -> str:
        """What an administrator's command begins with."""
        return "" if self.euid == 0 else "sudo "

    def text(self, path: str | Path) -> str | None:
        """A file's text, without the white space around it; None where it cannot be read."""
        try:
            return Path(path).read_text(errors="replace").strip()
        except OSError:
            return None

    def exists(self, path: str | Path) -> bool:
        """Says whether there is something at this path that we may see."""
        return os.path.exists(path)

    def owner(self, path: Path) -> int | None:
        """The number of a file's user."""
        try:
            return path.stat().st_uid
        except OSError:
            return None

    def length(self, path: Path) -> int:
        """A file's length in bytes."""
        return path.lstat().st_size

    def written(self, path: Path) -> float:
        """When a file was last written, in seconds since 1970; 0 where there is none."""
        try:
            return path.stat().st_mtime
        except OSError:
            return 0

    def found(self, folder: str | Path, pattern: str) -> list[Path]:
        """Paths below a folder."""
        return sorted(Path(folder).glob(pattern))

    def has(self, program: str) -> bool:
        """Says whether a program can be called."""
        return shutil.which(program) is not None

    def ran(self, *command: str, user: int | None = None) -> Ran | None:
        """Runs a program, as another user where we may; None where there is none, or no answer within 20 s."""
        identity = {} if user is None or user == self.euid else {"user": user, "group": user, "extra_groups": []}
        try:
            done = subprocess.run(  # type: ignore[call-overload]
                command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, cwd="/", **identity
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return Ran(done.returncode, done.stdout.strip(), done.stderr.strip())

    def user(self, name: str) -> int | None:
        """A user's number."""
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            return None

    def user_name(self) -> str:
        """Who asks."""
        try:
            return pwd.getpwuid(self.euid).pw_name
        except KeyError:
            return str(self.euid)

    def writable(self, path: str | Path) -> bool:
        """Says whether we may write there."""
        return os.access(path, os.W_OK)

    def space(self, path: Path) -> Space:
        """What is left where `path` lies."""
        told = os.statvfs(path)
        return Space(told.f_bavail * told.f_frsize, told.f_blocks * told.f_frsize, told.f_favail, told.f_files)

    def limit(self, which: int) -> int | None:
        """The hard limit of one resource of our processes (`resource.RLIMIT_...`); None: there is none."""
        hard = resource.getrlimit(which)[1]
        return None if hard == resource.RLIM_INFINITY else hard

    def port_fault(self, port: int) -> str | None:
        """Why the port cannot be had, or None."""
        try:
            bind_port(port).close()
        except Fault as fault:
            return str(fault)
        return None

    def addresses(self, name: str) -> set[str]:
        """What the system's resolver makes of a name; empty where it knows none."""
        try:
            return {str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}
        except OSError:
            return set()

    def now(self) -> float:
        """The clock."""
        return time.time()

    def synchronised(self) -> bool | None:
        """Says whether the kernel's clock is kept right by somebody; None where it does not tell."""
        answer: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
        return None if answer < 0 else answer != _TIME_ERROR

    def in_container(self) -> bool:
        """Says whether this is a container of another machine."""
        return any(self.exists(mark) for mark in ("/.dockerenv", "/run/.containerenv", "/run/systemd/container"))
