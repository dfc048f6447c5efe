"""Whether anything uses the Spark session, as far as a kernel can know."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Activity:
    """Cells and Spark's jobs. A program that is no notebook is always at work: nothing tells when it pauses.

    Args:
        now: A clock that only goes forward, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._jobs = 0
        self._used = now()
        self.in_cell = True

    def cell(self, runs: bool) -> None:
        """Say that a cell has begun, or that it has ended."""
        self.in_cell = runs
        self._used = self._now()

    def begin(self) -> None:
        """A session is there from now on."""
        self._jobs = 0
        self._used = self._now()

    def idle(self, session: SparkSession) -> float:
        """Seconds since the session was last of use to anybody; 0 while it is."""
        if self._jobs_run(session) or self.in_cell:
            self._used = self._now()
            return 0.0
        return self._now() - self._used

    def _jobs_run(self, session: SparkSession) -> bool:
        context: Any = session.sparkContext
        # Short ones come and go between two looks, as a stream's do; the number of all so far tells.
        before, self._jobs = self._jobs, context._jsc.sc().dagScheduler().numTotalJobs()
        return self._jobs != before or bool(context.statusTracker().getActiveJobsIds())
