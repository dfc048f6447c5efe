"""Who has the Spark session of this notebook server: one kernel, for as long as it lives."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError


class Holder:
    """A lock on the lease. The kernel that has it writes down what people know it by."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> None:
        """Take the lease.

        Raises:
            HopslabError: ``spark.held`` by another kernel; the words say which and what to do.
        """
        if self._file is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = _read(file)
            os.close(file)
            raise HopslabError("spark.held", _held(other), retriable=True) from None
        os.ftruncate(file, 0)
        me = {
            "notebook": os.environ.get("JPY_SESSION_NAME"),
            "since": datetime.now().astimezone().isoformat(),
        }
        os.pwrite(file, json.dumps(me).encode(), 0)
        self._file = file

    def give_back(self) -> None:
        """Let another kernel have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _read(file: int) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        read = json.loads(os.pread(file, 10_000, 0))
        if isinstance(read, dict):
            return read
    return {}


def _held(other: dict[str, Any]) -> str:
    who = f"the notebook {Path(str(other['notebook'])).name}" if other.get("notebook") else "another kernel"
    since = ""
    with contextlib.suppress(KeyError, ValueError, TypeError):
        since = f" since {datetime.fromisoformat(other['since']):%H:%M}"
    return (
        f"The executors of this notebook server are with {who}{since}. "
        "Shut that kernel down (Kernel > Shut Down Kernel there) and run this cell again to take them over."
    )
