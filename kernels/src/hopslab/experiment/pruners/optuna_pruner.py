"""A pruner of Optuna's that somebody brings along."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

from hopslab.experiment.searches.optuna_search import load

if TYPE_CHECKING:
    import optuna


class OptunaPruner:
    """Shows the pruner a study of the running trials and the latest ended ones."""

    def __init__(self, pruner: optuna.pruners.BasePruner) -> None:
        load()
        import optuna

        from hopslab.experiment.searches.window import Window

        self._study = optuna.create_study(
            storage=Window(0, best=0, latest=500, earlier=0),
            direction="minimize",
            sampler=optuna.samplers.RandomSampler(seed=0),
            pruner=pruner,
        )
        self._trials: dict[int, optuna.trial.Trial] = {}

    def report(self, number: int, step: int, loss: float) -> str | None:
        """What it says."""
        trial = self._trials.get(number)
        if trial is None:
            trial = self._trials[number] = self._study.ask()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trial.report(loss, step)
            return "not worth going on with" if trial.should_prune() else None

    def end(self, number: int, loss: float | None) -> None:
        """Ended trials are what it compares with."""
        from optuna.trial import TrialState as State

        trial = self._trials.pop(number, None)
        if trial is not None:
            with contextlib.suppress(ValueError):
                self._study.tell(trial, loss, State.COMPLETE if loss is not None else State.PRUNED)
