from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from conftest import eventually, variables
from hopslab import experiment, tensorboard
from hopslab.errors import HopslabError
from hopslab.experiment.checkpoints import Checkpoints
from hopslab.experiment.training.frameworks import Team
from hopslab.experiment.training.frameworks import variables as told
from hopslab.experiment.training.keeping import keep, of_attempt
from hopslab.experiment.training.messages import Done
from hopslab.experiment.training.team import Team as Workers
from hopslab.experiment.training.verdicts import LONGEST, SETTLE, Fault, judge
from hopslab.settings import Settings
from platform_double import Platform
from trainings import (
    Ring,
    check_ended,
    check_losing_a_worker,
    deaf,
    fitting,
    gone,
    losing_a_worker,
    pids,
    trained,
    when_both_run,
)

ROWS = 40


@pytest.fixture
def files(scratch: Path) -> str:
    for number in range(3):
        frame = pd.DataFrame({"x": [1.0, 2.0] * 10, "y": [3.0, 6.0] * 10})[: 20 - 5 * number]
        frame.to_csv(scratch / f"part-{number}.csv", index=False)
    return str(scratch / "part-*.csv")


def test_two_workers_find_what_one_finds_and_the_platform_sees_it(
    inside: Settings, platform: Platform, files: str
) -> None:
    alone, together = fitting(inside, workers=1, data=files), fitting(inside, data=files)
    assert together.value == pytest.approx(alone.value, rel=1e-9)
    assert together.value == pytest.approx(3.0, abs=1e-6)
    assert together.metrics["rows"] == alone.metrics["rows"] == 45
    assert together.executors == ("process 0", "process 1")
    trial = together.folder / "trial-00000"
    assert (trial / "rows").read_text() == "30"
    assert (trial / "worker-1" / "rows").read_text() == "15"
    assert platform.faults == []
    assert together.delivered
    seen = platform.experiments[str(together.id)]
    assert (seen["body"]["algorithm"], seen["body"]["planned"]) == ("distributed", 1)
    assert seen["trials"][0]["params"] == {"workers": 2, "framework": "python", "strategy": "all_reduce"}
    assert seen["trials"][0]["executor"] == "process 0, process 1"
    assert len(seen["curves"][0, 1]) == 60
    assert seen["ended"] == {"state": "complete"}
    assert not list((inside.state / "shards").glob("*"))


def test_the_worker_that_raised_is_named_and_not_the_one_that_lost_it(settings: Settings) -> None:
    def train(worker: experiment.Worker) -> float:
        ring = Ring(worker)
        if worker.rank == 1:
            raise ValueError("diverged")
        return ring.sum(1.0)

    result = trained(settings, train)
    assert (result.state, result.attempts) == ("failed", 1)
    assert result.reason == "worker 1 of 2 (process 1): ValueError: diverged"
    assert 'raise ValueError("diverged")' in (result.traceback or "")
    assert "calling.py" not in (result.traceback or "")


def test_a_killed_worker_ends_all_and_they_go_on_from_the_checkpoint(settings: Settings) -> None:
    check_losing_a_worker(losing_a_worker(settings, settings.scratch, "process"))


def test_a_worker_that_is_lost_again_and_again_fails_with_its_last_words(settings: Settings) -> None:
    def train(worker: experiment.Worker) -> float:
        ring = Ring(worker)
        if worker.rank == 1:
            print("no memory left")  # noqa: T201
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return ring.sum(1.0)

    result = trained(settings, train)
    assert (result.state, result.attempts) == ("failed", 2)
    assert "worker 1 of 2 (process 1) (its last words: no memory left) was lost" in (result.reason or "")


def test_a_stop_from_the_panel_ends_workers_that_hear_nothing(inside: Settings, platform: Platform) -> None:
    when_both_run(inside.scratch, lambda: setattr(platform, "answer_state", "stopping"))
    result = trained(inside, deaf(inside.scratch))
    check_ended(result, inside.scratch, "Stopped on request.")
    assert platform.only["trials"][0]["state"] == "stopped"


def test_another_training_begins_from_what_a_stopped_one_kept(
    environment: Settings, platform: Platform
) -> None:
    def train(worker: experiment.Worker) -> float:
        begun = float(worker.restore(default=0.0))
        worker.checkpoint(begun + 1)
        if begun == 0:
            return deaf(environment.scratch)(worker)
        return begun

    when_both_run(environment.scratch, lambda: setattr(platform, "answer_state", "stopping"))
    stopped = trained(environment, train)
    check_ended(stopped, environment.scratch, "Stopped on request.")
    with pytest.raises(HopslabError, match=f"begin_from='{stopped.id}'"):
        experiment.resume("digits", train)
    platform.answer_state = "running"
    result = trained(environment, train, begin_from=stopped.id)
    assert (result.state, result.value) == ("complete", 1.0)
    with pytest.raises(HopslabError, match="nothing is kept here of"):
        trained(environment, train, begin_from=result.id)
    with pytest.raises(HopslabError, match="give the id of a training"):
        trained(environment, train, begin_from="../elsewhere")


def test_an_interrupt_ends_all_workers(settings: Settings) -> None:
    when_both_run(settings.scratch, lambda: os.kill(os.getpid(), signal.SIGINT))
    result = trained(settings, deaf(settings.scratch))
    check_ended(result, settings.scratch, "Interrupted from the notebook.")


def test_the_workers_of_a_kernel_that_is_killed_end(settings: Settings) -> None:
    program = (
        "from pathlib import Path; from hopslab import experiment; from trainings import deaf;"
        f"experiment.distributed(deaf(Path({str(settings.scratch)!r})), workers=2, framework='python')"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, **variables(settings), "PYTHONPATH": paths}
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as kernel:
        eventually(lambda: len([pid for pid in pids(settings.scratch) if pid]) == 2)
        kernel.kill()
    eventually(lambda: all(gone(pid) for pid in pids(settings.scratch)))


def test_a_training_that_has_not_ended_in_its_time_has_failed(settings: Settings) -> None:
    result = trained(settings, deaf(settings.scratch), time=0.5)
    assert result.state == "failed"
    assert "The time of 0.5 s is spent, and the training had not ended." in (result.reason or "")


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "The function returned nothing"),
        ({"loss": 1.0}, "does not return the metric 'accuracy'; it returned: loss"),
        (float("nan"), "is nan"),
    ],
)
def test_what_rank_0_returns_has_to_be_the_metric(settings: Settings, returned: Any, reason: str) -> None:
    result = trained(settings, lambda: returned)
    assert result.state == "failed"
    assert reason in (result.reason or "")


def test_what_others_return_is_passed_over_and_an_exit_is_a_failure(settings: Settings) -> None:
    def train(worker: experiment.Worker) -> Any:
        tensorboard.logdir()
        return 0.5 if worker.is_chief else "whatever"

    assert trained(settings, train).value == 0.5
    result = trained(settings, lambda worker: sys.exit(3) if worker.rank else 1.0)
    assert result.reason == "worker 1 of 2 (process 1): SystemExit: 3"


def test_every_fault_is_told_before_anything_starts(
    environment: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HopslabError) as caught:
        experiment.distributed(
            lambda C: C,  # noqa: N803
            workers=5,
            gpus=1,
            framework="jax",  # type: ignore[arg-type]
            strategy="parameter_server",
            data=["/nowhere/*.csv"],
            name="",
            metric="",
            direction="up",  # type: ignore[arg-type]
            time=0,
        )
    assert caught.value.code == "experiment.invalid"
    words = str(caught.value)
    assert "needs C, which nobody gives" in words
    assert "workers is 5, and this notebook server has 2 cores: 2 at once." in words
    assert "gpus is 1, and there are none for each of 5 workers" in words
    assert "data: there is no file /nowhere/*.csv." in words
    assert len(caught.value.faults) == 10
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(HopslabError, match=r"PyTorch is not in this notebook's environment") as missing:
        experiment.distributed(lambda: 1.0, framework="torch")
    assert missing.value.code == "experiment.framework"
    with pytest.raises(HopslabError, match=r"Keras trains by fit on several workers with jax only"):
        experiment.distributed(lambda: 1.0, framework="keras")
    with pytest.raises(HopslabError, match=r"Horovod is in none of the platform's environments"):
        experiment.distributed(lambda: 1.0, framework="horovod")
    assert platform.experiments == {}


def test_fewer_files_than_workers_are_refused(settings: Settings, files: str) -> None:
    with pytest.raises(HopslabError, match="data has 3 files for 4 workers"):
        fitting(replace(settings, cores=4), workers=4, data=files)


def test_a_kept_checkpoint_goes_to_the_experiment_and_to_nowhere_else(scratch: Path) -> None:
    model, trial, elsewhere = scratch / "model", scratch / "one" / "trial-00000", scratch / "elsewhere"
    model.mkdir(), elsewhere.mkdir(), trial.mkdir(parents=True)
    (model / "weights").write_text("new")
    Checkpoints(of_attempt(scratch / "kept", 1)).save(model)
    (trial / "checkpoint").symlink_to(elsewhere)
    keep(scratch / "kept", trial)
    assert (trial / "checkpoint" / "model" / "weights").read_text() == "new"
    assert [file.name for file in trial.iterdir()] == ["checkpoint"]
    (scratch / "two").symlink_to(elsewhere)
    (scratch / "three").mkdir()
    (scratch / "three" / "trial-00000").symlink_to(elsewhere)
    for linked in ("two", "three"):
        with pytest.warns(UserWarning, match="could not be copied"):
            keep(scratch / "kept", scratch / linked / "trial-00000")
    assert list(elsewhere.iterdir()) == []


def test_who_does_not_know_the_secret_or_comes_twice_gets_nothing() -> None:
    team = Workers(1, lambda _value, _step: "go")
    try:
        with pytest.raises(Exception, match="digest"):
            Client(team.address, authkey=b"x" * 32)
        assert team.missing == 1
    finally:
        team.end(0)


def done(state: Any, at: float, by_peer: bool = False) -> Done:
    return Done(state, at, by_peer=by_peer)


def test_the_first_end_that_others_did_not_cause_is_what_happened() -> None:
    lost_line, diverged = done("failed", 10.0, by_peer=True), done("failed", 10.5)
    assert judge(2, {0: lost_line}, {}, 10.1, leader_only=False) is None
    assert judge(2, {0: lost_line, 1: diverged}, {}, 10.6, leader_only=False) == Fault(1, 10.5, diverged)
    assert judge(2, {0: lost_line}, {1: 10.2}, 10.3, leader_only=False) == Fault(1, 10.2, None)
    assert judge(3, {0: lost_line}, {}, 10.0 + SETTLE, leader_only=False) is None
    assert judge(3, {0: lost_line}, {}, 10.0 + LONGEST, leader_only=False) == Fault(0, 10.0, lost_line)
    assert judge(3, {0: diverged}, {}, 10.5 + SETTLE, leader_only=False) == Fault(0, 10.5, diverged)
    assert judge(2, {1: diverged}, {0: 11.0}, 11.0, leader_only=False) == Fault(1, 10.5, diverged)


def test_a_team_is_done_when_all_are_or_its_leader_where_the_others_serve() -> None:
    end = done("complete", 10.0)
    assert judge(2, {0: end}, {}, 99.0, leader_only=False) is None
    assert judge(2, {0: end, 1: end}, {}, 10.0, leader_only=False) == end
    assert judge(2, {0: end}, {}, 10.0, leader_only=True) == end


TEAM = Team(["127.0.0.1"] * 3, [[1, 11], [2, 12], [3, 13]])


def test_each_framework_is_told_its_place_as_its_own_launcher_tells_it() -> None:
    torch = told("torch", "all_reduce", TEAM, 2)
    assert (torch["MASTER_ADDR"], torch["MASTER_PORT"], torch["RANK"], torch["WORLD_SIZE"]) == (
        "127.0.0.1",
        "1",
        "2",
        "3",
    )
    assert torch["GLOO_SOCKET_IFNAME"] == "lo"
    assert "TF_CONFIG" not in torch
    assert json.loads(told("tensorflow", "all_reduce", TEAM, 1)["TF_CONFIG"]) == {
        "cluster": {"worker": ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"]},
        "task": {"type": "worker", "index": 1},
    }
    members = {"chief": ["127.0.0.1:1"], "ps": ["127.0.0.1:11"], "worker": ["127.0.0.1:2", "127.0.0.1:3"]}
    for rank, task in enumerate([("chief", 0), ("worker", 0), ("worker", 1)]):
        config = json.loads(told("keras", "parameter_server", TEAM, rank)["TF_CONFIG"])
        assert config == {"cluster": members, "task": {"type": task[0], "index": task[1]}}
    keras = told("keras", "all_reduce", TEAM, 2)
    assert keras["KERAS_BACKEND"] == "jax"
    for name in ("KERAS_DISTRIBUTION_JOB_ADDRESSES", "JAX_COORDINATOR_ADDRESS"):
        assert keras[name] == "127.0.0.1:11"
    assert (keras["KERAS_DISTRIBUTION_NUM_PROCESSES"], keras["KERAS_DISTRIBUTION_PROCESS_ID"]) == ("3", "2")
    assert "KERAS_BACKEND" not in told("keras", "parameter_server", TEAM, 0)
    assert "GLOO_SOCKET_IFNAME" not in told("torch", "all_reduce", Team(["10.0.0.1"], [[1, 2]]), 0)
