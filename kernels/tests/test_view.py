from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hopslab.experiment import Progress, Result
from hopslab.experiment.coordinator import Stand
from hopslab.experiment.records import SweepState, TrialRecord
from hopslab.ipython.view import progress_view, result_view
from sweeps import plan


def returning(C: float) -> float:  # noqa: N803
    return C


def running(executors: int, given: int, share: str = "", **asked: Any) -> str:
    asked = {"trials": 40, **asked}
    progress = Progress(
        plan=plan(returning, **asked),
        parallel=given,
        executors=executors,
        stand=Stand(asked["trials"], {"running": given}, None, None),
        seconds=7.0,
        experiment=None,
        delivering=False,
        share=share,
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


def test_how_many_executors_are_left_is_told_where_others_have_some() -> None:
    words = "1 of 2 executors: 1 given to others who wait"
    assert running(2, 1, words) == f"digits: 0 of 40 trials · 0:07 · 1 running; {words}"


def ended(*trials: TrialRecord, state: SweepState = "complete", reason: str | None = None) -> tuple[str, str]:
    return result_view(
        Result(
            None,
            "digits",
            state,
            reason,
            "accuracy",
            "maximize",
            list(trials),
            7.0,
            delivered=True,
            folder=Path("/none"),
        )
    )


def test_the_names_to_use_are_told_where_a_trial_is_complete() -> None:
    html, text = ended(TrialRecord(0, "complete", {"C": 0.5}, value=0.9))
    assert text.splitlines() == [
        "digits: complete, 1 trial in 0:07",
        "best accuracy 0.9 (trial 0: C = 0.5)",
        "The best hyperparameters are in best, everything in experiment_result.",
    ]
    assert "in <code>best</code>, everything in <code>experiment_result</code>." in html


def test_a_failure_is_left_to_the_error_of_the_cell() -> None:
    html, text = ended(TrialRecord(0, "failed", {"C": 0.5}, reason="why"), state="failed", reason="why")
    assert text == "digits: failed, 1 trial in 0:07\nno trial completed"
    assert "why" not in html
    assert html.count("<div") == html.count("</div>")


def test_a_stop_is_told_with_its_reason() -> None:
    html, text = ended(
        TrialRecord(0, "stopped", {}), TrialRecord(1, "stopped", {}), state="stopped", reason="By ada."
    )
    assert text == "digits: stopped, 2 trials in 0:07 (By ada.)\nno trial completed"
    assert "By ada." in html
