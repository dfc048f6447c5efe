"""Getting hold of the executors: of this notebook server's other kernels first, then of the platform."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from hopslab.errors import HopslabError, UnreachableError
from hopslab.lease import HELD, Lease
from hopslab.spark.holder import Holder

LOOK = 0.1
ASK = 1.0
# A kernel that was killed has a keeper that still ends its executors.
EAGER_PATIENCE = 3.0

NOT_FREE = "spark.not-free"
CANCELLED = "spark.cancelled"


class Waiting:
    """One attempt, which can be cancelled from another thread.

    Args:
        needed: Whether to wait as long as it takes and to ask other kernels; else only what is free is taken.
        tell: Called with what is waited for, in words.
        elastic: Whether to begin with fewer than all.
    """

    def __init__(self, needed: bool, tell: Callable[[str], None], elastic: bool = False) -> None:
        self._needed = needed
        self._elastic = elastic
        self._tell = tell
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Wait no longer."""
        self._cancelled.set()

    def _pause(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise HopslabError(CANCELLED, "Nobody waits for the executors any more.", retriable=True)

    def lock(self, holder: Holder) -> None:
        """Take the lock on Spark from the other kernels.

        Raises:
            HopslabError: ``spark.not-free`` where it is not needed badly enough, ``spark.cancelled``.
        """
        if not self._needed:
            deadline = time.monotonic() + EAGER_PATIENCE
            while not holder.take():
                if time.monotonic() > deadline:
                    raise HopslabError(NOT_FREE, "Another kernel has the executors.", retriable=True)
                self._pause(LOOK)
            return
        with holder.wanted():
            while not holder.take():
                self._tell(f"waiting; the executors are with {holder.in_words()}")
                self._pause(LOOK)

    def lease(self, lease: Lease) -> int:
        """Wait until the platform has granted the executors; how many.

        Raises:
            HopslabError: ``spark.not-free``, ``spark.cancelled``, or what the platform refuses for good.
        """
        while True:
            try:
                stand = lease.ask(wait=self._needed, elastic=self._elastic)
                if stand.state == HELD:
                    return stand.executors
                place = "" if stand.position is None else f", number {stand.position} in the queue"
                self._tell(f"waiting for executors{place}. {stand.reason or ''}".strip())
            except UnreachableError:
                self._tell("waiting for the platform, which does not answer just now")
            except HopslabError as error:
                if error.code == "lease.over-quota" and not self._needed:
                    raise HopslabError(NOT_FREE, error.detail, retriable=True) from error
                if not error.retriable:
                    raise
                self._tell(error.detail)
            try:
                self._pause(ASK)
            except HopslabError:
                lease.give_back()
                raise
