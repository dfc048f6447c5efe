"""The kernel's one Spark session: begun early, waited for when it is needed, given back when it is not."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from hopslab.errors import HopslabError
from hopslab.lease import Lease
from hopslab.lease.keeping import Keeping
from hopslab.lease.processes import end_session
from hopslab.settings import Settings
from hopslab.spark.activity import Activity
from hopslab.spark.config import heap_mib, properties
from hopslab.spark.connection import connect, forget
from hopslab.spark.ending import End, minutes
from hopslab.spark.executors import Executors
from hopslab.spark.gateway import Gateway
from hopslab.spark.gpus import write_discovery
from hopslab.spark.holder import Holder, notebook_name
from hopslab.spark.home import make_home
from hopslab.spark.share import Share
from hopslab.spark.waiting import CANCELLED, NOT_FREE, Waiting

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOK = 0.5


def _warm(_numbers: Iterable[int]) -> None:
    """What an executor's first trial would wait for."""
    import hopslab.experiment.worker  # noqa: F401


class Lifecycle:
    """Starts, keeps and stops the session of a lease. Safe to call from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.state / "spark"
        self._holder = Holder(settings.state / "spark.lock")
        # Held to begin or to end, never while a start is waited for.
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._waiting: Waiting | None = None
        self._keeping: Keeping | None = None
        self._gateway: Gateway | None = None
        self._session: SparkSession | None = None
        self._error: HopslabError | None = None
        self._connected = False
        self._ended: str | None = None
        self.share: Share | None = None
        self._activity = Activity()
        self.step = ""
        self.begun = 0.0
        self.seconds: float | None = None

    def begin(self, *, needed: bool = False, elastic: bool = False) -> None:
        """Begin to start, unless it is started or starting. A fault is told by ``session``.

        Args:
            needed: Wait for the executors as long as it takes; else begin only if they are free.
            elastic: Begin with fewer than all; the others come later.
        """
        with self._lock:
            if self._is_starting() or self.ready is not None:
                return
            if self._session is not None:
                self._ended = self._ended or "its driver had ended"
            self._error = None
            self._session = None
            self.begun = time.monotonic()
            self._waiting = Waiting(needed, self._tell, elastic)
            self._thread = threading.Thread(
                target=self._start, args=[self._waiting], name="hopslab-spark", daemon=True
            )
            self._thread.start()

    def _is_starting(self) -> bool:
        return self._thread is not None and self._thread.is_alive() and self._session is None

    def _tell(self, step: str) -> None:
        self.step = step

    def _start(self, waiting: Waiting) -> None:
        failure: HopslabError | None = None
        try:
            self._launch(waiting)
        except HopslabError as error:
            failure = error
        except Exception as error:
            words = self._gateway.last_words() if self._gateway else ""
            detail = f"Spark did not start: {error}. {words}".strip()
            failure = HopslabError("spark.start", detail, retriable=True)
        if failure is not None:
            with self._lock:
                self._end()
            # Not to get what nobody waits for is no fault: it is tried again when it is needed.
            self._error = None if failure.code in (NOT_FREE, CANCELLED) else failure
            return
        session = self._session
        threading.Thread(target=self._tend, args=[session], name="hopslab-spark-use", daemon=True).start()
        with contextlib.suppress(Exception):  # only a warm-up
            self._warm_up()

    def _launch(self, waiting: Waiting) -> None:
        if self._settings.executors == 0:
            raise HopslabError(
                "spark.none",
                "This notebook server has no executors. "
                "Stop it on the hub and start it with at least one to use Spark.",
            )
        with self._lock:
            self._disconnect()
        held = self._hold(waiting)
        self.step = "starting the driver"
        home = make_home(self._folder, properties(self._settings, self._folder, held))
        if self._settings.gpus > 0:
            write_discovery(self._settings, self._folder)
        log = self._settings.state / "logs" / "spark-driver.log"
        self._gateway = Gateway(
            home, log, {"PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable)}
        )
        if self._keeping is not None:
            self._keeping.watch(self._gateway.process.pid)
        from pyspark import SparkContext

        # Whoever asks pyspark for a session meanwhile waits for this one and does not make another.
        with SparkContext._lock:
            port, secret = self._gateway.wait()
            self.step = f"starting {held} executor{'' if held == 1 else 's'}"
            self._connected = True
            session = connect(port, secret)
        # Without a platform nobody counts, and nobody asks for any back.
        self.share = None
        if self._keeping is not None and self._settings.api_socket is not None:
            given = self._settings
            cluster = Executors(session, self._gateway.process.pid, given.cores, heap_mib(given.memory), held)
            self.share = Share(cluster, self._keeping, given.executors)
        self._session = session
        self._activity.begin()
        self.seconds = time.monotonic() - self.begun

    def _hold(self, waiting: Waiting) -> int:
        """Get the right to the executors, and somebody who keeps it; a session begun anew has both still.

        Returns:
            How many are held.
        """
        waiting.lock(self._holder)
        if self._keeping is not None and self._keeping.lost is not None:
            self._keeping.end()
            self._keeping = None
        if self._keeping is not None:
            return max(1, self._keeping.granted)
        most = held = self._settings.executors
        lease = Lease.of(self._settings, notebook_name())
        if lease is not None:
            held = waiting.lease(lease)
        if self._holder.file is not None:
            self._keeping = Keeping(notebook_name(), self._holder.file, held, most)
        return held

    def _warm_up(self) -> None:
        if self._session is not None:
            slots = self._settings.slots
            self._session.sparkContext.parallelize(range(slots), slots).foreachPartition(_warm)

    def session(
        self,
        on_wait: Callable[[str, float], None] = lambda _step, _seconds: None,
        *,
        elastic: bool = False,
    ) -> SparkSession:
        """Wait for the session; ``on_wait`` is called meanwhile with the step and the seconds so far.

        One that is begun for who is ``elastic`` may have fewer executors at first. An interrupt gives up what is only
        waited for; what is being started goes on.

        Raises:
            HopslabError: ``spark.none``, ``spark.java`` or ``spark.start``, in words, or what the platform refuses.
        """
        self.begin(needed=True, elastic=elastic)
        try:
            while True:
                with self._lock:
                    session, error, thread = self._session, self._error, self._thread
                if session is not None:
                    return session
                if error is not None:
                    raise error
                if thread is None or not thread.is_alive():
                    self.begin(needed=True, elastic=elastic)
                else:
                    thread.join(0.1)
                    on_wait(self.step, time.monotonic() - self.begun)
        except KeyboardInterrupt:
            if self._waiting is not None:
                self._waiting.cancel()
            raise

    @property
    def ready(self) -> SparkSession | None:
        """The session, if it is there and neither its driver died nor somebody stopped it."""
        session, gateway = self._session, self._gateway
        if session is None or gateway is None or gateway.process.poll() is not None:
            return None
        try:
            context = session.sparkContext._jsc
            return None if context is None or context.sc().isStopped() else session
        except Exception:  # py4j's many ways to say that nobody is there
            return None

    def cell(self, runs: bool) -> None:
        """Say that a cell begins, or has ended. Spark is not taken away from one that has begun."""
        with self._lock:
            self._activity.cell(runs)

    def word(self) -> str | None:
        """Why the session had to be started again, once."""
        word, self._ended = self._ended, None
        return word

    def _tend(self, session: SparkSession) -> None:
        """End the session when it is of no use, or of more use to others."""
        while True:
            time.sleep(LOOK)
            self._adjust(session)
            why = self._why_end(session)
            with self._lock:
                if self._session is not session:
                    return
                if why is None or (why.spares_cells and self._activity.in_cell):
                    continue
                self._end(leave=why.leaves)
                self._ended = why.words
                return

    def _adjust(self, session: SparkSession) -> None:
        share = self.share
        if share is not None:
            with contextlib.suppress(
                Exception
            ):  # py4j's many; a driver that has ended has its executors with it
                share.tend(lambda: self._session is session)

    def _why_end(self, session: SparkSession) -> End | None:
        keeping = self._keeping
        lost = None if keeping is None else keeping.lost
        if lost is not None:
            return End(f"the platform has given the executors to somebody else ({lost})")
        if self._gateway is None or self._gateway.process.poll() is not None:
            return End("its driver had ended")
        if session.sparkContext._jsc is None:
            # pyspark still speaks to the driver then, in the cell that stops it.
            return End("it had been stopped", spares_cells=True)
        try:
            idle = self._activity.idle(session)
        except Exception:  # py4j's many; the next look sees that the driver has ended, if it has
            return None
        if idle > 0 and self._holder.is_wanted():
            return End("another notebook of yours had needed the executors", leaves=True, spares_cells=True)
        if idle >= self._settings.spark_idle:
            return End(f"nobody had used it for {minutes(self._settings.spark_idle)}", spares_cells=True)
        return None

    def stop(self) -> None:
        """Stop the session and let another kernel have the executors."""
        if self._waiting is not None:
            self._waiting.cancel()
        thread = self._thread
        if thread is not None:
            thread.join()
        with self._lock:
            self._end()

    def _end(self, *, leave: bool = False) -> None:
        self._disconnect()
        self._session = self.share = None
        if self._keeping is not None:
            if leave:
                self._keeping.leave()
            else:
                self._keeping.end()
            self._keeping = None
        self._holder.give_back()

    def _disconnect(self) -> None:
        if self._connected:
            forget()
            self._connected = False
        if self._gateway is not None:
            self._gateway.end()
            # Executors notice the end of their driver after a while, and until then hold memory.
            end_session(self._gateway.process.pid)
            self._gateway = None
