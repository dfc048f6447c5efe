"""What an algorithm is asked and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hopslab.experiment.space import Params


@dataclass(frozen=True)
class Told:
    """What became of a trial. Losses are to be made small, whatever the direction of the metric.

    Attributes:
        losses: One per metric of a complete trial; None of any other.
        reached: The last step of a trial that was pruned, and its loss there; None of any other.
    """

    losses: tuple[float, ...] | None = None
    reached: tuple[int, float] | None = None


class Search(Protocol):
    """Proposes hyperparameters and learns from what became of them. One thread at a time.

    The same seed and the same calls give the same proposals. A call takes the same time whether ten trials were told
    or a hundred thousand: an algorithm that learns from all of them keeps a summary or a bounded part.
    """

    def ask(self, number: int) -> Params:
        """Hyperparameters for the trial of this number: of every dimension that is active, and of no other."""

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Note an end; also of trials that it was not asked for (enqueued by hand, or of an earlier driver)."""
