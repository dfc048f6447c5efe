"""Asking again, for some time and ever more slowly."""

from __future__ import annotations

import random
import time

from hopslab.errors import HopslabError

_FIRST = 0.2
_LONGEST = 5.0


class Patience:
    """How long one goes on without any progress.

    Args:
        seconds: From the first failure, or the last progress, on.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._pause = _FIRST

    def progressed(self) -> None:
        """It is worth going on."""
        self._until = None
        self._pause = _FIRST

    def wait_after(self, error: HopslabError) -> None:
        """Wait a moment; raises the error where it is no use any more."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._seconds
        # Not all who were cut off come back at the same moment.
        pause = self._pause * random.uniform(0.5, 1.0)
        if not error.retriable or now + pause > self._until:
            raise error
        time.sleep(pause)
        self._pause = min(2 * self._pause, _LONGEST)
