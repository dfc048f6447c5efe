from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import eventually, variables
from hopslab import experiment
from hopslab.errors import HopslabError
from hopslab.experiment import loguniform, uniform, used
from hopslab.experiment.budget import Budget, Used, budget_of
from hopslab.experiment.points import point_faults, space_of
from hopslab.experiment.records import TrialRecord
from hopslab.experiment.space import Space, choice, qloguniform, quniform, randint, to_contract
from hopslab.experiment.used import seconds_running
from hopslab.rest import connect
from hopslab.settings import Settings
from platform_double import Platform
from sweeps import states, swept

SPACE = {"C": uniform(0, 1)}


def train(C: float) -> float:  # noqa: N803
    return C


def begun(trials: int = 6, **more: Any) -> experiment.Result:
    given = {"metric": "accuracy", "parallel": 2, "algorithm": "random", "seed": 1, "name": "digits", **more}
    return experiment.run(train, SPACE, trials=trials, **given)


def test_a_search_that_has_finished_is_given_more_trials_and_points(
    environment: Settings, platform: Platform
) -> None:
    first = begun(3)
    again = experiment.resume(str(first.id), train)
    more = experiment.resume("digits", train, trials=5)
    picked = experiment.resume(str(first.id), train, enqueue=[{"C": 0.25}])
    for result, count in (again, 3), (more, 5), (picked, 6):
        assert result.id == first.id
        assert states(result) == ["complete"] * count
        assert [trial.value for trial in result.trials[:3]] == [trial.value for trial in first.trials]
    assert picked.trials[5].params == {"C": 0.25}
    assert platform.only["trials"][5]["value"] == 0.25
    assert set(platform.only["trials"]) == set(range(6))
    assert platform.only["ended"] == {"state": "complete"}
    assert platform.only["epoch"] == 4
    assert platform.only["body"]["planned"] == 6
    assert platform.faults == []


def test_trials_that_were_stopped_run_again_as_their_next_attempt(
    environment: Settings, platform: Platform
) -> None:
    marker = environment.scratch / "go"

    def waits(C: float, trial: Any) -> float:  # noqa: N803
        trial.report(C)
        while trial.number > 1 and not marker.exists():
            time.sleep(0.01)
        return C

    def interrupt(progress: experiment.Progress) -> None:
        counts = progress.stand.counts
        if progress.stand.stopping is None and counts.get("complete") == 2 and counts.get("running") == 2:
            os.kill(os.getpid(), signal.SIGINT)

    first = experiment.run(
        waits,
        SPACE,
        trials=6,
        metric="accuracy",
        algorithm="random",
        name="waits",
        on_progress=interrupt,
    )
    assert states(first) == ["complete", "complete", "stopped", "stopped"]
    marker.touch()
    result = experiment.resume("waits", waits)
    assert states(result) == ["complete"] * 6
    assert [trial.attempt for trial in result.trials] == [1, 1, 2, 2, 1, 1]
    assert [trial.params for trial in result.trials[:4]] == [trial.params for trial in first.trials]
    assert {t["state"] for t in platform.only["trials"].values()} == {"complete"}
    assert platform.only["curves"][2, 2] == {0: result.trials[2].value}


def test_a_budget_goes_on_from_what_was_used(environment: Settings, platform: Platform) -> None:
    def slow(C: float) -> float:  # noqa: N803
        time.sleep(0.3)
        return C

    first = experiment.run(
        slow, SPACE, metric="accuracy", algorithm="random", name="timed", parallel=2, time=1.5
    )
    assert (first.reason or "").startswith("The time of 1.5 s is spent")
    assert platform.only["body"]["time"] == 1.5
    # As though its trials had run for so long.
    ran = 1.49
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(used, "seconds_running", lambda _trials, _until: ran)
        with pytest.raises(HopslabError) as caught:
            experiment.resume("timed", slow)
        assert caught.value.code == "experiment.spent"
        assert "The 1.5 s that timed was begun with are spent" in str(caught.value)
        assert "experiment.resume('timed', slow, time='30m')" in str(caught.value)
        assert platform.only["epoch"] == 1
        platform.only["body"]["time"], ran = 1000.0, 995.0
        with pytest.raises(HopslabError, match="have run for 995 s"):
            experiment.resume("timed", slow)
        patch.setattr(used, "LITTLE", 0.1)
        ran = 999.0
        again = experiment.resume("timed", slow)
    assert (again.reason or "").startswith("The time of 1000 s is spent")
    more = experiment.resume("timed", slow, time=0.5)
    assert (more.reason or "").startswith("The time of 0.5 s is spent")
    assert platform.faults == []


def test_time_is_used_while_any_trial_runs() -> None:
    def at(second: int) -> datetime:
        return datetime(2026, 11, 22, 10, 0, second, tzinfo=UTC)

    def ran(start: int | None, end: int | None) -> TrialRecord:
        began, ended = (None if one is None else at(one) for one in (start, end))
        return TrialRecord(0, "complete", {}, started_at=began, ended_at=ended)

    trials = [ran(20, 30), ran(0, 4), ran(2, 6), ran(3, 5), ran(6, 7), ran(29, None), ran(None, None)]
    assert seconds_running(trials, at(35)) == 7 + 15
    assert seconds_running([], at(35)) == 0


def test_gpu_hours_are_used_by_the_gpus_that_were_held(environment: Settings, platform: Platform) -> None:
    begun(2)
    platform.only["made of"]["resources"] |= {"executors": 2, "gpus": 4}
    shown = next(iter(platform.experiments))
    found = {"id": shown, "name": "digits"}
    ran = used.used_by(connect(environment) or pytest.fail(), found, environment)
    assert ran.gpu_seconds == pytest.approx(8 * ran.seconds)
    two = dataclasses.replace(environment, gpus=1, executors=2)
    assert budget_of(None, 1.0, two, Used(gpu_seconds=1800)) == Budget(900, "The 1 GPU-hours are spent")
    with pytest.raises(HopslabError, match=r"3600 GPU-seconds that digits .* gpu_hours=0.5"):
        used.refuse_spent("digits", "train", Used(gpu_seconds=3599), None, 1.0)


DRIVER = """
import time
from hopslab import experiment
from hopslab.experiment import uniform
def train(C, trial):
    trial.report(C, 0)
    while trial.number >= 3:
        time.sleep(0.01)
    return C
experiment.run(train, {"C": uniform(0, 1)}, trials=8, metric="accuracy", algorithm="random", name="killed")
"""


@pytest.mark.parametrize("away", [False, True])
def test_a_killed_kernels_experiment_goes_on_in_another(
    environment: Settings, platform: Platform, away: bool
) -> None:
    kernel = subprocess.Popen([sys.executable, "-c", DRIVER], env={**os.environ, **variables(environment)})

    def has_spooled() -> bool:
        return any(
            text.count('"state": "complete"') == 3 for text in map(Path.read_text, spools(environment))
        )

    try:
        if away:
            eventually(lambda: bool(platform.experiments))
            platform.close()
        eventually(has_spooled)
    finally:
        kernel.kill()
        kernel.wait()
    platform.open()
    result = experiment.resume("killed", train)
    assert states(result) == ["complete"] * 8
    assert [trial.attempt for trial in result.trials[:3]] == [1, 1, 1]
    assert {n: t["value"] for n, t in platform.only["trials"].items()} == {
        t.number: t.value for t in result.trials
    }
    assert set(platform.only["curves"]) >= {(0, 1), (1, 1), (2, 1)}
    assert platform.only["ended"] == {"state": "complete"}
    assert spools(environment) == []


def spools(settings: Settings) -> list[Path]:
    return list((settings.state / "spool").glob("*.jsonl"))


def test_a_driver_that_was_overtaken_stops_and_says_so(inside: Settings, platform: Platform) -> None:
    def waits(C: float, trial: Any) -> float:  # noqa: N803
        for step in range(100_000):
            trial.report(C, step)
            time.sleep(0.01)
        return C

    def overtake(progress: experiment.Progress) -> None:
        if progress.stand.counts.get("running") == 2 and platform.batches > 0:
            with platform.lock:
                platform.only["epoch"] = 2

    result = swept(inside, waits, trials=4, on_progress=overtake)
    assert (result.state, result.delivered) == ("stopped", False)
    assert result.reason == "It was resumed elsewhere."
    assert platform.only["ended"] is None


def test_what_cannot_be_resumed_is_told_and_changes_nothing(
    environment: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: Any, **more: Any) -> HopslabError:
        with pytest.raises(HopslabError) as caught:
            experiment.resume(*arguments, **more)
        return caught.value

    assert refused("digits", train).code == "experiment.unknown"
    first, second = begun(1), begun(1)
    twice = refused("digits", train)
    assert twice.code == "experiment.ambiguous"
    assert str(first.id) in twice.detail and str(second.id) in twice.detail
    bad = refused(str(first.id), train, enqueue=[{"C": 0.5}, {"C": 7}, {"D": 1}])
    assert bad.code == "experiment.invalid"
    assert [fault.split(":")[0] for fault in bad.faults] == ["enqueue[1]", "enqueue[2]", "enqueue[2]"]
    assert refused(str(first.id), lambda x: x).code == "experiment.invalid"
    assert all(one["epoch"] == 1 for one in platform.experiments.values())
    platform.experiments[str(first.id)]["ended"] = None
    assert refused(str(first.id), train).code == "experiment.running"
    for name in variables(environment):
        if name.startswith("HOPSLAB_"):
            monkeypatch.delenv(name)
    assert refused("digits", train).code == "platform.none"


def test_a_space_comes_back_as_it_was_sent() -> None:
    space: Space = {
        "C": loguniform(0.1, 10.0),
        "kernel": choice("rbf", "poly", None),
        "degree": randint(1, 9, 2).when(kernel="poly"),
        "dropout": quniform(0.0, 0.5, 0.1),
        "units": qloguniform(16.0, 512.0, 16.0).when(kernel=["rbf", "poly"], degree=3),
        "x": uniform(0.0, 1.0),
    }
    assert space_of(to_contract(space)) == space


@pytest.mark.parametrize(
    ("point", "fault"),
    [
        ({"C": 1.0, "kernel": "rbf"}, None),
        ({"C": 1.0, "kernel": "poly", "degree": 3}, None),
        ({"C": 1.0, "kernel": "poly"}, "degree is missing"),
        ({"C": 1.0, "kernel": "rbf", "degree": 3}, "leave it out"),
        ({"C": 100.0, "kernel": "rbf"}, "C is 100.0; it takes numbers from 0.1 to 10."),
        ({"C": True, "kernel": "rbf"}, "C is True; it takes numbers from 0.1 to 10."),
        ({"C": "1", "kernel": "rbf"}, "C is '1'; it takes numbers from 0.1 to 10."),
        ({"C": 1.0, "kernel": "linear"}, "kernel is 'linear'; it may be 'rbf' or 'poly'."),
        (
            {"C": 1.0, "kernel": "poly", "degree": 2.5},
            "degree is 2.5; it takes whole numbers from 1 to 9.",
        ),
        ({"C": 1.0, "kernel": "rbf", "units": 5}, "units is 5; it takes numbers from 16 to 64."),
        ({"C": 1.0, "kernel": "rbf", "one": 2}, "one is 2; it may be 1."),
        ({"C": 1.0, "kernel": "rbf", "seed": "x"}, "7, 8, 9 or one of 90 more."),
        ({"C": 1.0, "kernel": "rbf", "gamma": 1}, "no hyperparameter 'gamma'"),
        ([1], "no dict"),
    ],
)
def test_a_point_is_held_to_the_space(point: Any, fault: str | None) -> None:
    space: Space = {
        "C": loguniform(0.1, 10),
        "kernel": choice("rbf", "poly"),
        "degree": randint(1, 9).when(kernel="poly"),
    }
    others = {"units": quniform(16, 64, 16), "one": choice(1), "seed": choice(range(100))}
    space = {**space, **{name: one for name, one in others.items() if name in point}}
    faults = point_faults(space, point)
    assert (fault is None and faults == []) or any(str(fault) in one for one in faults)
