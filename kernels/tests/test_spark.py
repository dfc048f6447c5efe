from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trainings
from conftest import eventually
from hops import devices as hops_devices
from hops import experiment as hops_experiment
from hopslab import spark
from hopslab.errors import HopslabError
from hopslab.experiment import readers
from hopslab.experiment.sweep import Progress
from hopslab.settings import MIB, Settings, read_settings
from hopslab.spark.config import LEAST_HEAP_MIB, heap_mib, properties
from hopslab.spark.holder import Holder
from hopslab.spark.lifecycle import Lifecycle
from maggy import Searchspace
from maggy import experiment as maggy_experiment
from maggy._reporter import Reporter
from maggy.config import HyperparameterOptConfig
from sweeps import (
    check_interrupted,
    check_losing_a_worker,
    check_sometimes_raising,
    interrupted,
    losing_a_worker,
    sometimes_raising,
    states,
    swept,
)

# pyspark and py4j leave sockets to the garbage collector and look for what newer Pythons have dropped.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_the_session_runs_on_executors_of_its_own(executors: Settings) -> None:
    session = spark.session()
    context = session.sparkContext
    assert context.master == f"local-cluster[2,1,{heap_mib(executors.memory)}]"
    parents = set(context.parallelize(range(8), 8).map(lambda _number: os.getppid()).collect())
    assert os.getpid() not in parents
    assert session.range(10).toPandas()["id"].sum() == 45
    assert spark.session() is session


def test_what_it_is_given_to_read_is_told(
    executors: Settings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.errors import AnalysisException
    from pyspark.sql import readwriter

    session = spark.session()
    told: list[object] = []
    reader = readwriter.DataFrameReader
    monkeypatch.setattr(reader, "_df", reader._df)  # put back at the end
    readers.wrap(readwriter, told.extend)
    for name in ("x y.csv", "z.csv"):
        (scratch / name).write_text("a\n1\n")
    assert session.read.csv(str(scratch / "*.csv"), header=True).count() == 2
    assert session.range(3).count() == 3
    with pytest.raises(AnalysisException, match="PATH_NOT_FOUND"):
        session.read.json(str(scratch / "missing"))
    assert sorted(map(str, told)) == [str(scratch / name) for name in ("x y.csv", "z.csv")]


def test_the_same_session_is_found_by_sparks_own_builder(executors: Settings) -> None:
    from pyspark.sql import SparkSession

    assert SparkSession.builder.getOrCreate() is spark.session()


def test_a_raising_trial_on_executors_is_recorded_and_the_sweep_goes_on(executors: Settings) -> None:
    result = sometimes_raising(executors)
    check_sometimes_raising(result)
    assert all(re.fullmatch(r"executor \d+", trial.executor or "") for trial in result.trials)


def test_a_trial_whose_executor_is_killed_runs_again(executors: Settings) -> None:
    result = losing_a_worker(executors, "executor")
    check_losing_a_worker(result)


def test_a_trial_whose_python_is_killed_runs_again(executors: Settings) -> None:
    check_losing_a_worker(losing_a_worker(executors, "process"))


def test_an_interrupt_stops_trials_on_executors(executors: Settings) -> None:
    check_interrupted(interrupted(executors))


def test_programs_for_hops_and_maggy_run_on_executors(executors: Settings) -> None:
    def train(x: int) -> float:
        print("x is", x)  # noqa: T201
        Path("own.txt").write_text("written where nobody else writes")
        return float(x * hops_devices.get_num_gpus() + x)

    folder, best, metrics = hops_experiment.grid_search(train, {"x": [1, 2, 3]}, direction="min")
    assert (best, metrics["metric"]) == ({"x": 1}, 1.0)
    assert Path(folder, "trial-00002", "output.log").read_text() == "x is 3\n"
    assert not Path("own.txt").exists()

    def tune(hparams: dict[str, int], reporter: Reporter) -> float:
        reporter.broadcast(hparams["x"])
        return float(hparams["x"])

    space = Searchspace(x=("DISCRETE", [1, 2, 3]))
    result = maggy_experiment.lagom(tune, HyperparameterOptConfig(3, "gridsearch", space, es_policy="none"))
    assert (result["best_val"], result["num_trials"]) == (3.0, 3)


def test_two_executors_train_together_on_a_dataframe(executors: Settings) -> None:
    frame = spark.session().createDataFrame([(float(x), 3.0 * x) for x in (1, 2)] * 20, ["x", "y"])
    result = trainings.fitting(executors, data=frame)
    assert result.state == "complete", (result.reason, result.traceback)
    assert result.value == pytest.approx(3.0, abs=1e-6)
    assert result.metrics["rows"] == 40
    assert len(set(result.executors)) == 2
    assert all(re.fullmatch(r"executor \d+", executor) for executor in result.executors)


def test_training_goes_on_from_its_checkpoint_where_an_executor_is_killed(
    executors: Settings, scratch: Path
) -> None:
    trainings.check_losing_a_worker(trainings.losing_a_worker(executors, scratch, "executor"))


def test_an_interrupt_ends_a_training_that_hears_nothing(executors: Settings, scratch: Path) -> None:
    trainings.when_both_run(scratch, lambda: os.kill(os.getpid(), signal.SIGINT))
    result = trainings.trained(executors, trainings.deaf(scratch))
    trainings.check_ended(result, scratch, "Interrupted from the notebook.")
    assert spark.session().range(3).count() == 3


def test_a_session_whose_driver_died_is_begun_again(executors: Settings) -> None:
    spark.session()
    gateway = spark._kernels()._gateway
    assert gateway is not None
    os.kill(gateway.process.pid, signal.SIGKILL)
    eventually(lambda: gateway.process.poll() is not None)
    assert spark.session().range(3).count() == 3


def test_a_sweep_goes_on_with_a_new_session_where_the_driver_died(executors: Settings) -> None:
    killed: list[int] = []

    def train(C: float) -> float:  # noqa: N803
        time.sleep(0.2)
        return C

    def kill_once(progress: Progress) -> None:
        gateway = spark._kernels()._gateway
        if progress.stand.ended >= 2 and not killed and gateway is not None:
            killed.append(gateway.process.pid)
            os.kill(gateway.process.pid, signal.SIGKILL)

    result = swept(executors, train, trials=12, parallel=2, on_progress=kill_once)
    assert killed
    assert result.state == "complete"
    assert states(result) == ["complete"] * 12


def test_a_session_that_somebody_stopped_is_begun_again(executors: Settings) -> None:
    spark.session().stop()
    assert spark.ready() is None
    assert spark.session().range(3).count() == 3


def test_without_executors_there_is_no_session(settings: Settings) -> None:
    with pytest.raises(HopslabError) as caught:
        Lifecycle(settings).session()
    assert caught.value.code == "spark.none"
    assert "start it with at least one" in caught.value.detail


def test_a_driver_that_does_not_start_says_its_last_words(
    executors: Settings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = scratch / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'no memory for a heap' >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(scratch))
    lifecycle = Lifecycle(Settings("p", "u", None, 1, 1, 1024 * MIB, 0, scratch))
    with pytest.raises(HopslabError, match="no memory for a heap") as caught:
        lifecycle.session()
    assert caught.value.code == "spark.start"
    assert Holder(scratch / "hopslab" / "spark.lock").take()


@given(st.integers(512 * MIB, 2**40))
def test_heap_python_and_overhead_fit_into_the_memory(memory: int) -> None:
    heap = heap_mib(memory)
    assert heap >= LEAST_HEAP_MIB
    assert heap + 128 <= memory // MIB


@given(st.integers(512 * MIB, 2**40))
def test_an_executor_has_the_direct_memory_that_it_insists_on(memory: int) -> None:
    settings = Settings(None, None, None, executors=1, cores=1, memory=memory, gpus=0, scratch=Path("/x"))
    fetched = properties(settings, Path("/x"))["spark.network.maxRemoteBlockSizeFetchToMem"]
    assert int(fetched.removesuffix("m")) < heap_mib(memory)


def test_a_task_gets_one_thread_of_each_library(settings: Settings) -> None:
    assert properties(settings, Path("/x"))["spark.executorEnv.OMP_NUM_THREADS"] == "1"


def test_settings_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(HopslabError, match="HOPSLAB_EXECUTORS is '-1'"):
        read_settings({"HOPSLAB_EXECUTORS": "-1"})


def test_a_session_shows_nothing_and_starts_nothing_when_looked_at(settings: Settings) -> None:
    lazy = spark.LazySession()
    assert "starts by itself" in repr(lazy)
    assert not hasattr(lazy, "_repr_html_")
    assert "sql" in dir(lazy)
