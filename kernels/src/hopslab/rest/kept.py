"""Connections that are kept for the next request."""

from __future__ import annotations

import http.client
import os
import select
import threading
import time

_MOST = 8
# Somewhat less than what servers keep idle ones for.
_SECONDS = 3.0


def _is_quiet(connection: http.client.HTTPConnection) -> bool:
    """Whether the other side has said nothing, its going away included."""
    try:
        return not select.select([connection.sock], [], [], 0)[0]
    except (OSError, ValueError):
        return False


class Kept:
    """A few idle connections of this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []

    def take(self) -> http.client.HTTPConnection | None:
        """One that seems to be good, or None."""
        while True:
            with self._lock:
                if self._pid != os.getpid():
                    # Those are the parent's, who goes on using them.
                    self._pid, self._idle = os.getpid(), []
                if not self._idle:
                    return None
                since, connection = self._idle.pop()
            if time.monotonic() - since < _SECONDS and _is_quiet(connection):
                return connection
            connection.close()

    def keep(self, connection: http.client.HTTPConnection) -> None:
        """Keep one whose last answer was read to its end."""
        with self._lock:
            if len(self._idle) < _MOST:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def close(self) -> None:
        """Close all that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    __del__ = close
