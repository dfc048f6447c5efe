"""Counts of trials and the best of them, kept with every change: counting them anew grows with their number."""

from __future__ import annotations

from hopslab.experiment.front import Front
from hopslab.experiment.records import TrialRecord, TrialState


class Tally:
    """What a sweep's trials make of it.

    Args:
        maximize: Whether more of the metric is better.
        front: Of several metrics, and empty: there is no best one then.
    """

    def __init__(self, *, maximize: bool, front: Front | None = None) -> None:
        self._sign = 1.0 if maximize else -1.0
        self._counts: dict[TrialState, int] = {}
        self._front = front
        self.best: TrialRecord | None = None

    def change(self, before: TrialRecord | None, after: TrialRecord) -> None:
        """Count a trial where it is now. One that has ended does not change again."""
        if before is not None:
            self._counts[before.state] -= 1
        self._counts[after.state] = self._counts.get(after.state, 0) + 1
        if self._front is not None:
            if after.state == "complete":
                self._front.add(after)
        elif after.value is not None and (self.best is None or self._rank(after) > self._rank(self.best)):
            self.best = after

    def count(self, state: TrialState) -> int:
        """How many trials are in a state."""
        return self._counts.get(state, 0)

    @property
    def counts(self) -> dict[TrialState, int]:
        """How many trials are in each state that any is in."""
        return {state: count for state, count in self._counts.items() if count > 0}

    @property
    def front(self) -> int | None:
        """How many trials are on the front; None where one metric decides."""
        return None if self._front is None else self._front.size

    def _rank(self, record: TrialRecord) -> tuple[float, int]:
        return self._sign * (record.value or 0.0), -record.number
