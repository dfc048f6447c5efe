"""Successive halving without rounds, and Hyperband over it."""

from __future__ import annotations

import math
from bisect import bisect_left, insort

GOLDEN = (math.sqrt(5) - 1) / 2


class Asha:
    """Asynchronous successive halving: only the best of those who came as far as a rung go on from it.

    Li et al., *A System for Massively Parallel Hyperparameter Tuning*, MLSys 2020, in the form that stops trials
    instead of pausing them. Rungs are at ``least``, ``least * factor``, ``least * factor**2`` ... steps; at each one
    of ``factor`` trials goes on, judged by the losses of all that have come there until then.

    Args:
        least: Steps that every trial is given.
        factor: One of so many goes on.
        most: Steps that are not pruned any more; None for no end.
    """

    def __init__(self, *, least: int = 1, factor: int = 3, most: int | None = None) -> None:
        self._least, self._factor, self._most = least, factor, most
        self._rungs: list[list[float]] = []
        self._at: dict[int, int] = {}

    def report(self, number: int, step: int, loss: float) -> str | None:
        """Judge at a rung; between two of them a trial goes on."""
        done = step + 1
        rung = self._at.get(number, 0)
        if done < self._least * self._factor**rung or (self._most is not None and done >= self._most):
            return None
        while done >= self._least * self._factor ** (rung + 1):
            rung += 1  # it reports less often than there are rungs
        self._at[number] = rung + 1
        while len(self._rungs) <= rung:
            self._rungs.append([])
        losses = self._rungs[rung]
        insort(losses, loss)
        # Equal ones share a place: the first of them.
        place = bisect_left(losses, loss)
        if place < math.ceil(len(losses) / self._factor):
            return None
        return f"place {place + 1} of {len(losses)} that came so far, and one of {self._factor} goes on"

    def end(self, number: int, _loss: float | None) -> None:
        """It is on no rung any more; what it reached stays in the comparison."""
        self._at.pop(number, None)


class Hyperband:
    """Hyperband without rounds: several ``Asha`` side by side, from eager to patient; each trial belongs to one.

    Li et al., *Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization*, JMLR 18, 2018. With the
    algorithm ``tpe`` it is what BOHB does (Falkner et al., ICML 2018). Brackets share the trials so that each gets
    about the same number of steps.

    Args:
        least: Steps that every trial is given.
        factor: One of so many goes on at each rung.
        most: Steps of a whole trial; where it is not given, as many as the first complete trial reports, and nothing is
            pruned before that.
    """

    def __init__(self, *, least: int = 1, factor: int = 3, most: int | None = None) -> None:
        self._least, self._factor = least, factor
        self._brackets: list[Asha] = []
        self._shares: list[float] = []
        self._steps: dict[int, int] = {}
        if most is not None:
            self._open(most)

    def _open(self, most: int) -> None:
        count = 1
        while self._least * self._factor**count <= most:
            count += 1
        self._brackets = [
            Asha(least=self._least * self._factor**bracket, factor=self._factor, most=most)
            for bracket in range(count)
        ]
        weights = [self._factor ** (count - 1 - bracket) / (count - bracket) for bracket in range(count)]
        self._shares = [sum(weights[: bracket + 1]) / sum(weights) for bracket in range(count)]

    def bracket(self, number: int) -> int:
        """Which bracket a trial is in: the golden ratio spreads numbers evenly over the shares."""
        at = (number * GOLDEN) % 1
        return next((index for index, share in enumerate(self._shares) if at < share), len(self._shares) - 1)

    def report(self, number: int, step: int, loss: float) -> str | None:
        """What the trial's bracket says."""
        self._steps[number] = step + 1
        if not self._brackets:
            return None
        return self._brackets[self.bracket(number)].report(number, step, loss)

    def end(self, number: int, loss: float | None) -> None:
        """The first complete trial tells how long a trial is."""
        steps = self._steps.pop(number, 0)
        if self._brackets:
            self._brackets[self.bracket(number)].end(number, loss)
        elif loss is not None and steps:
            self._open(steps)
