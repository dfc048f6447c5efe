"""Which kernel of this notebook server has the Spark session: one at a time, for as long as it lives or needs it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any


def notebook_name() -> str:
    """What people know this kernel by."""
    session = os.environ.get("JPY_SESSION_NAME")
    return Path(session).name if session else "another kernel"


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class Holder:
    """A lock that ends with its processes. Who has it writes down what people know it by; who wants it locks another.

    Both files lie in the notebook server's own folder, so that no other server is asked.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wish = path.with_suffix(".wanted")
        self._file: int | None = None

    @property
    def file(self) -> int | None:
        """The lock's descriptor while it is held; a process that inherits it has the lock too."""
        return self._file

    def take(self) -> bool:
        """Take the lock; False where another kernel has it."""
        if self._file is not None:
            return True
        file = _open(self._path)
        if not _lock(file, fcntl.LOCK_EX):
            os.close(file)
            return False
        os.ftruncate(file, 0)
        me = {"notebook": notebook_name(), "since": datetime.now().astimezone().isoformat()}
        os.pwrite(file, json.dumps(me).encode(), 0)
        # What a cell forks has the lock too and may live on.
        os.register_at_fork(after_in_child=lambda: self._close(file))
        self._file = file
        return True

    def _close(self, file: int) -> None:
        if self._file == file:
            self._file = None
            os.close(file)

    def give_back(self) -> None:
        """Let another kernel have it."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            self._close(self._file)

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Let whoever has it know that it is wanted, for as long as this lasts."""
        file = _open(self._wish)
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield
        finally:
            os.close(file)

    def is_wanted(self) -> bool:
        """Whether another kernel waits for it."""
        file = _open(self._wish)
        try:
            return not _lock(file, fcntl.LOCK_EX)
        finally:
            os.close(file)

    def in_words(self) -> str:
        """Who has it and since when."""
        other: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(self._path.read_text())
            other = read if isinstance(read, dict) else {}
        who = str(other.get("notebook") or "another kernel")
        since = ""
        with contextlib.suppress(KeyError, ValueError, TypeError):
            since = f" since {datetime.fromisoformat(other['since']):%H:%M}"
        return f"{who}{since}"
