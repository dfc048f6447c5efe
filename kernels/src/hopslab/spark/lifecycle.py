"""The kernel's one Spark session: begun early, waited for when it is needed, begun again when it was lost."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from hopslab.errors import HopslabError
from hopslab.settings import Settings
from hopslab.spark.config import properties
from hopslab.spark.gateway import Gateway
from hopslab.spark.gpus import write_discovery
from hopslab.spark.holder import Holder
from hopslab.spark.home import make_home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def _warm(_numbers: Iterable[int]) -> None:
    """What an executor's first trial would wait for."""
    import hopslab.experiment.worker  # noqa: F401


def _connect(port: int, secret: str) -> SparkSession:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.update(PYSPARK_GATEWAY_PORT=str(port), PYSPARK_GATEWAY_SECRET=secret)
    try:
        session: SparkSession = SparkSession.builder.getOrCreate()
    finally:
        del os.environ["PYSPARK_GATEWAY_PORT"], os.environ["PYSPARK_GATEWAY_SECRET"]
    return session


def _forget() -> None:
    """Make pyspark forget a JVM that has gone."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    with contextlib.suppress(Exception):  # it speaks to a JVM that may be dead
        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()
    with contextlib.suppress(Exception):
        if SparkContext._gateway is not None:
            SparkContext._gateway.shutdown()
    SparkContext._active_spark_context = None
    SparkContext._gateway = SparkContext._jvm = None
    SparkSession._instantiatedSession = None


class Lifecycle:
    """Starts, keeps and stops the session of a lease. Safe to call from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.state / "spark"
        self._holder = Holder(settings.state / "spark.lock")
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._gateway: Gateway | None = None
        self._session: SparkSession | None = None
        self._error: HopslabError | None = None
        self._connected = False
        self.step = ""
        self.begun = 0.0
        self.seconds: float | None = None

    def begin(self) -> None:
        """Begin to start, unless it is started or starting. A fault is told by ``session``."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive() and self._session is None:
                return
            if self.ready is not None:
                return
            self._error = None
            self._session = None
            self.begun = time.monotonic()
            self._thread = threading.Thread(target=self._start, name="hopslab-spark", daemon=True)
            self._thread.start()

    def _start(self) -> None:
        failure: HopslabError | None = None
        try:
            self._launch()
        except HopslabError as error:
            failure = error
        except Exception as error:
            words = self._gateway.last_words() if self._gateway else ""
            detail = f"Spark did not start: {error}. {words}".strip()
            failure = HopslabError("spark.start", detail, retriable=True)
        if failure is not None:
            self._end()
            self._error = failure
            return
        with contextlib.suppress(Exception):  # only a warm-up
            self._warm_up()

    def _launch(self) -> None:
        if self._settings.executors == 0:
            raise HopslabError(
                "spark.none",
                "This notebook server has no executors. "
                "Stop it on the hub and start it with at least one to use Spark.",
            )
        self._holder.take()
        self._disconnect()
        self.step = "starting the driver"
        home = make_home(self._folder, properties(self._settings, self._folder))
        if self._settings.gpus > 0:
            write_discovery(self._settings, self._folder)
        log = self._settings.state / "logs" / "spark-driver.log"
        self._gateway = Gateway(
            home, log, {"PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable)}
        )
        from pyspark import SparkContext

        # Whoever asks pyspark for a session meanwhile waits for this one and does not make another.
        with SparkContext._lock:
            port, secret = self._gateway.wait()
            self.step = f"starting {self._settings.executors} executors"
            self._connected = True
            self._session = _connect(port, secret)
        self.seconds = time.monotonic() - self.begun

    def _warm_up(self) -> None:
        if self._session is not None:
            slots = self._settings.slots
            self._session.sparkContext.parallelize(range(slots), slots).foreachPartition(_warm)

    def session(self, on_wait: Callable[[str, float], None] = lambda _step, _seconds: None) -> SparkSession:
        """Wait for the session; ``on_wait`` is called meanwhile with the step and the seconds so far.

        Raises:
            HopslabError: ``spark.none``, ``spark.held``, ``spark.java`` or ``spark.start``, in words.
        """
        self.begin()
        while True:
            with self._lock:
                session, error, thread = self._session, self._error, self._thread
            if session is not None:
                return session
            if error is not None:
                raise error
            if thread is not None:
                thread.join(0.1)
                on_wait(self.step, time.monotonic() - self.begun)

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

    def stop(self) -> None:
        """Stop the session and let another kernel have the executors."""
        thread = self._thread
        if thread is not None:
            thread.join()
        self._end()

    def _end(self) -> None:
        self._disconnect()
        self._session = None
        self._holder.give_back()

    def _disconnect(self) -> None:
        if self._connected:
            _forget()
            self._connected = False
        if self._gateway is not None:
            self._gateway.end()
            self._gateway = None
