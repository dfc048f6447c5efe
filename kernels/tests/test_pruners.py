from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopslab.experiment import uniform
from hopslab.experiment.pruners import PRUNERS, make_pruner, pruner_faults
from hopslab.experiment.pruners.halving import Asha, Hyperband
from hopslab.experiment.pruners.median import Median
from hopslab.experiment.pruners.patience import Patience
from hopslab.experiment.study import Direction, Study
from hopslab.settings import Settings
from sweeps import states, swept


def curve(pruner: Any, number: int, losses: list[float], *, complete: bool = True) -> int | None:
    """Report losses until the pruner gives up; at which step it does."""
    for step, loss in enumerate(losses):
        if pruner.report(number, step, loss):
            pruner.end(number, None)
            return step
    pruner.end(number, losses[-1] if complete else None)
    return None


def test_median_compares_with_complete_trials_at_the_same_step() -> None:
    pruner = Median(startup=3, warmup=1, interval=2)
    for number, level in enumerate((1.0, 2.0, 3.0)):
        assert curve(pruner, number, [level + 5, level, level, level]) is None
    assert curve(pruner, 4, [9.0, 9.0], complete=False) == 1
    assert curve(pruner, 5, [1.5] * 4) is None
    # The best so far counts, and the median is that of four now.
    assert curve(pruner, 6, [1.9, 9.0, 9.0, 9.0]) == 1
    assert curve(pruner, 7, [1.7, 9.0, 9.0, 9.0]) is None


def test_median_forgets_what_is_long_past() -> None:
    pruner = Median(startup=1)
    for number in range(1500):
        assert curve(pruner, number, [1500.0 - number]) is None
    assert curve(pruner, 1500, [600.0]) == 0
    assert curve(pruner, 1501, [400.0]) is None


def test_asha_lets_one_of_factor_go_on_at_each_rung() -> None:
    pruner = Asha(least=2, factor=3)
    assert curve(pruner, 0, [5.0] * 10) is None
    assert curve(pruner, 1, [6.0] * 10) == 1
    assert curve(pruner, 2, [4.0] * 10) is None
    assert curve(pruner, 3, [4.5] * 10) == 5
    assert curve(pruner, 4, [5.0] * 10) == 1
    given_up = sum(
        curve(pruner, number, [random.Random(number).random()] * 2) is not None for number in range(5, 3000)
    )
    assert 0.6 < given_up / 2995 < 0.72


def test_asha_judges_at_the_last_rung_passed_where_steps_are_wide() -> None:
    pruner = Asha(least=1, factor=2)
    assert not pruner.report(0, 10, 1.0)
    assert pruner.report(1, 10, 2.0)
    assert not pruner.report(2, 0, 9.0), "the first at the rung of one step"


def test_hyperband_learns_how_long_a_trial_is_and_has_eager_and_patient_brackets() -> None:
    pruner = Hyperband(least=1, factor=3)
    assert curve(pruner, 0, [1.0] * 27) is None
    brackets = [pruner.bracket(number) for number in range(1000)]
    counts = [brackets.count(bracket) for bracket in range(4)]
    assert counts == sorted(counts, reverse=True)
    assert all(counts)
    eager, patient = brackets.index(0, 1), brackets.index(3)
    bad = [9.0] * 27
    assert curve(pruner, eager, [1.0] * 27) is None
    assert curve(pruner, brackets.index(0, eager + 1), bad) == 0
    assert curve(pruner, patient, bad) is None


def test_patience_gives_up_what_does_not_improve_but_never_the_best() -> None:
    pruner = Patience(steps=3, delta=0.1)
    assert curve(pruner, 0, [5.0, 5.0, 5.0, 5.0, 5.0, 5.0]) is None, "nothing better is known"
    assert curve(pruner, 1, [9.0, 8.0, 7.0, 6.95, 6.93, 6.91, 1.0]) == 5
    assert curve(pruner, 2, [9.0, 8.0, 4.0, 4.0, 4.0, 4.0, 4.0]) is None
    assert curve(Patience(steps=1, warmup=4), 0, [1.0] * 9) is None


@pytest.mark.parametrize("pruner", ["median:startup=3", "asha", "hyperband:most=9", "patience:steps=2"])
@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_every_pruner_gives_up_the_worse_ones_in_either_direction(pruner: str, direction: Direction) -> None:
    study = Study({"x": uniform(0, 1)}, direction=direction, algorithm="random", pruner=pruner, seed=3)
    values: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(200):
        number, params = study.ask()
        value = float(params["x"] or 0)
        pruned = any(study.report(number, value, step) for step in range(9))
        study.tell(number, "pruned" if pruned else "complete", None if pruned else value)
        values[pruned].append(value)
    assert len(values[True]) > 40
    kept, given_up = (sum(values[pruned]) / len(values[pruned]) for pruned in (False, True))
    assert kept > given_up if direction == "maximize" else kept < given_up


@given(
    st.sampled_from([*PRUNERS, "optuna"]),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.floats(-10, 10)), max_size=60),
)
def test_reports_in_any_order_and_again_after_a_lost_executor_are_taken(
    name: str, reports: list[tuple[int, int, float]]
) -> None:
    import optuna

    pruner: Any = optuna.pruners.MedianPruner() if name == "optuna" else name
    study = Study({"x": uniform(0, 1)}, direction="minimize", algorithm="random", pruner=pruner, seed=1)
    running: dict[int, int] = {}
    for which, step, value in reports:
        if which not in running:
            running[which] = study.ask()[0]
        if study.report(running[which], value, step):
            study.tell(running.pop(which), "pruned", None)
        elif step == 9:
            study.tell(running.pop(which), "complete", value)
    for number in running.values():
        study.tell(number, "stopped", None)


@pytest.mark.parametrize(
    ("pruner", "words"),
    [
        ("best", "pruner is 'best'; use one of: median, asha, hyperband, patience"),
        (3, "pruner is 3; use one of"),
        ("median:warm=3", "'warm=3' is no option of median; did you mean warmup=...?"),
        ("median:x=3", "median takes startup, warmup, interval"),
        ("median:warmup", "write warmup=5"),
        ("median:warmup=-1", "warmup is -1; give a number from 0 on"),
        ("asha:factor=1", "factor is 1; give a number from 2 on"),
        ("asha:least=two", "least is 'two'; give a whole number"),
        ("hyperband:least=9,most=3", "most is below least"),
        ("patience:delta=nan", "delta is nan"),
    ],
)
def test_a_pruner_that_makes_no_sense_is_told_with_its_remedy(pruner: object, words: str) -> None:
    (fault,) = pruner_faults(pruner)
    assert words in fault


@pytest.mark.parametrize("pruner", [None, *PRUNERS, "median:startup=10, warmup=3", "patience:delta=0.01"])
def test_a_pruner_that_makes_sense_is_made(pruner: str | None) -> None:
    assert list(pruner_faults(pruner)) == []
    assert (make_pruner(pruner) is None) == (pruner is None)


def test_a_sweep_with_halving_gives_up_early(settings: Settings) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        for step in range(9):
            trial.report(C, step)
        return C

    result = swept(settings, train, trials=20, parallel=1, pruner="asha:least=1,factor=3")
    assert set(states(result)) == {"complete", "pruned"}
    assert states(result).count("pruned") > 8
    assert result.best_value == max(trial.params["C"] for trial in result.trials)  # type: ignore[type-var]
    reasons = {trial.reason for trial in result.trials if trial.state == "pruned"}
    told = re.compile(
        r"asha: 0\.\d+ at step [028] is place \d+ of \d+ that came so far, and one of 3 goes on\."
    )
    assert all(reason and told.fullmatch(reason) for reason in reasons), reasons
