"""What a sweep found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopslab.errors import HopslabError
from hopslab.experiment.front import front_of
from hopslab.experiment.kept_models import chosen_trial, described, register_kept
from hopslab.experiment.objectives import Direction, Objective
from hopslab.experiment.records import SweepState, TrialRecord, shown
from hopslab.experiment.space import Params
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


def trials_frame(trials: Iterable[TrialRecord], objectives: Sequence[Objective]) -> pd.DataFrame:
    """One row per trial; of several metrics with which ones are on the front."""
    import pandas as pd

    trials = list(trials)
    front = {trial.number for trial in front_of(trials, objectives)} if len(objectives) > 1 else None
    return pd.DataFrame(
        [
            {
                "number": trial.number,
                "state": trial.state,
                "value": trial.value,
                **({} if front is None else {"front": trial.number in front}),
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
        also: Further metrics with their directions, where there are several; there is no best trial then.
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
    also: tuple[Objective, ...] = ()
    model: Model | None = None
    proofs: Path | None = field(default=None, repr=False)

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """Every metric with its direction."""
        return Objective(self.metric, self.direction), *self.also

    @property
    def front(self) -> list[TrialRecord]:
        """The complete trials that no other is better than: as good in every metric, and better in one.

        The best of the first metric comes first. Of one metric that is the best trial, with its equals.
        """
        return front_of(self.trials, self.objectives)

    @property
    def best_trial(self) -> TrialRecord | None:
        """The complete trial with the best value (the first of equals), or None where none is complete.

        Raises:
            HopslabError: ``experiment.several``: there are several metrics; choose a trial of ``front``.
        """
        if self.also:
            names = " and ".join(one.metric for one in self.objectives)
            raise HopslabError(
                "experiment.several",
                f"{self.name} was searched for {names} at once, and no trial is the best in all; choose one of "
                "result.front, which has those that no other is better than.",
            )
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

    def register_model(
        self, name: str, version: int | None = None, *, trial: int | None = None, **more: Any
    ) -> Model:
        """Register the model that the best trial has kept by ``trial.save_model``, with its metrics and origin.

        Args:
            name: What others find it by; a model of that name gets its next version.
            version: Its number, where it shall not be the next one.
            trial: The number of the trial whose model it is, where that is not the best one's. Of several metrics it
                has to be given, and all models of the front are kept; of one metric only the best one's is.
            more: ``description`` and ``overwrite``, as for ``hopslab.model.export``.

        Raises:
            HopslabError: ``experiment.no-model``: no trial is complete, or this one has kept none;
                ``experiment.several`` where a trial has to be given; and those of ``hopslab.model.export``.
        """
        chosen = self.best_trial if trial is None else chosen_trial(self.trials, trial)
        if chosen is None:
            raise HopslabError("experiment.no-model", "No trial is complete, so there is no best model.")
        proof = None if self.proofs is None else self.proofs / str(chosen.number)
        said = {"description": described(self.name, self.metric, trial), **more}
        return register_kept(
            self.folder, chosen, name, experiment=self.id, proof=proof, version=version, **said
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per trial: number, state, value, seconds, ``params.*``, ``metrics.*``, reason, executor, usage.

        ``value`` is the first metric; of several there is a column ``front``, which is True for those on it.
        """
        return trials_frame(self.trials, self.objectives)

    def _found(self) -> str:
        if self.also:
            return f"{len(self.front)} on the front of {', '.join(one.metric for one in self.objectives)}"
        best = self.best_trial
        return (
            "no trial completed"
            if best is None
            else f"best {self.metric} {best.value:.6g} with {shown(best.params)}"
        )

    def __repr__(self) -> str:
        trials = "1 trial" if len(self.trials) == 1 else f"{len(self.trials)} trials"
        return f"<Result of {self.name!r}: {self.state}, {trials}, {self._found()}>"
