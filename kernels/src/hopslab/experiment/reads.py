"""Which files of the project's datasets this process opens: what an experiment was computed from.

Python tells of each file that it opens (``sys.addaudithook``), so nobody's code has to change. Of pyarrow and Spark,
which open files without Python, ``readers`` tells; what other libraries open in code of their own is not seen.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hopslab.experiment import readers

ROOT = "/project/"
MOST = 500
# Programs are kept as code, and what experiments write themselves is none of what they are made from.
_PASSED_OVER = ("Jupyter", "Notebooks", "Resources", "Logs", "Experiments")
_PROGRAMS = (".py", ".pyc", ".ipynb")

# A file's path, its size and when it was changed, in nanoseconds.
Read = tuple[str, int, int]


class Reads:
    """Files by their paths, as they were when they were first opened; no more than so many."""

    def __init__(self, root: str = ROOT, most: int = MOST) -> None:
        self._root = root
        self._most = most
        self._seen: dict[str, Read] = {}
        self._told = 0
        self.left_out = 0

    def opened(self, path: object, mode: object, flags: object) -> None:
        """Python opens a file."""
        if isinstance(path, int) or not _only_read(mode, flags):
            return
        name = os.fsdecode(path)  # type: ignore[arg-type]
        if not name.startswith("/"):
            name = str(Path.cwd() / name)
        if not name.startswith(self._root) or name in self._seen:
            return
        name = os.path.normpath(name)
        if name in self._seen or not name.startswith(self._root) or not self._is_data(name):
            return
        if len(self._seen) >= self._most:
            self.left_out += 1  # without a look at each: there may be very many
            return
        found = Path(name).stat()
        if stat.S_ISREG(found.st_mode):
            self.take([(name, found.st_size, found.st_mtime_ns)])

    def _is_data(self, name: str) -> bool:
        dataset = name[len(self._root) :].split("/", 1)[0]
        return dataset not in _PASSED_OVER and not name.endswith(_PROGRAMS)

    def take(self, reads: Iterable[Read]) -> None:
        """Add what somebody has read."""
        for read in reads:
            if read[0] in self._seen:
                continue
            if len(self._seen) < self._most:
                self._seen[read[0]] = read
            else:
                self.left_out += 1

    def forget(self) -> None:
        """Begin anew: a process that Spark uses again has another sweep's trials."""
        self._seen.clear()
        self._told = self.left_out = 0

    def news(self) -> list[Read]:
        """What has come since this was asked the last time."""
        reads = list(self._seen.values())[self._told :]
        self._told += len(reads)
        return reads

    def all(self) -> list[Read]:
        """Every file, by its path."""
        return sorted(self._seen.values())


def _only_read(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return not any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and flags & os.O_ACCMODE == os.O_RDONLY and not flags & os.O_DIRECTORY


reads = Reads()


def note(paths: Iterable[object]) -> None:
    """Some library opens files to read them."""
    for path in paths:
        with contextlib.suppress(Exception):  # one that is not there, or is no file here
            reads.opened(path, "r", 0)


_watching = False


def watch() -> None:
    """Begin to note what this process opens; it cannot be ended, so once is enough."""
    global _watching
    if _watching:
        return
    _watching = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            with contextlib.suppress(Exception):  # nobody's file fails to open because of this
                reads.opened(*arguments)

    sys.addaudithook(hook)
    readers.begin(note)


def as_told(reads: Iterable[object]) -> list[Read]:
    """What another process says it has read; what is none is left out."""
    told: list[Read] = []
    for read in reads:
        match read:
            case [str(path), int(size), int(changed)] if len(path) <= 4096 and size >= 0:
                told.append((path, size, changed))
    return told


def to_contract(read: Read) -> dict[str, Any]:
    """A file as the REST API has it."""
    path, size, changed = read
    at = datetime.fromtimestamp(changed / 1e9, UTC)
    return {"path": path, "size": size, "modifiedAt": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
