"""How much of what is carried is done."""

from __future__ import annotations

import threading
import time

from hopslab.dataset.model import Progress

_EVERY = 0.2


class Meter:
    """Counts bytes, from several threads, and tells who wants to know.

    Args:
        total: All bytes there are; may become known later.
        tell: Who wants to know.
    """

    def __init__(self, total: int, tell: Progress | None) -> None:
        self.total = total
        self._done = 0
        self._tell = tell
        self._lock = threading.Lock()
        self._next = 0.0

    def moved(self, amount: int) -> None:
        """So many bytes more are done; less than none where some have to go again."""
        with self._lock:
            self._done += amount
            if self._tell is None or time.monotonic() < self._next:
                return
            self._next = time.monotonic() + _EVERY
            self._tell(self._done, self.total)

    def ended(self) -> None:
        """All is done."""
        if self._tell is not None:
            self._tell(self._done, self.total)
