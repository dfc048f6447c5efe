"""A real Spark that has fewer and more executors while sweeps run on it, as a platform of ours says."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import eventually, variables
from hopslab import spark
from hopslab.experiment import giving_back
from hopslab.experiment.sweep import Progress
from hopslab.settings import MIB, Settings
from hopslab.spark.executors import executor_processes
from hopslab.spark.lifecycle import Lifecycle
from platform_double import Platform
from sweeps import states, swept

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Watched(Platform):
    """Counts the executors that live whenever it is told how many are wanted."""

    kernel: Lifecycle

    def alive(self) -> int:
        gateway = self.kernel._gateway
        return 0 if gateway is None else len(executor_processes(gateway.process.pid))

    def compute(self, method: str, body: Any) -> tuple[int, dict[str, Any] | None]:
        wanted = self.most if body is None else body.get("executors", self.most)
        if self.alive() > min(self.held, wanted):
            self.faults.append(f"{self.alive()} executors live where {wanted} of {self.held} are wanted")
        return super().compute(method, body)


@pytest.fixture
def platform(scratch: Path) -> Iterator[Watched]:
    double = Watched(scratch / "api.sock")
    double.most = 2
    double.open()
    yield double
    double.close()


@pytest.fixture
def server(inside: Settings, platform: Watched, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A notebook server with two executors, and a kernel of it."""
    given = dataclasses.replace(inside, executors=2, cores=1, memory=1024 * MIB)
    for name, value in variables(given).items():
        monkeypatch.setenv(name, value)
    platform.kernel = Lifecycle(given)
    monkeypatch.setattr(spark, "_lifecycle", platform.kernel)
    yield given
    platform.kernel.stop()


def _shrinks_and_grows(server: Settings, platform: Watched, scratch: Path) -> None:
    gate = scratch / "gate"
    seen: list[str] = []

    def train(C: float, trial: Any) -> float:  # noqa: N803
        step = trial.restore(default=0)
        if trial.attempt > 1:
            (scratch / f"moved-{trial.number}-{step}").touch()
        while not gate.exists():
            step += 1
            time.sleep(0.1)
            trial.checkpoint(step)
        return C

    def attend(progress: Progress) -> None:
        running = progress.stand.counts.get("running", 0)
        if not seen and running == 1 and platform.held == 1:
            seen.append(progress.share)
            platform.there = 2
        elif len(seen) == 1 and running == 2:
            seen.append(progress.share)
            platform.there = 1
        elif len(seen) == 2 and (1, 1) in platform.told:
            seen.append(progress.share)
            platform.there = 2
        elif len(seen) == 3 and running == 2:
            gate.touch()

    result = swept(server, train, trials=4, on_progress=attend)
    assert result.state == "complete", (result.reason, result.trials)
    assert seen == [
        "1 of 2 executors: 1 more as soon as they are free",
        "",
        "1 of 2 executors: 1 given to others who wait",
    ]
    assert states(result) == ["complete"] * 4
    (moved,) = [trial for trial in result.trials if trial.attempt > 1]
    assert moved.attempt == 2
    (mark,) = scratch.glob("moved-*")
    number, step = mark.name.split("-")[1:]
    assert int(number) == moved.number
    assert int(step) > 0


def _gives_its_tail_back(server: Settings, platform: Watched) -> None:
    """The second trial goes on until the executor of the first is given back."""
    marks = server.scratch / "given"

    def train(C: float, trial: Any) -> float:  # noqa: N803
        while trial.number == 1 and not marks.exists():
            time.sleep(0.1)
        return C

    def attend(_progress: Progress) -> None:
        if (1, 1) in platform.told:
            marks.touch()

    platform.told.clear()
    result = swept(server, train, trials=2, on_progress=attend)
    assert [(trial.state, trial.attempt) for trial in result.trials] == [("complete", 1)] * 2


def _replaces_what_is_killed(platform: Watched) -> None:
    gateway = platform.kernel._gateway
    assert gateway is not None
    before = executor_processes(gateway.process.pid)
    victim = min(before, key=int)
    os.kill(min(before[victim]), signal.SIGKILL)
    eventually(lambda: len(executor_processes(gateway.process.pid).keys() - {victim}) == 2)


def test_a_sweep_begins_with_one_executor_gives_some_back_and_grows_again(
    server: Settings, platform: Watched, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.there = 1
    _shrinks_and_grows(server, platform, scratch)
    eventually(lambda: platform.held == 2 and platform.alive() == 2)
    monkeypatch.setattr(giving_back, "TAIL", 0.5)
    _gives_its_tail_back(server, platform)
    eventually(lambda: platform.held == 2 and platform.alive() == 2)
    _replaces_what_is_killed(platform)
    spark.stop()
    assert platform.holder is None
    assert platform.faults == []
