"""Takes writing into folders from a running sandbox: they stay where they are, and can be read.

The kernel makes a mount read-only where nothing on it is open for writing any more, be it by a descriptor, a mapping or
one on its way through a socket: where it did, it says itself that nobody can write there.
"""

from __future__ import annotations

import contextlib
import functools
import os
import time
from typing import Any

from hopslab_shim import unmount

_REMOUNT, _BIND, _READ_ONLY = 32, 4096, 1
#: Flags that a mount keeps; without them the kernel takes it for an attempt to lift them.
_KEPT = {"nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1024, "nodiratime": 2048, "relatime": 1 << 21}


def writable(pid: int, targets: list[str]) -> dict[int, tuple[str, int]]:
    """Those of the targets that can be written to, by the mount's number, with their flags."""
    found: dict[int, tuple[str, int]] = {}
    with contextlib.suppress(OSError), open(f"/proc/{pid}/mountinfo", encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            options = fields[5].split(",")
            if fields[4] in targets and "rw" in options:
                found[int(fields[0])] = (fields[4], sum(_KEPT.get(name, 0) for name in options))
    return found


def _opened_to_write(pid: int, name: str, mounts: set[int]) -> bool:
    with open(f"/proc/{pid}/fdinfo/{name}", encoding="ascii", errors="replace") as lines:
        facts = dict(line.split(":", 1) for line in lines if line.startswith(("flags:", "mnt_id:")))
    return int(facts["flags"], 8) & os.O_ACCMODE != os.O_RDONLY and int(facts["mnt_id"]) in mounts


def writes(pid: int, mounts: dict[int, tuple[str, int]]) -> bool:
    """Whether a process has something there open to write, or mapped so that it may, as far as can be seen."""
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fdinfo"):
            with contextlib.suppress(OSError, KeyError, ValueError):
                if _opened_to_write(pid, name, set(mounts)):
                    return True
    below = tuple(f"{target}/" for target, _ in mounts.values())
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as lines:
        parts = (line.split(maxsplit=5) for line in lines)
        return any(len(part) > 5 and part[1].endswith("s") and part[5].startswith(below) for part in parts)
    return False


def _remount(libc: Any, first: int, target: str, flags: int) -> int:
    flags |= _REMOUNT | _BIND | _READ_ONLY
    return unmount.inside(libc, first, lambda: libc.mount(None, target.encode(), None, flags, None))


def _try_for(seconds: float, libc: Any, request: unmount.Request) -> bool:
    until = time.monotonic() + seconds
    while True:
        for target, flags in writable(request.first, request.targets).values():
            unmount.check(_remount(libc, request.first, target, flags), target)
        left = writable(request.first, request.targets)
        if not left or time.monotonic() > until:
            return not left
        unmount.end_each(request.first, functools.partial(writes, mounts=left))
        time.sleep(unmount.PAUSE)


def make(request: unmount.Request, libc: Any) -> bool:
    """End who writes there and make it read-only; whether nobody in the sandbox can write there any more."""
    done = _try_for(unmount.RUNNING, libc, request)
    if not done:
        with unmount.standing_still(request.first):
            done = _try_for(unmount.STANDING, libc, request)
    return done and unmount.seen_alike(request.first)
