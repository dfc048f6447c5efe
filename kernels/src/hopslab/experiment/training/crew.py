"""Where the workers of an attempt run: in one barrier stage of the Spark session, or beside the kernel."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hopslab.experiment.checkpoints import forget_old
from hopslab.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LAST_WORDS = 2000
_PROGRAM = ("-P", "-m", "hopslab.experiment.training.process")


@dataclass(frozen=True)
class Orders:
    """What whoever starts a worker has to know; ``gpus`` is how many of its place's a worker sees."""

    address: tuple[str, int]
    key: bytes
    python: str
    logs: str
    gpus: int


def log_of(logs: str | Path, rank: int) -> Path:
    """Where a worker's output goes."""
    return Path(logs, f"worker-{rank}.log")


def last_words(logs: Path, rank: int) -> str:
    """The end of a worker's output."""
    with contextlib.suppress(OSError):
        return log_of(logs, rank).read_bytes()[-LAST_WORDS:].decode("utf-8", "replace").strip()
    return ""


def spawn(orders: Orders, rank: int, executor: str, devices: Iterable[str]) -> subprocess.Popen[bytes]:
    """Start a worker that ends with this process. The key goes through a pipe: arguments can be seen by others."""
    with log_of(orders.logs, rank).open("ab") as log:
        process = subprocess.Popen(
            [orders.python, *_PROGRAM],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": ",".join(devices)},
        )
    told: dict[str, Any] = {
        "address": orders.address,
        "key": orders.key.hex(),
        "rank": rank,
        "executor": executor,
        "parent": os.getpid(),
    }
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(told).encode())
            process.stdin.close()
    return process


class Crew(Protocol):
    """The workers of one attempt. Called by one thread."""

    def start(self, orders: Orders) -> None:
        """Begin to start the workers; they come by themselves."""

    def fault(self) -> str | None:
        """Why those that have not come will not come any more, or None."""

    def end(self) -> None:
        """End every worker, by force where one has not ended."""


class LocalCrew:
    """Processes beside the kernel, for a notebook server without executors."""

    def __init__(self, workers: int, gpu_ids: tuple[str, ...]) -> None:
        self._workers = workers
        self._gpu_ids = gpu_ids
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, orders: Orders) -> None:
        """Start the processes."""
        self._logs = Path(orders.logs)
        for rank in range(self._workers):
            devices = self._gpu_ids[rank * orders.gpus : (rank + 1) * orders.gpus]
            self._processes.append(spawn(orders, rank, f"process {rank}", devices))

    def fault(self) -> str | None:
        """A process that has died."""
        for rank, process in enumerate(self._processes):
            if process.poll() not in (None, 0):
                return f"worker {rank} did not start. {last_words(self._logs, rank)}".strip()
        return None

    def end(self) -> None:
        """End the processes."""
        for process in self._processes:
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()


def _task(orders: Orders, ranks: Iterator[int]) -> Iterator[int]:
    from pyspark import BarrierTaskContext

    from hopslab.experiment.spark_pool import executor_label

    resources = BarrierTaskContext.get().resources()
    gpus = resources["gpu"].addresses if "gpu" in resources else []
    for rank in ranks:
        process = spawn(orders, rank, executor_label(), gpus[: orders.gpus])
        try:
            process.wait()
        finally:
            process.kill()
        yield rank


class SparkCrew:
    """One task per worker, all of one barrier stage: they begin together or not at all.

    Args:
        session: Answers the Spark session, a new one where the last one's driver was lost.
        workers: How many.
    """

    def __init__(self, session: Callable[[], SparkSession], workers: int) -> None:
        self._session = session
        self._workers = workers
        self._group = f"hopslab-training-{uuid.uuid4()}"
        self._error: BaseException | None = None

    def start(self, orders: Orders) -> None:
        """Submit the stage; it waits for as many free cores."""
        self._orders = orders
        self._context = self._session().sparkContext
        self._thread = threading.Thread(target=self._job, name="hopslab-training", daemon=True)
        self._thread.start()

    def _job(self) -> None:
        try:
            self._context.setJobGroup(self._group, "Hopslab training", interruptOnCancel=True)
            ranks = self._context.parallelize(range(self._workers), self._workers)
            ranks.barrier().mapPartitions(functools.partial(_task, self._orders)).collect()
        except Exception as error:  # py4j's many kinds
            self._error = error

    def fault(self) -> str | None:
        """Why Spark gave the stage up, or that it was lost itself."""
        if self._thread.is_alive():
            return None
        if self._error is None:
            return "the workers ended before all of them had come"
        return f"Spark gave the workers up: {str(self._error).strip().splitlines()[-1]}"

    def end(self) -> None:
        """Wait a moment for the tasks, then cancel them; Spark ends their processes."""
        self._thread.join(timeout=2)
        if self._thread.is_alive():
            with contextlib.suppress(Exception):  # where Spark is gone, so are they
                self._context.cancelJobGroup(self._group)
            self._thread.join(timeout=10)


def ready(settings: Settings, workers: int) -> None:
    """Wait for as many executors as the workers need, where there are any.

    Raises:
        HopslabError: there is no Spark session to be had.
    """
    if settings.executors:
        from hopslab import spark

        spark.session()
        # All of them begin together or not at all, each on an executor of its own where there are so many.
        spark.enough(workers)


def make_crew(settings: Settings, workers: int) -> Crew:
    """Executors of the Spark session where the lease has any, else processes beside the kernel."""
    if settings.executors == 0:
        return LocalCrew(workers, settings.gpu_ids)
    from hopslab.spark import session

    return SparkCrew(session, workers)


def make_orders(settings: Settings, address: tuple[str, int], key: bytes, gpus: int) -> Orders:
    """The orders for workers that run in this kernel's environment; their output goes to a folder of its own."""
    every = settings.state / "logs" / "training"
    forget_old(every)
    logs = every / str(uuid.uuid4())
    logs.mkdir(parents=True)
    return Orders(address, key, sys.executable, str(logs), gpus)
