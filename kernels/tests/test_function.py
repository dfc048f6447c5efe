from __future__ import annotations

from typing import Any

import pytest

from hopslab.experiment.function import function_faults, wants_trial


def plain(C: float, kernel: str, trial: object) -> None: ...  # noqa: N803


def open_ended(**params: object) -> None: ...


def positional(C: float, /) -> None: ...  # noqa: N803


async def waiting(C: float) -> None: ...  # noqa: N803


@pytest.mark.parametrize("fn", [plain, open_ended, lambda C, kernel="rbf": 0, lambda *, C, kernel: 0])  # noqa: N803
def test_a_function_that_fits_has_no_fault(fn: Any) -> None:
    assert function_faults(fn, ["C", "kernel"]) == []


@pytest.mark.parametrize(
    ("fn", "names", "words"),
    [
        (plain, ["C"], "plain needs kernel, which the space does not give"),
        (plain, ["C", "kernel", "gamma"], "plain has no parameter gamma (it has: C, kernel, trial)"),
        (lambda learning_rate=0: 0, ["learning_rat"], "did you mean learning_rate?"),
        (positional, [], "takes C by position only"),
        (waiting, ["C"], "waiting is async"),
        (3, ["C"], "3 is no function"),
        (min, ["C"], "does not tell its parameters"),
    ],
)
def test_a_function_that_does_not_fit_says_why(fn: Any, names: list[str], words: str) -> None:
    (fault,) = function_faults(fn, names)
    assert words in fault


def test_the_trial_is_only_given_to_who_takes_it() -> None:
    assert wants_trial(plain)
    assert not wants_trial(open_ended)
