"""What a sweep found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopslab.errors import HopslabError
from hopslab.experiment.kept_models import register_kept
from hopslab.experiment.records import SweepState, TrialRecord
from hopslab.experiment.space import Params
from hopslab.experiment.study import Direction
from hopslab.experiment.usage import Usage

if TYPE_CHECKING:
    import pandas as pd

    from hopslab.model import Model


def _usage_columns(usage: Usage | None) -> dict[str, float | None]:
    """Without those of GPUs where it had none."""
    columns: dict[str, float | None] = {
        "cpu_seconds": None if usage is None else usage.cpu_seconds,
        "peak_memory": None if usage is None else usage.peak_memory,
    }
    if usage is not None and usage.gpu is not None:
        columns |= {"gpu_busy": usage.gpu.busy, "gpu_peak_memory": usage.gpu.peak_memory}
    return columns


def trials_frame(trials: Iterable[TrialRecord]) -> pd.DataFrame:
    """One row per trial."""
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
                **_usage_columns(trial.usage),
            }
            for trial in trials
        ]
    )


@dataclass(frozen=True)
class Result:
    """A sweep's trials and the best of them.

    Attributes:
        id: The experiment's id on the platform; None outside a sandbox or while it is not registered.
        state: ``complete``, ``stopped`` or ``failed``; ``reason`` says why where it is not complete.
        trials: Every trial that was begun, by number.
        seconds: How long the sweep took.
        folder: Where its trials' files are; there is none where no trial has asked for its own.
        model: What the best trial's model was registered as; None where that was not asked for, or there is none.
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
    model: Model | None = None
    proofs: Path | None = field(default=None, repr=False)

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

    def register_model(self, name: str, version: int | None = None, **more: Any) -> Model:
        """Register the model that the best trial has kept by ``trial.save_model``, with its metrics and origin.

        Args:
            name: What others find it by; a model of that name gets its next version.
            version: Its number, where it shall not be the next one.
            more: ``description`` and ``overwrite``, as for ``hopslab.model.export``.

        Raises:
            HopslabError: ``experiment.no-model``: no trial is complete, or the best one has kept none; and those of
                ``hopslab.model.export``.
        """
        best = self.best_trial
        if best is None:
            raise HopslabError("experiment.no-model", "No trial is complete, so there is no best model.")
        proof = None if self.proofs is None else self.proofs / str(best.number)
        said = {"description": f"The best of {self.name}, by {self.metric}"[:2000], **more}
        return register_kept(
            self.folder, best, name, experiment=self.id, proof=proof, version=version, **said
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per trial: number, state, value, seconds, ``params.*``, ``metrics.*``, reason, executor, usage."""
        return trials_frame(self.trials)

    def __repr__(self) -> str:
        best = self.best_trial
        found = (
            "no trial completed"
            if best is None
            else f"best {self.metric} {best.value:.6g} with {best.params}"
        )
        trials = "1 trial" if len(self.trials) == 1 else f"{len(self.trials)} trials"
        return f"<Result of {self.name!r}: {self.state}, {trials}, {found}>"
