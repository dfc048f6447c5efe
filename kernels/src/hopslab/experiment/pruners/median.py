"""The median rule."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

LATEST = 1000
STEPS = 10_000


class _Recent:
    """The latest losses at one step, kept in order."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._by_age: deque[float] = deque()

    def add(self, loss: float) -> None:
        insort(self._sorted, loss)
        self._by_age.append(loss)
        if len(self._by_age) > LATEST:
            del self._sorted[bisect_left(self._sorted, self._by_age.popleft())]

    def median(self, least: int) -> float | None:
        count = len(self._sorted)
        if count < least:
            return None
        return (self._sorted[(count - 1) // 2] + self._sorted[count // 2]) / 2


class Median:
    """Gives a trial up whose best loss so far is above the median of the complete trials' losses at the same step.

    The rule of Golovin et al., *Google Vizier: A Service for Black-Box Optimization*, 2017, with the losses themselves
    as Optuna has it. The latest 1,000 complete trials are compared with, at the first 10,000 steps that they report.

    Args:
        startup: How many complete trials a step needs before it is judged.
        warmup: No trial is given up before this step.
        interval: Judge every so many steps after that.
    """

    def __init__(self, *, startup: int = 5, warmup: int = 0, interval: int = 1) -> None:
        self._startup, self._warmup, self._interval = max(startup, 1), warmup, interval
        self._steps: dict[int, _Recent] = {}
        self._running: dict[int, dict[int, float]] = {}
        self._best: dict[int, float] = {}

    def report(self, number: int, step: int, loss: float) -> str | None:
        """Compare with the median at this step."""
        best = self._best[number] = min(loss, self._best.get(number, loss))
        if step < self._warmup or (step - self._warmup) % self._interval:
            return None
        reported = self._running.setdefault(number, {})
        if len(reported) < STEPS:
            reported[step] = loss
        median = self._steps[step].median(self._startup) if step in self._steps else None
        if median is None or best <= median:
            return None
        return "at its best still behind the median of the complete trials at this step"

    def end(self, number: int, loss: float | None) -> None:
        """What a complete trial reported is what others are compared with."""
        self._best.pop(number, None)
        reported = self._running.pop(number, {})
        if loss is None:
            return
        for step, value in reported.items():
            if step in self._steps or len(self._steps) < STEPS:
                self._steps.setdefault(step, _Recent()).add(value)
