"""Workers as long-running tasks of the Spark session."""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hopslab.experiment.giving_back import Share
from hopslab.experiment.pools import Losses
from hopslab.experiment.worker import Address, work

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from hopslab import spark

_LABEL = "executor "


def executor_label() -> str:
    """What people know this executor by: its number in Spark, which is its working folder's name."""
    folder = Path.cwd()
    if folder.parent.name.startswith("app-"):
        return f"{_LABEL}{folder.name}"
    return f"{socket.gethostname()} {os.getppid()}"


def _task(address: Address, key: bytes, _numbers: Iterable[int]) -> None:
    from hopslab.spark.gpus import use_own

    use_own()
    work(address, key, executor_label())


class _Labelled:
    """A session's share by what people know executors by, as workers do."""

    def __init__(self, of: spark.Share) -> None:
        self.of = of
        self.most = of.most

    @property
    def count(self) -> int:
        return self.of.count

    @property
    def asked_back(self) -> tuple[int | None, str | None]:
        return self.of.asked_back

    def ids(self) -> list[str]:
        return [f"{_LABEL}{number}" for number in self.of.ids()]

    def give_back(self, ids: Sequence[str], *, again: bool) -> None:
        self.of.give_back([name.removeprefix(_LABEL) for name in ids], again=again)

    def want_all(self) -> None:
        self.of.want_all()


class SparkPool:
    """One task per worker; each holds its slot and pulls trials until the sweep ends.

    There may be fewer executors than tasks: those that find none wait in Spark, and begin where one comes.

    Args:
        session: Answers the Spark session, a new one where the last one's driver was lost.
        workers: How many trials at once.
        share: Answers that session's share of the executors; None where nobody counts.
    """

    def __init__(
        self,
        session: Callable[[], SparkSession],
        workers: int,
        share: Callable[[], spark.Share | None] = lambda: None,
    ) -> None:
        self._session = session
        self._share = share
        self._labelled: _Labelled | None = None
        self._context = session().sparkContext
        self._workers = workers
        self._losses = Losses(workers)
        self._group = f"hopslab-sweep-{uuid.uuid4()}"
        self._address: Address = ("", 0)
        self._key = b""
        self._error: BaseException | None = None

    def _job(self) -> None:
        try:
            self._context = self._session().sparkContext
            self._context.setJobGroup(self._group, "Hopslab sweep", interruptOnCancel=True)
            self._context.parallelize(range(self._workers), self._workers).foreachPartition(
                functools.partial(_task, self._address, self._key)
            )
        except Exception as error:  # py4j's many kinds; judged in tend()
            self._error = error
            self._on_collapse()

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._job, name="hopslab-sweep", daemon=True)
        self._thread.start()

    def start(self, address: Address, key: bytes, on_collapse: Callable[[], None]) -> None:
        """Start the tasks; they fall together where the driver dies or Spark gives their job up."""
        self._address, self._key, self._on_collapse = address, key, on_collapse
        self._begin()

    def tend(self, ended: int) -> str | None:
        """Start the tasks again where Spark gave them up after lost executors, or was lost itself."""
        if self._thread.is_alive() or self._error is None:
            return None
        if self._losses.hopeless(self._workers, ended):
            return f"Spark gave the workers up again and again: {str(self._error).strip().splitlines()[-1]}"
        self._error = None
        self._begin()
        return None

    def share(self) -> Share | None:
        """The executors, of which some may be asked back from the first time on that this is called."""
        share = self._share()
        if share is None:
            return None
        if self._labelled is None or self._labelled.of is not share:
            share.begin()
            self._labelled = _Labelled(share)
        return self._labelled if share.is_one_sweeps else None

    def end(self) -> None:
        """Wait a moment for the tasks, then cancel them."""
        try:
            self._thread.join(timeout=2)
            if self._thread.is_alive():
                with contextlib.suppress(Exception):  # where Spark is gone, so are they
                    self._context.cancelJobGroup(self._group)
                self._thread.join(timeout=10)
        finally:
            if self._labelled is not None:
                self._labelled.of.end()
                self._labelled = None
