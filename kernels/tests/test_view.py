from __future__ import annotations

from typing import Any

import pytest

from hopslab.experiment import Progress
from hopslab.experiment.coordinator import Stand
from hopslab.ipython.view import progress_view
from sweeps import plan


def returning(C: float) -> float:  # noqa: N803
    return C


def running(executors: int, given: int, **asked: Any) -> str:
    asked = {"trials": 40, **asked}
    progress = Progress(
        plan=plan(returning, **asked),
        parallel=given,
        executors=executors,
        stand=Stand(asked["trials"], {"running": given}, None, None),
        seconds=7.0,
        experiment=None,
        delivering=False,
    )
    html, text = progress_view(progress)
    assert text.split(" · ")[2] in html
    return text


@pytest.mark.parametrize(
    ("executors", "cores", "words"),
    [
        (2, 2, "2 at a time (3 asked; the executors have 2 cores)"),
        (1, 2, "2 at a time (3 asked; the executor has 2 cores)"),
        (1, 1, "1 at a time (3 asked; the executor has 1 core)"),
        (0, 2, "2 at a time (3 asked; this notebook server has 2 cores)"),
        (3, 3, "3 at a time"),
    ],
)
def test_fewer_at_a_time_than_asked_is_said_with_the_reason(executors: int, cores: int, words: str) -> None:
    text = running(executors, cores, parallel=3)
    assert text == f"digits: 0 of 40 trials · 0:07 · {cores} running; {words}"


def test_no_more_at_a_time_than_trials_needs_no_reason() -> None:
    assert running(1, 1, parallel=3, trials=1) == "digits: 0 of 1 trial · 0:07 · 1 running; 1 at a time"
    assert running(1, 2) == "digits: 0 of 40 trials · 0:07 · 2 running; 2 at a time"
