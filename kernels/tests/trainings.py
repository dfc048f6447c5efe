"""Functions for distributed training without any framework, and what every kind of worker has to do with them."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hopslab import experiment
from hopslab.experiment import DistributedResult
from hopslab.experiment.training.plan import TrainingPlan, check
from hopslab.experiment.training.training import Training
from hopslab.settings import Settings

# No conftest: workers import this file, and would wait for all that it imports.
LIMIT = 120.0


def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds; two minutes without it are a failure."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def trained(settings: Settings, fn: Any, **more: Any) -> DistributedResult:
    given: dict[str, Any] = {
        "workers": 2, "gpus": None, "framework": "python", "strategy": "all_reduce", "data": None, "name": "digits",
        "description": "", "metric": "accuracy", "direction": "maximize", "time": None,
    }  # fmt: skip
    return Training(check(TrainingPlan(fn=fn, **given | more), settings), settings).run()


class Ring:
    """All workers' numbers summed up, by way of rank 0, on the addresses that the worker is given."""

    def __init__(self, worker: experiment.Worker) -> None:
        host, port = worker.addresses[0].split(":")
        if worker.rank == 0:
            with socket.create_server((host, int(port))) as server:
                server.settimeout(LIMIT)
                self._lines = [server.accept()[0] for _ in range(worker.size - 1)]
        else:
            self._lines = [_connected(host, int(port))]
        self._leads = worker.rank == 0

    def sum(self, number: float) -> float:
        if self._leads:
            total = number + sum(self._received(line) for line in self._lines)
            for line in self._lines:
                line.sendall(struct.pack("d", total))
            return total
        self._lines[0].sendall(struct.pack("d", number))
        return self._received(self._lines[0])

    @staticmethod
    def _received(line: socket.socket) -> float:
        data = line.recv(8, socket.MSG_WAITALL)
        if len(data) < 8:
            raise ConnectionResetError("the other end has gone")
        return float(struct.unpack("d", data)[0])


def _connected(host: str, port: int) -> socket.socket:
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            return socket.create_connection((host, port), timeout=LIMIT)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def fitting(settings: Settings, **more: Any) -> DistributedResult:
    """The slope of a line, by gradients of all workers' rows: what one worker finds with all of them."""

    def train(worker: experiment.Worker) -> dict[str, float]:
        rows = worker.shard.to_pandas()
        ring, slope = Ring(worker), 0.0
        count = ring.sum(len(rows))
        for step in range(60):
            gradient = float(((slope * rows["x"] - rows["y"]) * rows["x"]).sum())
            slope -= 0.1 * ring.sum(gradient) / count
            worker.report(slope, step)
        (worker.logdir / "rows").write_text(str(len(rows)))
        return {"accuracy": slope, "rows": count}

    return trained(settings, train, **more)


def losing_a_worker(settings: Settings, folder: Path, victim: str) -> DistributedResult:
    """Rank 1's process, or its whole executor, is killed in the first attempt, after a checkpoint."""

    def train(worker: experiment.Worker) -> float:
        begin = worker.restore(default=0)
        ring = Ring(worker)
        for step in range(begin, 4):
            ring.sum(1.0)
            worker.checkpoint(step + 1)
            if step == 3:
                (worker.logdir / "model").write_text("trained")
                worker.checkpoint(worker.logdir / "model")
            if step == 1 and worker.attempt == 1 and worker.rank == 1:
                until(lambda: (folder / "kept").exists())
                if victim == "executor":
                    os.kill(executor_of(os.getppid()), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)
            if step == 1 and worker.rank == 0:
                (folder / "kept").touch()
        return float(begin)

    return trained(settings, train)


def executor_of(task: int) -> int:
    """The executor's JVM of a task's process: pyspark's daemon is between them."""
    return parent_of(parent_of(task))


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def check_losing_a_worker(result: DistributedResult) -> None:
    assert (result.state, result.reason, result.attempts) == ("complete", None, 2)
    assert result.value == 2.0  # where the first attempt's checkpoint was
    assert (result.folder / "trial-00000" / "checkpoint" / "model").read_text() == "trained"


def deaf(folder: Path) -> Callable[..., float]:
    """Never ends and hears no stop, as if it were inside a library."""

    def train(worker: experiment.Worker) -> float:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        (folder / f"pid-{worker.rank}").write_text(str(os.getpid()))
        while True:
            time.sleep(60)

    return train


def pids(folder: Path) -> list[int]:
    return [int(file.read_text() or 0) for file in folder.glob("pid-*")]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def check_ended(result: DistributedResult, folder: Path, reason: str) -> None:
    """Stopped, perhaps by force, and no worker of ``deaf`` is left."""
    assert result.state == "stopped"
    assert (result.reason or "").removesuffix(" (ended by force)") == reason
    until(lambda: all(gone(pid) for pid in pids(folder)))


def when_both_run(folder: Path, act: Callable[[], None]) -> None:
    """Do something, in a thread of its own, as soon as both workers of ``deaf`` are at work."""

    def wait() -> None:
        until(lambda: len([pid for pid in pids(folder) if pid]) == 2)
        act()

    threading.Thread(target=wait, daemon=True).start()
