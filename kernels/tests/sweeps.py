"""Functions for sweeps, and what every kind of worker has to do with them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from hopslab.experiment import Result, uniform
from hopslab.experiment.plan import Plan, check
from hopslab.experiment.sweep import Progress, Sweep
from hopslab.settings import Settings


def plan(
    fn: Any, *, trials: int | None = 6, space: Any = None, metric: str = "accuracy", **more: Any
) -> Plan:
    given = {"direction": "maximize", "algorithm": "random", "name": "digits", "seed": 1, **more}
    return check(Plan(fn=fn, space=space or {"C": uniform(0, 1)}, trials=trials, metric=metric, **given))


def swept(settings: Settings, fn: Any, on_progress: Any = None, **more: Any) -> Result:
    return Sweep(plan(fn, **more), settings, on_progress=on_progress or (lambda _progress: None)).run()


def states(result: Result) -> list[str]:
    return [trial.state for trial in result.trials]


def sometimes_raising(settings: Settings) -> Result:
    def train(C: float, trial: Any) -> dict[str, float]:  # noqa: N803
        trial.report(C / 2)
        if trial.number == 2:
            raise ValueError("diverged")
        return {"accuracy": C, "loss": 1 - C}

    return swept(settings, train, trials=8)


def check_sometimes_raising(result: Result) -> None:
    assert result.state == "complete"
    assert states(result) == ["complete"] * 2 + ["failed"] + ["complete"] * 5
    failed = result.trials[2]
    assert failed.reason == "ValueError: diverged"
    assert failed.traceback is not None
    assert 'raise ValueError("diverged")' in failed.traceback
    assert "worker.py" not in failed.traceback
    assert result.best_value == max(trial.value for trial in result.trials if trial.value is not None)
    assert result.best_params == {"C": result.best_value}
    assert all(trial.metrics["loss"] == 1 - trial.params["C"] for trial in result.trials if trial.value)  # type: ignore[operator]


def losing_a_worker(settings: Settings, victim: str) -> Result:
    """Trial 1 takes its worker (``process``) or the whole executor (``parent``) with it, the first time."""

    def train(C: float, trial: Any) -> float:  # noqa: N803
        if trial.number == 1 and trial.attempt == 1:
            if victim == "executor":
                parent = os.getppid()  # pyspark's daemon; the executor's JVM is its parent
                stat = Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()
                os.kill(int(stat[1]), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        return C

    return swept(settings, train, trials=6)


def check_losing_a_worker(result: Result) -> None:
    assert result.state == "complete"
    assert states(result) == ["complete"] * 6
    assert [trial.attempt for trial in result.trials] == [1, 2, 1, 1, 1, 1]


def interrupted(settings: Settings) -> Result:
    """Interrupt once two trials are done and others are in the middle of a long wait."""

    def train(C: float, trial: Any) -> float:  # noqa: N803
        if trial.number < 2:
            return C
        try:
            time.sleep(600)
        except Exception:  # a function's own handler has to let the stop pass
            return -1.0
        return C

    def interrupt(progress: Progress) -> None:
        counts = progress.stand.counts
        if progress.stand.stopping is None and counts.get("complete") == 2 and counts.get("running") == 2:
            os.kill(os.getpid(), signal.SIGINT)

    return swept(settings, train, on_progress=interrupt, trials=20)


def check_interrupted(result: Result) -> None:
    assert result.state == "stopped"
    assert result.reason == "Interrupted from the notebook."
    assert states(result) == ["complete", "complete", "stopped", "stopped"]
    assert {trial.reason for trial in result.trials[2:]} == {"Interrupted from the notebook."}
    assert result.best_trial is not None
