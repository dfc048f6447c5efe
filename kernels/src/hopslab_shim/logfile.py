"""A log that never grows beyond its limit: when it is full, the older half goes."""

from __future__ import annotations

import os


class BoundedLog:
    """Appends to one open file; keeps its descriptor, so that it works after privileges are dropped."""

    def __init__(self, path: str, limit: int) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._fd = os.open(path, flags, 0o640)
        self._limit = limit
        self._size = self._began = os.lseek(self._fd, 0, os.SEEK_END)

    def append(self, data: bytes) -> None:
        """Write data at the end; a full disk loses the log, not the sandbox."""
        data = data[-self._limit // 2 :]
        try:
            if self._size + len(data) > self._limit:
                self._halve()
            self._size += os.pwrite(self._fd, data, self._size)
        except OSError:
            return

    def _halve(self) -> None:
        kept = os.pread(self._fd, self._limit // 2, max(0, self._size - self._limit // 2))
        kept = kept[kept.find(b"\n") + 1 :]
        os.ftruncate(self._fd, 0)
        self._size = os.pwrite(self._fd, kept, 0)
        self._began = 0

    def last_line(self) -> str:
        """What was written last in this run, for a reason in words; empty where nothing was."""
        size = min(1000, self._size - self._began)
        lines = os.pread(self._fd, size, self._size - size).decode("utf-8", "replace").strip().split("\n")
        return lines[-1]
