"""What a sweep's coordinator needs of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hopslab.experiment.records import TrialState
from hopslab.experiment.space import Params


class Optimiser(Protocol):
    """Proposes trials and learns from what became of them."""

    def ask(self) -> tuple[int, Params]:
        """The next trial's number, counted from 0, and hyperparameters."""

    def pick(self, params: Params) -> int:
        """A number for hyperparameters that somebody picked."""

    def report(self, number: int, value: float, step: int) -> str | None:
        """Note a value; why the trial is to be pruned, or None."""

    def tell(self, number: int, state: TrialState, value: float | None, metrics: Mapping[str, float]) -> None:
        """Note an end: the metric, and all that was measured."""
