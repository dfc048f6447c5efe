"""Patience with trials that have stopped to improve."""

from __future__ import annotations


class Patience:
    """Gives a trial up that has not improved for ``steps`` reports, unless nothing better is known.

    Args:
        steps: Reports in a row without improvement.
        delta: How much smaller a loss has to be to count as improvement.
        warmup: No trial is given up before this step.
    """

    def __init__(self, *, steps: int = 5, delta: float = 0.0, warmup: int = 0) -> None:
        self._patience, self._delta, self._warmup = steps, delta, warmup
        self._best: float | None = None
        self._running: dict[int, tuple[float, float, int]] = {}

    def report(self, number: int, step: int, loss: float) -> str | None:
        """Count how long the trial has not improved."""
        least, counted, since = self._running.get(number, (loss, loss, -1))
        improved = since < 0 or loss < counted - self._delta
        least, counted, since = min(least, loss), loss if improved else counted, 0 if improved else since + 1
        self._running[number] = least, counted, since
        best = self._best is None or least <= self._best
        if best or since < self._patience or step < self._warmup:
            return None
        return f"no better for {since} reports in a row, and not the best"

    def end(self, number: int, loss: float | None) -> None:
        """The best complete trial is what others are compared with."""
        self._running.pop(number, None)
        if loss is not None and (self._best is None or loss < self._best):
            self._best = loss
