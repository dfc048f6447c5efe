"""GPUs among executors: what each worker claims, and what a trial sees; with a real Spark and pretended GPUs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import eventually, variables
from hopslab import spark
from hopslab.errors import HopslabError
from hopslab.settings import MIB, Settings, read_settings
from hopslab.spark.gpus import gpu_properties, write_discovery
from sweeps import swept
from trainings import trained

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PRETENDED = ("GPU-pretended-0", "GPU-pretended-1")


@pytest.fixture
def discover(settings: Settings, tmp_path: Path) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a worker that asks for its GPUs, two of four, and lives until its input is closed."""
    lease = replace(settings, gpus=2, gpu_ids=("GPU-a", "GPU-b", "GPU-c", "GPU-d"))
    write_discovery(lease, tmp_path)
    script = gpu_properties(2, 1, tmp_path)["spark.worker.resource.gpu.discoveryScript"]
    # The shell has to stay the script's parent.
    command = ["/bin/sh", "-c", f"{script}; read _"]
    return lambda: subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def claimed(worker: subprocess.Popen[bytes]) -> list[str]:
    assert worker.stdout is not None
    addresses: list[str] = json.loads(worker.stdout.readline())["addresses"]
    return addresses


def end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.communicate()


def test_no_two_workers_claim_the_same_gpu(discover: Callable[[], subprocess.Popen[bytes]]) -> None:
    workers = [discover() for _ in range(3)]
    got = [claimed(worker) for worker in workers]
    assert sorted(address for addresses in got for address in addresses) == [
        "GPU-a",
        "GPU-b",
        "GPU-c",
        "GPU-d",
    ]
    for worker in workers:
        end(worker)


def test_the_claims_of_a_dead_worker_are_free(discover: Callable[[], subprocess.Popen[bytes]]) -> None:
    first, second = discover(), discover()
    lost, kept = claimed(first), claimed(second)
    end(first)
    third = discover()
    assert claimed(third) == lost
    assert set(lost).isdisjoint(kept)
    end(second)
    end(third)


@pytest.mark.parametrize(
    ("each", "cores", "amount"), [(1, 1, "1"), (2, 1, "2"), (1, 4, "0.250000"), (4, 2, "2")]
)
def test_the_tasks_of_an_executor_share_its_gpus(each: int, cores: int, amount: str, tmp_path: Path) -> None:
    assert gpu_properties(each, cores, tmp_path)["spark.task.resource.gpu.amount"] == amount
    assert gpu_properties(0, cores, tmp_path) == {}


def test_the_ids_of_a_lease_are_read() -> None:
    assert read_settings({"HOPSLAB_GPU_IDS": "GPU-1,GPU-2"}).gpu_ids == ("GPU-1", "GPU-2")
    assert read_settings({"HOPSLAB_GPU_IDS": ""}).gpu_ids == ()


@pytest.fixture(scope="module")
def gpus() -> Iterator[Settings]:
    """Two executors with one pretended GPU each, in a session of its own."""
    spark.stop()
    before, spark._lifecycle = spark._lifecycle, None
    folder = Path(tempfile.mkdtemp(prefix="hk-"))
    given = Settings(None, None, None, 2, 1, 1024 * MIB, 1, folder, PRETENDED)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (variables(given) | {"CUDA_VISIBLE_DEVICES": ""}).items():
            patch.setenv(name, value)
        spark.begin()
        yield given
        spark.stop()
    spark._lifecycle = before
    shutil.rmtree(folder, ignore_errors=True)


def seen(settings: Settings, folder: Path, kill: bool = False) -> dict[str, set[str]]:
    """Which GPUs the trials of a sweep saw, by executor; where wanted, one executor is killed on the way."""

    def train(C: float, trial: Any) -> float:  # noqa: N803
        if kill and trial.number == 1 and trial.attempt == 1:
            # pyspark's daemon is our parent, the executor's JVM is its.
            stat = Path(f"/proc/{os.getppid()}/stat").read_text().rsplit(")", 1)[1].split()
            os.kill(int(stat[1]), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        (folder / str(trial.number)).write_text(os.environ["CUDA_VISIBLE_DEVICES"])
        # Until both executors have had a trial, so that neither takes them all.
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and len({mark.read_text() for mark in folder.iterdir()} - {""}) < 2:
            time.sleep(0.05)
        return C

    result = swept(settings, train, trials=6)
    assert result.state == "complete"
    assert [trial.state for trial in result.trials] == ["complete"] * 6
    found: dict[str, set[str]] = {}
    for trial in result.trials:
        found.setdefault(str(trial.executor), set()).add((folder / str(trial.number)).read_text())
    return found


def test_each_executor_has_a_gpu_of_its_own(gpus: Settings, scratch: Path) -> None:
    found = seen(gpus, scratch)
    assert sorted(found.values(), key=sorted) == [{PRETENDED[0]}, {PRETENDED[1]}]
    # The driver has none of them.
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""


def test_each_worker_of_a_training_sees_the_gpus_of_its_place(gpus: Settings, scratch: Path) -> None:
    def train(worker: Any) -> float:
        (scratch / str(worker.rank)).write_text(os.environ["CUDA_VISIBLE_DEVICES"])
        return 1.0

    assert trained(gpus, train).state == "complete"
    assert {mark.read_text() for mark in scratch.iterdir()} == set(PRETENDED)
    assert trained(gpus, train, gpus=0).state == "complete"
    assert {mark.read_text() for mark in scratch.iterdir()} == {""}
    with pytest.raises(HopslabError, match="gpus is 2, and there is 1 for each of 2 workers"):
        trained(gpus, train, gpus=2)


def test_an_executor_that_is_replaced_has_the_gpu_of_the_lost_one(gpus: Settings, scratch: Path) -> None:
    found = seen(gpus, scratch, kill=True)
    assert all(len(visible) == 1 for visible in found.values())
    assert set().union(*found.values()) == set(PRETENDED)
    # And both are at work at once when it is over.
    context = spark.session().sparkContext

    def own(_numbers: Any) -> list[str]:
        from pyspark import TaskContext

        time.sleep(0.5)
        task = TaskContext.get()
        assert task is not None
        return list(task.resources()["gpu"].addresses)

    def both() -> bool:
        return len(set(context.parallelize(range(2), 2).mapPartitions(own).collect())) == 2

    eventually(both)
