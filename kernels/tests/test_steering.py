from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import LIMIT, eventually
from hopslab import experiment
from hopslab.errors import HopslabError
from hopslab.experiment import Result, choice, randint, uniform
from hopslab.experiment.points import fitted
from hopslab.settings import Settings
from platform_double import Platform
from sweeps import states

SPACE = {"C": uniform(0, 1)}


def waiting(gates: Path) -> Callable[..., float]:
    """A function that reports until a file says that its trial may end."""

    def waits(C: float, trial: Any) -> float:  # noqa: N803
        deadline = time.monotonic() + LIMIT
        while not (gates / str(trial.number)).exists():
            assert time.monotonic() < deadline, "nobody let it end"
            trial.report(C)
            time.sleep(0.02)
        return C

    return waits


class Steered:
    """A sweep in a thread of its own, that this one steers."""

    def __init__(self, settings: Settings, platform: Platform, **more: Any) -> None:
        self.platform = platform
        self.gates = settings.scratch / "gates"
        self.gates.mkdir()
        self.result: Result | None = None
        given = {"trials": 4, "metric": "accuracy", "algorithm": "random", "name": "digits", **more}

        def run() -> None:
            self.result = experiment.run(waiting(self.gates), SPACE, **given)

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        eventually(lambda: bool(platform.experiments))
        self.open = experiment.open("digits")

    def state(self, number: int) -> str | None:
        with self.platform.lock:
            trial = self.platform.only["trials"].get(number)
            return None if trial is None else str(trial["state"])

    def reaches(self, number: int, state: str) -> None:
        eventually(lambda: self.state(number) == state)

    def let(self, *numbers: int) -> None:
        for number in numbers:
            (self.gates / str(number)).touch()

    def ended(self) -> Result:
        self.thread.join(LIMIT)
        assert self.result is not None
        return self.result


@pytest.fixture
def steer(environment: Settings, platform: Platform) -> Callable[..., Steered]:
    return lambda **more: Steered(environment, platform, **more)


def test_a_search_is_paused_and_goes_on(steer: Callable[..., Steered], platform: Platform) -> None:
    sweep = steer()
    sweep.reaches(0, "running")
    sweep.reaches(1, "running")
    sweep.open.pause()
    assert sweep.open.state == "paused"
    with platform.lock:
        batches = platform.batches
    eventually(lambda: platform.batches > batches + 1)
    sweep.let(0, 1)
    sweep.reaches(1, "complete")
    assert sweep.state(2) is None
    sweep.open.go_on()
    sweep.reaches(2, "running")
    sweep.let(2, 3)
    assert states(sweep.ended()) == ["complete"] * 4
    assert platform.faults == []


def test_a_search_stops_after_what_runs(steer: Callable[..., Steered], platform: Platform) -> None:
    sweep = steer()
    sweep.reaches(1, "running")
    for _ in range(3):
        sweep.open.stop(after="running")
    with platform.lock:
        batches = platform.batches
    eventually(lambda: platform.batches > batches + 1)
    sweep.let(0, 1, 2, 3)
    result = sweep.ended()
    assert result.state == "stopped"
    assert set(states(result)) == {"complete"}
    assert result.reason == "Stopped on request, after the trials that ran."


def test_to_stop_what_has_ended_is_said(steer: Callable[..., Steered], capsys: Any) -> None:
    sweep = steer(trials=1)
    sweep.reaches(0, "running")
    sweep.open.stop_trial(7)
    assert "nothing to stop" not in capsys.readouterr().out
    sweep.let(0)
    assert sweep.ended().state == "complete"
    sweep.open.stop_trial(0)
    assert capsys.readouterr().out.endswith("Trial 0 is complete; there is nothing to stop.\n")
    for after in (None, "running"):
        sweep.open.stop(after=after)  # type: ignore[arg-type]
        said = capsys.readouterr().out
        assert said == "The experiment digits is complete; there is nothing to stop.\n"


def test_one_trial_is_stopped_and_a_picked_point_is_tried(
    steer: Callable[..., Steered], platform: Platform
) -> None:
    sweep = steer(trials=2, tags=["night"])
    sweep.reaches(1, "running")
    sweep.open.stop_trial(1)
    sweep.reaches(1, "stopped")
    with pytest.raises(HopslabError) as caught:
        sweep.open.enqueue({"C": 7})
    assert caught.value.code == "experiment.invalid"
    sweep.open.enqueue({"C": 1})
    sweep.reaches(2, "running")
    sweep.let(0, 2)
    result = sweep.ended()
    assert states(result) == ["complete", "stopped", "complete"]
    assert result.trials[1].reason == "Stopped on request."
    assert (result.trials[2].params, result.trials[2].picked) == ({"C": 1.0}, True)
    assert result.state == "complete"
    assert platform.only["trials"][2]["point"] == platform.orders["enqueue"][0]["id"]
    # Who resumes it does not run again what was stopped by hand.
    with platform.lock:
        platform.only["trials"][1]["stopAsked"] = True
    assert states(experiment.resume("digits", lambda C: C)) == states(result)  # noqa: N803
    frame, curves = sweep.open.to_dataframe(), sweep.open.curves()
    assert list(frame["state"]) == ["complete", "stopped", "complete"]
    assert set(curves["number"]) >= {0, 2}
    assert list(curves.columns) == ["number", "attempt", "step", "value"]
    assert sweep.open.info()["tags"] == ["night"]
    assert platform.faults == []


def test_points_come_first_and_a_resumed_search_is_as_it_was_begun(
    environment: Settings, platform: Platform
) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        for step in range(3):
            trial.report(C, step)
        return C

    first = experiment.run(
        train,
        {"C": choice(0.25, 0.5, 0.75)},
        algorithm="grid",
        metric="accuracy",
        name="grid",
        enqueue=[{"C": 0.75}],
        pruner="median:startup=100",
        time="15m",
    )
    assert [trial.params["C"] for trial in first.trials] == [0.75, 0.25, 0.5, 0.75]
    assert [trial.picked for trial in first.trials] == [True, False, False, False]
    body = platform.only["body"]
    assert (body["planned"], body["pruner"], body["time"]) == (4, "median:startup=100", 900)
    assert isinstance(body["seed"], int)
    with platform.lock:
        waiting = {"id": "00000000-0000-4000-8000-000000000001", "params": {"C": 0.5}}
        platform.orders["enqueue"] = [waiting]
    again = experiment.resume("grid", train)
    assert [trial.params["C"] for trial in again.trials] == [0.75, 0.25, 0.5, 0.75, 0.5]
    assert platform.only["trials"][4]["point"] == waiting["id"]
    assert "/projects/demo/experiments/" + str(first.id) + "/metrics?limit=1000" in platform.asked
    assert platform.faults == []


def test_a_pruner_knows_what_earlier_drivers_saw(environment: Settings, platform: Platform) -> None:
    def good(C: float, trial: Any) -> float:  # noqa: N803
        trial.report(1.0, 0)
        return 1.0

    def bad(C: float, trial: Any) -> float:  # noqa: N803
        trial.report(0.0, 0)
        return 0.0

    given = {"metric": "accuracy", "algorithm": "random", "parallel": 1, "pruner": "median:startup=3"}
    first = experiment.run(good, SPACE, trials=4, name="curves", **given)  # type: ignore[arg-type]
    assert states(first) == ["complete"] * 4
    assert states(experiment.resume("curves", bad, trials=6))[4:] == ["pruned", "pruned"]


def test_a_point_gets_the_values_that_the_space_has() -> None:
    space = {"x": uniform(0, 1), "n": randint(1, 5), "c": choice(1.0, True, None)}
    point = fitted(space, {"x": 1, "n": 2.0, "c": 1})
    assert [type(value) for value in point.values()] == [float, int, float]
    assert fitted(space, {"c": True})["c"] is True
    assert fitted(space, {"c": None})["c"] is None


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"enqueue": [{"C": 2}]}, "enqueue[0]: C is 2"),
        ({"tags": "night"}, "tags is 'night'"),
        ({"tags": ["x" * 41]}, "a tag has 41"),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_starts(
    environment: Settings, platform: Platform, given: Any, fault: str
) -> None:
    with pytest.raises(HopslabError) as caught:
        experiment.run(lambda C: C, SPACE, trials=2, metric="m", name="x", **given)  # noqa: N803
    assert any(one.startswith(fault) for one in caught.value.faults)
    assert platform.experiments == {}
