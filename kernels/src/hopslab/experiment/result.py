"""What a sweep found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hopslab.experiment.records import SweepState, TrialRecord
from hopslab.experiment.space import Params
from hopslab.experiment.study import Direction

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """A sweep's trials and the best of them.

    Attributes:
        id: The experiment's id on the platform; None outside a sandbox or while it is not registered.
        state: ``complete``, ``stopped`` or ``failed``; ``reason`` says why where it is not complete.
        trials: Every trial that was begun, by number.
        seconds: How long the sweep took.
        folder: Where its trials' files are; there is none where no trial has asked for its own.
    """

    id: str | None
    name: str
    state: SweepState
    reason: str | None
    metric: str
    direction: Direction
    trials: list[TrialRecord]
    seconds: float
    delivered: bool
    folder: Path

    @property
    def best_trial(self) -> TrialRecord | None:
        """The complete trial with the best value (the first of equals), or None where none is complete."""
        sign = 1 if self.direction == "maximize" else -1
        complete = [trial for trial in self.trials if trial.state == "complete" and trial.value is not None]
        return max(complete, key=lambda trial: (sign * (trial.value or 0.0), -trial.number), default=None)

    @property
    def best_params(self) -> Params | None:
        """The hyperparameters of the best trial, or None where none is complete."""
        best = self.best_trial
        return None if best is None else dict(best.params)

    @property
    def best_value(self) -> float | None:
        """The metric of the best trial, or None where none is complete."""
        best = self.best_trial
        return None if best is None else best.value

    def to_dataframe(self) -> pd.DataFrame:
        """One row per trial: number, state, value, seconds, ``params.*``, ``metrics.*``, reason, executor."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "number": trial.number,
                    "state": trial.state,
                    "value": trial.value,
                    "seconds": trial.seconds,
                    **{f"params.{name}": value for name, value in trial.params.items()},
                    **{f"metrics.{name}": value for name, value in trial.metrics.items()},
                    "reason": trial.reason,
                    "executor": trial.executor,
                }
                for trial in self.trials
            ]
        )

    def __repr__(self) -> str:
        best = self.best_trial
        found = (
            "no trial completed"
            if best is None
            else f"best {self.metric} {best.value:.6g} with {best.params}"
        )
        trials = "1 trial" if len(self.trials) == 1 else f"{len(self.trials)} trials"
        return f"<Result of {self.name!r}: {self.state}, {trials}, {found}>"
