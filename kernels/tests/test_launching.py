from __future__ import annotations

import dataclasses
import os
import signal
import time
from collections import Counter
from typing import Any

import pytest

from hopslab import experiment
from hopslab.errors import HopslabError
from hopslab.experiment import choice, uniform
from hopslab.experiment.plan import Plan, plan_faults
from hopslab.experiment.searches import Told, make_search
from hopslab.settings import Settings
from platform_double import Platform
from sweeps import states


def test_each_point_is_run_and_what_is_returned_is_noted(environment: Settings, platform: Platform) -> None:
    def train(x: int, trial: Any) -> Any:
        return [3, {"value": 1.5, "other": 2, "word": "yes"}, {"other": 2}, "text", None][x]

    result = experiment.launch(train, [{"x": x} for x in range(5)], name="each")
    assert states(result) == ["complete"] * 5
    assert [trial.value for trial in result.trials] == [3, 1.5, None, None, None]
    assert [trial.metrics for trial in result.trials[:4]] == [
        {"value": 3},
        {"value": 1.5, "other": 2},
        {"other": 2},
        {},
    ]
    assert result.best_params == {"x": 0}
    assert platform.only["body"]["algorithm"] == "points"
    assert platform.only["body"]["planned"] == 5
    assert platform.faults == []


def test_the_result_has_the_values_that_were_given_and_the_platform_their_texts(
    environment: Settings, platform: Platform
) -> None:
    points = [
        {"layers": [64, 32], "lr": 0.1},
        {"layers": [8] * 99, "lr": 0.25},
        {"layers": "[64, 32]", "lr": 1},
    ]
    result = experiment.launch(lambda layers, lr: len(layers), points, name="lists")
    assert [trial.params for trial in result.trials] == points
    assert result.best_params == points[1]
    assert repr(result.trials[0]) == "trial 0: complete, value 2, layers=[64, 32], lr=0.1"
    assert repr(result).endswith("best value 99 with layers=[8, 8, 8, 8, 8, 8, ...], lr=0.25>")
    assert [trial.params["layers"] for trial in experiment.open("lists").trials][::2] == [
        "[64, 32]",
        "[64, 32] (3)",
    ]
    assert platform.faults == []


def test_where_a_metric_is_named_it_has_to_be_there(environment: Settings) -> None:
    result = experiment.launch(lambda x: {"acc": x}, [{"x": 1}, {"x": 2}], metric="accuracy")
    assert result.state == "failed"
    assert "it returned: acc" in (result.reason or "")


def test_a_list_that_was_stopped_goes_on_with_all_of_its_points(
    environment: Settings, platform: Platform
) -> None:
    marker = environment.scratch / "go"

    def train(x: int, trial: Any) -> int:
        while x > 1 and not marker.exists():
            time.sleep(0.01)
        return x

    def interrupt(progress: experiment.Progress) -> None:
        if progress.stand.stopping is None and progress.stand.counts.get("complete") == 2:
            os.kill(os.getpid(), signal.SIGINT)

    points = [{"x": x} for x in (0, 1, 2, 3, 4, 5, 5)]
    first = experiment.launch(train, points, name="list", on_progress=interrupt)
    assert Counter(states(first)) == {"complete": 2, "stopped": 5}
    marker.touch()
    again = experiment.resume("list", train)
    assert states(again) == ["complete"] * 7
    assert [trial.value for trial in again.trials] == [0, 1, 2, 3, 4, 5, 5]
    more = experiment.resume("list", train, enqueue=[{"x": 4}])
    assert len(more.trials) == 8
    with pytest.raises(HopslabError, match="give more by enqueue"):
        experiment.resume("list", train, trials=20)
    assert platform.faults == []


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([], "points is empty"),
        ({"x": 1}, "give a list of dicts"),
        ([3], "points[0] is 3; give a dict"),
        ([{"x": 1}, {"x": 1, "y": 2}], "points[1] has x, y; the first has x."),
        ([{"y": 1}], "has no parameter y"),
        ([{"trial": 1}], "name the hyperparameter otherwise"),
        ([{"x": f"word {number}"} for number in range(1001)], "1000 is the most"),
    ],
)
def test_points_of_no_sense_are_told(environment: Settings, points: Any, words: str) -> None:
    with pytest.raises(HopslabError) as caught:
        experiment.launch(lambda x: x, points)
    assert words in str(caught.value)


def test_many_numbers_are_a_range(environment: Settings, platform: Platform) -> None:
    from hopslab.experiment.launching import _space

    assert _space([{"x": float(x), "n": x} for x in range(2000)]) == {
        "x": uniform(0.0, 1999.0),
        "n": experiment.randint(0, 1999),
    }


def asked(**more: Any) -> list[str]:
    given: dict[str, Any] = {"algorithm": "random", "direction": "maximize", "name": "a", "trials": 3, **more}
    space = given.pop("space", {"x": uniform(0, 1)})
    return plan_faults(Plan(fn=lambda **_params: 1, space=space, metric="value", **given))


@pytest.mark.parametrize(
    ("algorithm", "words"),
    [
        ("points", "use one of: tpe"),
        ("random:seed=3", "random takes no options"),
        ("de:population=3", "population is 3; give a number from 4 on"),
        ("de:crossover=1.5", "crossover to 1"),
        ("de:size=10", "de takes population, mutation, crossover"),
        ("promotion", "needs a hyperparameter budget"),
        ("de:population=10,mutation=0.50000000000,crossover=0.7", "write shorter numbers"),
    ],
)
def test_algorithms_of_no_sense_are_told(algorithm: str, words: str) -> None:
    assert words in " ".join(asked(algorithm=algorithm))
    assert asked(algorithm="de:population=8,mutation=0.8") == []
    assert asked(algorithm="promotion:factor=3", space={"budget": choice(1, 3)}) == []


def test_promotion_goes_up_with_the_best_half_and_with_none_twice() -> None:
    space = {"x": uniform(0, 1), "budget": choice(1, 2, 4)}
    search = make_search("promotion:factor=2", space, 1)
    seen: list[tuple[Any, Any]] = []
    for number in range(60):
        params = search.ask(number)
        if params["budget"] != 1:
            below = sorted(x for x, at in seen if at == params["budget"] // 2)
            assert params["x"] in below[: len(below) // 2]
        seen.append((params["x"], params["budget"]))
        search.tell(number, params, Told((float(params["x"]),)))  # type: ignore[arg-type]
    counts = Counter(budget for _, budget in seen)
    assert counts[1] > counts[2] > counts[4] > 0
    assert len(set(seen)) == 60


def test_promotion_goes_on_after_a_restart_without_promoting_again() -> None:
    space = {"x": uniform(0, 1), "budget": choice(1, 2)}
    search = make_search("promotion", space, 1)
    told = [({"x": 0.1, "budget": 1}, 0.1), ({"x": 0.2, "budget": 1}, 0.2), ({"x": 0.1, "budget": 2}, 0.1)]
    for number, (params, loss) in enumerate(told):
        search.tell(number, dict(params), Told((loss,)))
    assert search.ask(3)["budget"] == 1
    search.tell(9, {"x": 0.5, "budget": 7}, Told((0.0,)))  # of a space that was another one


def test_a_plan_is_lenient_only_where_nothing_is_compared() -> None:
    plan = Plan(lambda: 1, {}, 1, "value", "maximize", "points", "a", points=())
    assert plan.lenient
    assert not dataclasses.replace(plan, metric="accuracy").lenient
    assert not dataclasses.replace(plan, points=None).lenient
