"""Files that hold what the platform has not confirmed yet, so that a dead server or kernel loses nothing."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Spool:
    """One sweep's spool: lines of JSON, locked as long as its writer lives. Safe to share between threads.

    Raises:
        BlockingIOError: another process has it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("a+b", buffering=0)
        self._unwritten = bytearray()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise

    def append(self, entry: Entry, *, durable: bool = False) -> None:
        """Add an entry; ``durable`` waits until it is on the disk.

        Where the disk is full the entry waits for the next one to be added: a sweep goes on without its spool.
        """
        line = json.dumps(entry, allow_nan=False).encode() + b"\n"
        with self._lock:
            if self._file.closed:
                return
            self._unwritten += line
            with contextlib.suppress(OSError):
                while self._unwritten:
                    del self._unwritten[: os.write(self._file.fileno(), self._unwritten)]
                if durable:
                    os.fsync(self._file.fileno())

    def read(self) -> list[Entry]:
        """Every entry; a line that was cut off by a crash is passed over."""
        with self._lock:
            self._file.seek(0)
            lines = self._file.read().split(b"\n")
        entries = []
        for line in lines:
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    entries.append(entry)
        return entries

    def remove(self) -> None:
        """Everything is delivered."""
        self.path.unlink(missing_ok=True)
        self.close()

    def set_aside(self) -> Path:
        """The platform refused it for good: keep the file under another name, and out of the way."""
        target = self.path.with_suffix(".refused")
        self.path.rename(target)
        self.close()
        return target

    def close(self) -> None:
        """Give the file up."""
        with self._lock:
            self._file.close()


def spool_path(folder: Path, key: str) -> Path:
    """Where the sweep with this idempotency key has its spool."""
    return folder / f"{key}.jsonl"


def abandoned(folder: Path) -> Iterator[Spool]:
    """The spools that no living process has."""
    for path in sorted(folder.glob("*.jsonl")):
        with contextlib.suppress(OSError):
            yield Spool(path)
