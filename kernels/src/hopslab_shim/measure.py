"""How much a folder holds, found out by a process of its own: it may be large, and whoever fills it is not trusted."""

from __future__ import annotations

import json
import os
import signal
from typing import NamedTuple, NoReturn

#: Folders below folders, and seconds: what is deeper or takes longer is not measured.
_DEPTH, _PATIENCE = 200, 120


class Held(NamedTuple):
    """What folders hold: bytes of the disk, and files and folders."""

    size: int
    files: int


def _walk(folder: int, device: int, seen: set[int], depth: int) -> Held:
    size = files = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
                if found.st_dev != device or found.st_ino in seen:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    below = Held(0, 0)
                    if depth > 0:
                        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                        fd = os.open(entry.name, flags, dir_fd=folder)
                        try:
                            below = _walk(fd, device, seen, depth - 1)
                        finally:
                            os.close(fd)
                    size, files = size + below.size, files + below.files
                elif found.st_nlink > 1:
                    seen.add(found.st_ino)
            except OSError:
                # Gone by now, or closed to its own user.
                continue
            size, files = size + found.st_blocks * 512, files + 1
    return Held(size, files)


def measure(folders: list[str]) -> Held:
    """What folders hold in all; no link is followed, and no other file system entered."""
    total = Held(0, 0)
    for folder in folders:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            found = _walk(fd, os.fstat(fd).st_dev, set(), _DEPTH)
        finally:
            os.close(fd)
        total = Held(total.size + found.size, total.files + found.files)
    return total


def _tell(folders: list[str], out: int) -> NoReturn:
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        # What its parent holds open is not held open by it.
        os.closerange(3, out)
        os.closerange(out + 1, 4096)
        os.nice(19)
        signal.alarm(_PATIENCE)
        os.write(out, json.dumps(measure(folders)).encode())
    finally:
        os._exit(0)


class Measurement:
    """One that is under way."""

    def __init__(self, folders: list[str]) -> None:
        self._out, out = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _tell(folders, out)
        os.close(out)

    def over(self) -> bool:
        """Whether it has ended; asked until it has."""
        return os.waitpid(self._pid, os.WNOHANG)[0] != 0

    def result(self) -> Held | None:
        """What it found; ``None`` where it came to nothing. Asked once, when it is over."""
        try:
            return Held(*json.loads(os.read(self._out, 4096)))
        except (OSError, ValueError, TypeError):
            return None
        finally:
            os.close(self._out)
