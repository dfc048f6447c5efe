"""What a pruner is asked."""

from __future__ import annotations

from typing import Protocol


class Pruner(Protocol):
    """Judges trials by what they report. One thread at a time.

    Steps of a trial come in rising order, losses are to be made small. What a call costs does not grow with the number
    of trials.
    """

    def report(self, number: int, step: int, loss: float) -> str | None:
        """Note a loss; why the trial is not worth going on with, in words for people, or None."""

    def end(self, number: int, loss: float | None, /) -> None:
        """Note an end, with the loss of a trial that is complete."""
