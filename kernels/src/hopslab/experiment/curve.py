"""The values of a trial on the way: which of them are kept."""

from __future__ import annotations

from dataclasses import dataclass

MOST_POINTS = 128
LARGEST_STEP = 2**53 - 1


@dataclass(frozen=True)
class Point:
    """The ``index``-th value of an attempt at a trial, counted from 0."""

    number: int
    attempt: int
    index: int
    step: int
    value: float


class Curve:
    """One attempt's values. Of more than are kept every second one goes, again and again; the first of a step stays."""

    def __init__(self, number: int, attempt: int) -> None:
        self._number = number
        self._attempt = attempt
        self._steps: set[int] = set()
        self._stride = 1
        self._kept = 0

    def add(self, value: float, step: int) -> Point | None:
        """Note a value; the point that is kept of it, if one is.

        A step that was there already changes nothing, nor one that is too large for any count.
        """
        if step in self._steps or step > LARGEST_STEP:
            return None
        index = len(self._steps)
        self._steps.add(step)
        if index % self._stride != 0:
            return None
        self._kept += 1
        if self._kept > MOST_POINTS:
            # Nothing before is taken back: the platform thins the curve by the same rule.
            self._stride *= 2
            self._kept = index // self._stride + 1
            if index % self._stride != 0:
                return None
        return Point(self._number, self._attempt, index, step, value)
