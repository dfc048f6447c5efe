from __future__ import annotations

import math
import random
import statistics
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from hopslab import experiment
from hopslab.errors import HopslabError
from hopslab.experiment import choice, loguniform, qloguniform, quniform, randint, uniform
from hopslab.experiment.budget import Budget, budget_of
from hopslab.experiment.plan import Plan, plan_faults
from hopslab.experiment.records import TrialRecord, TrialState, now
from hopslab.experiment.searches import ALGORITHMS
from hopslab.experiment.searches.cube import decode, encode
from hopslab.experiment.searches.plain import grid_size
from hopslab.experiment.searches.window import BEST, EARLIER, LATEST
from hopslab.experiment.space import Dimension, Params, Space, level, levels
from hopslab.experiment.study import Study
from hopslab.settings import Settings
from sweeps import states, swept

MIXED: Space = {
    "x": uniform(-5, 5),
    "rate": loguniform(1e-5, 1e-1),
    "kernel": choice("linear", "rbf"),
    "gamma": loguniform(1e-3, 1e3).when(kernel="rbf"),
    "depth": randint(1, 20, 2),
}
LEARNING = [name for name in ALGORITHMS if name not in ("random", "grid")]


def loss(params: Params) -> float:
    """Best at x = 2, rate = 1e-3, kernel = rbf, gamma = 1, depth = 7."""
    x, rate, depth = (float(params[name] or 0) for name in ("x", "rate", "depth"))
    gamma = math.log10(float(params["gamma"] or 0)) ** 2 if params["kernel"] == "rbf" else 4.0
    return (x - 2) ** 2 + (math.log10(rate) + 3) ** 2 + gamma + abs(depth - 7) / 4


def search(
    algorithm: str, trials: int, *, seed: int = 0, parallel: int = 1, space: Space = MIXED
) -> list[float]:
    """Losses in the order of the trials, of which ``parallel`` are under way at once."""
    study = Study(space, direction="minimize", algorithm=algorithm, seed=seed)
    running: list[tuple[int, Params]] = []
    losses = []
    for _ in range(trials):
        running.append(study.ask())
        if len(running) == parallel:
            number, params = running.pop(0)
            losses.append(loss(params))
            study.tell(number, "complete", losses[-1])
    return losses


@pytest.mark.parametrize("algorithm", LEARNING)
def test_what_learns_is_better_than_chance(algorithm: str) -> None:
    trials = 50 if algorithm == "gp" else 120  # it is for searches whose trials are dear

    def typical(name: str) -> float:
        return statistics.median(min(search(name, trials, seed=seed, parallel=2)) for seed in range(3))

    assert typical(algorithm) < 0.7 * typical("random")


def replayed(algorithm: str, seed: int, outcomes: list[tuple[int, float]]) -> list[Params]:
    """Proposals where each outcome ends one of the running trials (which one, and how)."""
    space = {name: dimension for name, dimension in MIXED.items() if levels(dimension) or algorithm != "grid"}
    study = Study({**space, "kernel": MIXED["kernel"]}, direction="maximize", algorithm=algorithm, seed=seed)
    running: list[int] = []
    proposed = []
    for which, value in outcomes:
        while len(running) < 3:
            number, params = study.ask()
            running.append(number)
            proposed.append(params)
        number = running.pop(which)
        state: TrialState = "failed" if value < 0.1 else "pruned" if value < 0.2 else "complete"
        study.report(number, value, 0)
        study.tell(number, state, value if state == "complete" else None)
    return proposed


@given(
    st.sampled_from(ALGORITHMS),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1)), min_size=1, max_size=25),
)
@how(max_examples=40, deadline=None)
def test_the_same_seed_and_the_same_results_give_the_same_proposals(
    algorithm: str, seed: int, outcomes: list[tuple[int, float]]
) -> None:
    assert replayed(algorithm, seed, outcomes) == replayed(algorithm, seed, outcomes)


def test_chance_draws_a_trial_by_its_number_whatever_came_before() -> None:
    whole, rest = (Study(MIXED, direction="minimize", algorithm="random", seed=7) for _ in range(2))
    first = [whole.ask() for _ in range(10)]
    known = [
        TrialRecord(number, "complete", params, value=1.0, ended_at=now()) for number, params in first[:5]
    ]
    rest = Study(MIXED, direction="minimize", algorithm="random", seed=7, known=known)
    assert [rest.ask() for _ in range(5)] == first[5:]


def test_a_grid_is_every_combination_of_what_is_active_once() -> None:
    space: Space = {
        "kernel": choice("linear", "rbf"),
        "C": quniform(0.5, 1.5, 0.5),
        "degree": randint(2, 3).when(kernel="rbf"),
    }
    assert grid_size(space, 100) == 3 + 3 * 2
    assert grid_size(space, 5) == 6
    study = Study(space, direction="minimize", algorithm="grid")
    asked = [study.ask()[1] for _ in range(9)]
    assert asked[:2] == [{"kernel": "linear", "C": 0.5}, {"kernel": "linear", "C": 1.0}]
    assert len({tuple(sorted(params.items())) for params in asked}) == 9
    resumed = Study(
        space,
        direction="minimize",
        algorithm="grid",
        known=[TrialRecord(number, "running", params) for number, params in enumerate(asked[:4])],
    )
    assert [resumed.ask()[1] for _ in range(5)] == asked[4:]


def test_a_grid_runs_whole_where_trials_is_left_out(environment: Settings) -> None:
    def train(kernel: str, C: int, gamma: float | None = None) -> float:  # noqa: N803
        return C + (0.5 if gamma is None else gamma)

    space = {
        "kernel": choice("linear", "rbf"),
        "C": randint(1, 3),
        "gamma": choice(0.1, 1).when(kernel="rbf"),
    }
    result = experiment.run(train, space, algorithm="grid", metric="score")
    assert states(result) == ["complete"] * 9
    assert result.best_params == {"kernel": "rbf", "C": 3, "gamma": 1}


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"trials": None, "algorithm": "tpe"}, "trials is not given"),
        (
            {"trials": None, "algorithm": "grid", "space": {"C": uniform(0, 1)}},
            "C: uniform has no end of values",
        ),
        (
            {"trials": 5, "algorithm": "grid", "space": {"C": randint(1, 10_000), "n": randint(1, 10_000)}},
            "The grid has more than 1000000 combinations",
        ),
        (
            {"trials": 5, "algorithm": "annealing"},
            "algorithm is 'annealing'; use one of: tpe, random",
        ),
    ],
)
def test_what_an_algorithm_cannot_do_is_told_before_anything_starts(
    given_: dict[str, object], words: str
) -> None:
    asked = {
        "space": {"C": randint(1, 5)},
        "trials": None,
        "metric": "m",
        "direction": "maximize",
        "algorithm": "tpe",
        "name": "n",
        **given_,
    }
    faults = plan_faults(Plan(fn=lambda **_all: 0, **asked))  # type: ignore[arg-type]
    assert len(faults) == 1
    assert words in faults[0]


def test_a_parameter_that_is_not_always_given_needs_a_default() -> None:
    space = {"kernel": choice("linear", "rbf"), "gamma": uniform(0, 1).when(kernel="rbf")}
    with pytest.raises(HopslabError) as caught:
        experiment.run(lambda kernel, gamma: 0, space, trials=3, metric="m")
    assert caught.value.faults == (
        "<lambda> is called without gamma where its conditions do not hold; give it a default, such as gamma=None.",
    )


@pytest.mark.parametrize("algorithm", ["de", "tpe"])
def test_a_real_sweep_learns(settings: Settings, algorithm: str) -> None:
    def train(x: float, kernel: str, gamma: float = 5.0) -> float:
        return -abs(x - 1) - (gamma if kernel == "rbf" else 1.0)

    space = {
        "x": uniform(-4, 4),
        "kernel": choice("rbf", "linear"),
        "gamma": uniform(0, 3).when(kernel="rbf"),
    }
    result = swept(settings, train, space=space, trials=80, algorithm=algorithm)
    assert states(result) == ["complete"] * 80
    early, late = (
        statistics.median(trial.value or 0 for trial in part)
        for part in (result.trials[:20], result.trials[60:])
    )
    assert late > early


@given(st.sampled_from([*MIXED.values(), qloguniform(16, 512, 16)]), st.floats(0, 1))
def test_the_cube_knows_the_place_of_what_it_decodes(dimension: Dimension, at: float) -> None:
    value = decode(dimension, at)
    assert decode(dimension, encode(dimension, value)) == pytest.approx(value)


def test_equal_shares_of_the_cube_are_equal_shares_of_the_levels() -> None:
    dimension = randint(1, 20, 2)
    count = levels(dimension) or 0
    drawn = [decode(dimension, (index + 0.5) / (10 * count)) for index in range(10 * count)]
    assert all(drawn.count(level(dimension, index)) == 10 for index in range(count))


def test_the_window_keeps_the_best_and_a_bounded_part_of_the_rest() -> None:
    study = Study({"x": uniform(0, 1)}, direction="maximize", algorithm="tpe", seed=1)
    chance = random.Random(5)
    values = {}
    study_ = study._search._study  # type: ignore[attr-defined]
    for number in range(400):
        trial = study_.ask({})
        values[number] = chance.random()
        study_.tell(trial, -values[number])
    seen = {trial.number for trial in study_.get_trials(deepcopy=False)}
    best = sorted(values, key=lambda number: -values[number])[:BEST]
    assert set(best) <= seen
    assert set(range(400 - LATEST, 400)) <= seen
    assert EARLIER <= len(seen - set(range(400 - LATEST, 400))) <= EARLIER + BEST


def calls(algorithm: str, recorded: int) -> int:
    """How many functions an ask and a tell call after so many trials: as good as their time, but steady."""
    chance = random.Random(1)
    drawn = Study(MIXED, direction="minimize", algorithm="random", seed=0)
    known = [
        TrialRecord(number, "complete", params, value=chance.random(), ended_at=now())
        for number, params in (drawn.ask() for _ in range(recorded))
    ]
    study = Study(MIXED, direction="minimize", algorithm=algorithm, seed=0, known=known)
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    def trials(number: int) -> None:
        for _ in range(number):
            number, _params = study.ask()
            study.tell(number, "complete", chance.random())

    trials(3)
    sys.setprofile(count)
    try:
        trials(20)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "grid"])
def test_what_a_trial_costs_does_not_grow(algorithm: str) -> None:
    # How long a process's lengths are fitted depends on the machine's arithmetic.
    most = 1.5 if algorithm == "gp" else 1.2
    assert calls(algorithm, 4000) < most * calls(algorithm, 1000)


def test_a_sweep_whose_time_is_spent_ends_what_has_begun_and_says_so(settings: Settings) -> None:
    result = swept(settings, lambda C: C, trials=None, time=1.5)  # noqa: N803
    begun = len(result.trials)
    assert set(states(result)) <= {"complete"}
    assert result.state == "complete"
    assert result.reason == f"The time of 1.5 s is spent; {begun} of 10000 trials were begun."


def test_gpu_hours_are_those_of_all_gpus_and_need_some(settings: Settings) -> None:
    with pytest.raises(HopslabError) as caught:
        swept(settings, lambda C: C, trials=3, gpu_hours=1.0)  # noqa: N803
    assert "this notebook server has no GPU" in caught.value.faults[0]
    four = replace(settings, executors=2, gpus=2)
    assert budget_of("2h", 4.0, four) == Budget(3600, "The 4 GPU-hours are spent")
    assert budget_of("30m", 4.0, four) == Budget(1800, "The time of 30m is spent")
