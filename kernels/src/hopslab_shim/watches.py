"""Who in a sandbox is told what happens to files (inotify): a watch holds nothing of a mount, and outlives it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from typing import Any

from hopslab_shim import processes

#: kcmp(2), and what of two threads it compares: their descriptors.
_KCMP = {"x86_64": 312, "aarch64": 272}
_KCMP_FILES = 2


def disks_of(pid: int, targets: Iterable[str]) -> set[int]:
    """The numbers of the file systems that are mounted at the targets, as the kernel writes them in fdinfo."""
    wanted = set(targets)
    found: set[int] = set()
    with contextlib.suppress(OSError), open(f"/proc/{pid}/mountinfo", encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if fields[4] in wanted:
                major, minor = fields[2].split(":")
                found.add(int(major) << 20 | int(minor))
    return found


def _tells(fdinfo: str, disks: set[int]) -> bool:
    """Whether a descriptor watches something on the disks, or may hide others: a socket with some under way."""
    with open(fdinfo, encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("scm_fds:"):
                return int(line.split()[1]) > 0
            if line.startswith("inotify ") and int(line.partition(" sdev:")[2].split()[0], 16) in disks:
                return True
    return False


def _shares_files(libc: Any, pid: int, thread: int) -> bool:
    number = _KCMP.get(os.uname().machine)
    return number is not None and libc.syscall(number, pid, thread, _KCMP_FILES, 0, 0) == 0


def watches_any(pid: int, disks: set[int], libc: Any) -> bool:
    """Whether a process is told what happens to files on the disks; also who does not let us look."""
    try:
        for thread in map(int, os.listdir(f"/proc/{pid}/task")):
            if thread != pid and _shares_files(libc, pid, thread):
                continue
            folder = f"/proc/{pid}/task/{thread}/fdinfo"
            for name in os.listdir(folder):
                with contextlib.suppress(FileNotFoundError):
                    if _tells(f"{folder}/{name}", disks):
                        return True
    except PermissionError:
        return True
    except OSError:
        # It has ended meanwhile.
        return False
    return False


def watchers(first: int, disks: set[int], libc: Any) -> list[int]:
    """The processes of a sandbox that watch something on the disks, or may."""
    return [pid for pid in processes.tree(first) if watches_any(pid, disks, libc)]
