from __future__ import annotations

import math
import random
import re
import statistics
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopslab import experiment
from hopslab.errors import HopslabError
from hopslab.experiment import choice, randint, uniform
from hopslab.experiment.front import Front, dominates, front_of
from hopslab.experiment.objectives import Objective
from hopslab.experiment.outcome import MisusedError, NotANumberError, judge
from hopslab.experiment.records import TrialRecord, now
from hopslab.experiment.space import Space
from hopslab.experiment.study import Study
from hopslab.ipython.options import read_options
from hopslab.ipython.view import result_view
from hopslab.settings import Settings
from models_double import Models
from platform_double import Platform
from sweeps import states

BOTH = {"metric": ["accuracy", "size"], "direction": ["maximize", "minimize"]}
OBJECTIVES = (Objective("accuracy", "maximize"), Objective("size", "minimize"))


def training() -> Any:
    """Of this function's own, so that workers need not import the tests."""

    def train(width: float, kind: str, trial: Any) -> dict[str, float]:
        trial.report(width / 2)
        return {"accuracy": width if kind == "wide" else width / 2, "size": width * width, "other": 1.0}

    return train


SPACE = {"width": uniform(0, 1), "kind": choice("wide", "thin")}


def test_a_trial_prints_as_one_short_line() -> None:
    trial = TrialRecord(
        12,
        "complete",
        {"C": 0.451234567, "kernel": "poly"},
        value=0.98,
        metrics={"accuracy": 0.98, "size": 12},
    )
    assert repr([trial]) == "[trial 12: complete, accuracy 0.98, size 12, C=0.451235, kernel='poly']"
    failed = TrialRecord(3, "failed", {"text": "a\n" * 90}, reason="ValueError: no", traceback="x" * 9000)
    assert repr(failed).startswith("trial 3: failed, text='a")
    assert repr(failed).endswith(": ValueError: no") and len(repr(failed)) < 120


def ended(number: int, accuracy: float, size: float) -> TrialRecord:
    metrics = {"accuracy": accuracy, "size": size}
    return TrialRecord(number, "complete", {}, value=accuracy, metrics=metrics, ended_at=now())


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40))
def test_the_front_is_what_no_other_dominates(places: list[tuple[int, int]]) -> None:
    trials = [ended(number, *place) for number, place in enumerate(places)]
    front = Front(OBJECTIVES)
    left = {one.number for trial in trials for one in front.add(trial)}
    on_it = {one.number for one in front.trials()}
    assert on_it == {
        number
        for number, (accuracy, size) in enumerate(places)
        if not any(a >= accuracy and s <= size and (a, s) != (accuracy, size) for a, s in places)
    }
    assert left == set(range(len(places))) - on_it
    assert front.size == len(on_it)
    accuracies = [one.value for one in front.trials()]
    assert accuracies == sorted(accuracies, reverse=True)  # type: ignore[type-var]


def test_a_trial_that_is_not_complete_or_lacks_a_metric_is_not_on_the_front() -> None:
    failed = TrialRecord(1, "failed", {}, metrics={"accuracy": 1.0, "size": 0.0})
    lacking = TrialRecord(2, "complete", {}, value=1.0, metrics={"accuracy": 1.0})
    assert [one.number for one in front_of([ended(0, 0.5, 3.0), failed, lacking], OBJECTIVES)] == [0]


def test_a_function_of_several_metrics_returns_a_dict_with_all() -> None:
    assert judge({"accuracy": 1, "size": 2, "x": math.nan}, "accuracy", ["size"]) == (
        1.0,
        {"accuracy": 1.0, "size": 2.0},
    )
    for returned, words in (
        (0.5, "there are 2 metrics; end it with `return {'accuracy': ..., 'size': ...}`"),
        (None, "returned nothing; end it with `return {'accuracy': ..., 'size': ...}`"),
        ({"accuracy": 1.0}, "does not return the metric 'size'; it returned: accuracy"),
    ):
        with pytest.raises(MisusedError, match=re.escape(words)):
            judge(returned, "accuracy", ["size"])
    with pytest.raises(NotANumberError, match="'size' is nan"):
        judge({"accuracy": 1.0, "size": math.nan}, "accuracy", ["size"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"direction": ["maximize"]}, "direction: 1 given for 2 metrics; give one for each"),
        ({"direction": "maximize"}, "direction: 1 given for 2 metrics; give one for each"),
        ({"metric": "accuracy"}, "direction: 2 given for 1 metrics"),
        ({"metric": ["accuracy", "accuracy"]}, "metric: 'accuracy' is named 2 times"),
        ({"metric": ["accuracy", 3]}, "metric is 3; give a text"),
        ({"direction": ["maximize", "up"]}, "direction is 'up'"),
        ({"metric": list("abcde"), "direction": ["maximize"] * 5}, "metric: 5 are named, and 4 are the most"),
        ({"pruner": "median"}, "pruner: a trial that is behind in one metric may be ahead in another"),
        (
            {"algorithm": "cmaes"},
            "algorithm: cmaes knows one metric only; with several use tpe, nsga2, random or grid",
        ),
        ({"algorithm": "de:population=8"}, "algorithm: de:population=8 knows one metric only"),
        ({"model": "digits"}, "model: with several metrics no trial is the best in all"),
    ],
)
def test_what_does_not_go_with_several_metrics_is_told(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(HopslabError) as caught:
        experiment.run(training(), SPACE, **{"trials": 2, **BOTH, **asked})
    assert len(caught.value.faults) == 1
    assert words in caught.value.faults[0]


def test_no_metric_at_all_is_told() -> None:
    with pytest.raises(HopslabError) as caught:
        experiment.run(training(), SPACE, trials=2, metric=[], direction=[])
    assert "metric is None; give a text." in caught.value.faults


def test_the_first_line_of_a_cell_names_several_by_commas() -> None:
    options = read_options("--metric accuracy,size --direction maximize,minimize")
    assert (options.metric, options.direction) == (["accuracy", "size"], ["maximize", "minimize"])
    assert read_options("--metric accuracy").metric == "accuracy"


FRONT: Space = {"x": uniform(0, 1), **{f"y{index}": uniform(0, 1) for index in range(4)}}


def volume(algorithm: str, seed: int, trials: int) -> float:
    """What a search's front covers of the square below (1.1, 6) for ZDT1 (Zitzler, Deb and Thiele, 2000)."""
    objectives = (Objective("f", "minimize"), Objective("g", "minimize"))
    study = Study(FRONT, direction="minimize", also=objectives[1:], algorithm=algorithm, seed=seed)
    front = Front(objectives)
    for _ in range(trials):
        number, params = study.ask()
        x, *rest = (float(params[name] or 0) for name in FRONT)
        spread = 1 + 9 * statistics.mean(rest)
        metrics = {"f": x, "g": spread * (1 - math.sqrt(x / spread))}
        front.add(TrialRecord(number, "complete", params, value=x, metrics=metrics))
        study.tell(number, "complete", x, metrics)
    places = [(one.metrics["f"], one.metrics["g"]) for one in front.trials()]
    covered, ceiling = 0.0, 6.0
    for f, g in places:
        covered += max(0.0, 1.1 - f) * max(0.0, ceiling - g)
        ceiling = min(ceiling, g)
    return covered


@pytest.mark.parametrize("algorithm", ["nsga2", "tpe"])
def test_what_learns_finds_a_better_front_than_chance(algorithm: str) -> None:
    trials = 100 if algorithm == "tpe" else 200  # it is slow and learns sooner

    def typical(name: str) -> float:
        return statistics.median(volume(name, seed, trials) for seed in range(3))

    assert typical(algorithm) > typical("random") + 0.3


@pytest.mark.parametrize("algorithm", ["nsga2", "tpe"])
def test_an_earlier_drivers_trials_are_learnt_from(algorithm: str) -> None:
    chance = random.Random(3)
    known = []
    for number in range(60):
        params = {name: chance.random() for name in FRONT}
        good = all(abs(value - 0.2) < 0.25 for value in params.values())
        metrics = {"f": 0.0 if good else 1 + chance.random(), "g": sum(abs(v - 0.2) for v in params.values())}
        known.append(
            TrialRecord(number, "complete", dict(params), value=metrics["f"], metrics=metrics, ended_at=now())
        )
    also = (Objective("g", "minimize"),)
    study = Study(FRONT, direction="minimize", also=also, algorithm=algorithm, seed=5, known=known)
    asked = [study.ask() for _ in range(60)]
    assert asked[0][0] == 60
    near = statistics.mean(
        abs(float(value or 0) - 0.2) for _, params in asked[25:] for value in params.values()
    )
    assert near < statistics.mean(abs(chance.random() - 0.2) for _ in range(500)) - 0.03


def test_a_genetic_search_tries_no_point_twice_while_there_are_others() -> None:
    space: Space = {
        "C": choice(*range(12)),
        "kernel": choice("rbf", "poly"),
        "degree": randint(1, 4).when(kernel="poly"),
    }
    study = Study(
        space, direction="maximize", also=(Objective("size", "minimize"),), algorithm="nsga2", seed=3
    )
    asked = []
    for _ in range(200):
        number, params = study.ask()
        asked.append(frozenset(params.items()))
        # The same few are always the best ones, so that all children are theirs.
        value = float(-abs(int(params["C"] or 0) - 6))
        study.tell(number, "complete", value, {"size": float(params["kernel"] == "poly")})
    assert len(set(asked[:40])) == 40
    assert len(set(asked)) == 12 + 12 * 4  # the whole space, and then it goes on all the same


def calls(algorithm: str, recorded: int) -> int:
    """How many calls 20 trials take after so many others, whose front is as large as the window and more."""
    chance = random.Random(7)

    def measured(params: dict[str, Any]) -> dict[str, float]:
        return {"f": params["x"], "g": 1 - params["x"] + params["y0"] / 1000}

    known = [
        TrialRecord(n, "complete", params, value=params["x"], metrics=measured(params), ended_at=now())
        for n, params in enumerate({name: chance.random() for name in FRONT} for _ in range(recorded))
    ]
    also = (Objective("g", "minimize"),)
    study = Study(FRONT, direction="minimize", also=also, algorithm=algorithm, seed=0, known=known)
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        for _ in range(20):
            number, params = study.ask()
            metrics = measured(params)
            study.tell(number, "complete", metrics["f"], metrics)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("algorithm", ["nsga2", "tpe"])
def test_what_a_trial_costs_does_not_grow_with_their_number(algorithm: str) -> None:
    assert calls(algorithm, 2500) < 1.3 * calls(algorithm, 500)


def test_a_real_search_for_two_metrics(environment: Settings, platform: Platform) -> None:
    result = experiment.run(training(), SPACE, trials=8, algorithm="nsga2", seed=4, name="two", **BOTH)
    assert states(result) == ["complete"] * 8
    wide = [one for one in result.trials if one.params["kind"] == "wide"]
    assert {one.number for one in wide} <= {one.number for one in result.front}
    for one in result.front:
        assert not any(
            dominates(
                (-two.metrics["accuracy"], two.metrics["size"]),
                (-one.metrics["accuracy"], one.metrics["size"]),
            )
            for two in result.trials
        )
    with pytest.raises(HopslabError, match="choose one of result"):
        _ = result.best_trial
    assert "on the front of accuracy, size" in repr(result)
    frame = result.to_dataframe()
    assert frame.loc[frame["front"], "number"].tolist() == sorted(one.number for one in result.front)
    assert {"metrics.accuracy", "metrics.size"} <= set(frame.columns)
    html, text = result_view(result)
    assert f"{len(result.front)} trials on the front of accuracy (maximize), size (minimize)" in text
    assert "experiment_result.front" in text
    assert "<th style='text-align:left'>size</th>" in html
    assert platform.only["body"]["also"] == [{"metric": "size", "direction": "minimize"}]
    assert platform.faults == []


def test_it_goes_on_with_both_metrics(environment: Settings, platform: Platform) -> None:
    experiment.run(training(), SPACE, trials=3, algorithm="random", name="two", **BOTH)
    result = experiment.resume("two", training(), trials=5)
    assert [one.metric for one in result.objectives] == ["accuracy", "size"]
    assert states(result) == ["complete"] * 5
    assert platform.faults == []
    opened = experiment.open("two")
    assert [one.number for one in opened.front] == [one.number for one in result.front]
    assert "front" in opened.to_dataframe()


def test_a_chosen_trials_model_is_registered(environment: Settings, models: Models) -> None:
    def kept(width: float, kind: str, trial: Any) -> dict[str, float]:
        trial.save_model({"width": width})
        return {"accuracy": width, "size": width if kind == "wide" else 2.0}

    result = experiment.run(kept, SPACE, trials=6, algorithm="random", seed=1, name="two", **BOTH)
    on_it = {one.number for one in result.front}
    folders = {int(path.parent.name.removeprefix("trial-")) for path in result.folder.glob("*/kept-model")}
    assert folders == on_it
    chosen = result.front[-1].number
    for wrong in ({}, {"trial": 99}):
        with pytest.raises(HopslabError, match=r"choose one of|There is no trial 99"):
            result.register_model("two", **wrong)
    assert result.register_model("two", trial=chosen).trial == chosen
    with pytest.raises(HopslabError, match="say which"):
        experiment.register_model("two", "two")
    assert experiment.register_model("two", "two", trial=chosen).version == 2
