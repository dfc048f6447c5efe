"""The trials that no other one dominates: the Pareto front of several metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import le
from typing import TypeAlias

from hopslab.experiment.objectives import Objective
from hopslab.experiment.records import TrialRecord

Losses: TypeAlias = tuple[float, ...]


def losses_of(record: TrialRecord, objectives: Sequence[Objective]) -> Losses | None:
    """A complete trial's number for each metric, to be made small; None of one that lacks any."""
    if record.state != "complete" or any(one.metric not in record.metrics for one in objectives):
        return None
    return tuple(one.sign * record.metrics[one.metric] for one in objectives)


def dominates(one: Losses, other: Losses) -> bool:
    """Whether one is as good in every metric, and better in some."""
    return one != other and all(map(le, one, other))


class Front:
    """The front so far. What a trial costs grows with the front, not with the trials that there were.

    Args:
        objectives: The metrics, the first of which orders it.
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        self._objectives = tuple(objectives)
        self._at: dict[Losses, list[TrialRecord]] = {}
        self.size = 0

    def add(self, record: TrialRecord) -> list[TrialRecord]:
        """Note an end; the trials that are not on the front because of it: itself, or those it dominates."""
        at = losses_of(record, self._objectives)
        if at is None:
            return [record]
        if at not in self._at:
            if any(dominates(other, at) for other in self._at):
                return [record]
            gone = [other for other in self._at if dominates(at, other)]
        else:
            gone = []
        left = [one for other in gone for one in self._at.pop(other)]
        self._at.setdefault(at, []).append(record)
        self.size += 1 - len(left)
        return left

    def trials(self) -> list[TrialRecord]:
        """Those on it, the best of the first metric first; equals by their number."""
        return [
            record
            for at in sorted(self._at)
            for record in sorted(self._at[at], key=lambda record: record.number)
        ]


def front_of(trials: Iterable[TrialRecord], objectives: Sequence[Objective]) -> list[TrialRecord]:
    """The front of these trials."""
    front = Front(objectives)
    for record in trials:
        front.add(record)
    return front.trials()
