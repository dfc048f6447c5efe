"""Many trials with little, and the best of them again with more."""

from __future__ import annotations

import heapq
import random
from bisect import insort

from hopslab.experiment.searches.cube import Cube
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import Choice, Params, Scalar, Space

BUDGET = "budget"

Key = tuple[tuple[str, Scalar], ...]


class _Rung:
    """The trials of one budget."""

    def __init__(self) -> None:
        self._losses: list[float] = []
        self._waiting: list[tuple[float, int, Key]] = []
        self._promoted: set[Key] = set()

    def add(self, loss: float, number: int, key: Key) -> None:
        insort(self._losses, loss)
        heapq.heappush(self._waiting, (loss, number, key))

    def promoted(self, key: Key) -> None:
        self._promoted.add(key)

    def best(self, factor: int) -> Key | None:
        """The best one that was not promoted yet, if it is among the best of so many."""
        while self._waiting and self._waiting[0][2] in self._promoted:
            heapq.heappop(self._waiting)
        places = len(self._losses) // factor
        if not self._waiting or places == 0 or self._waiting[0][0] > self._losses[places - 1]:
            return None
        return None if len(self._promoted) >= places else self._waiting[0][2]


class Promotion:
    """Asynchronous successive halving that runs a promising point again with the next budget.

    Li et al., *A System for Massively Parallel Hyperparameter Tuning*, 2020. For functions that do not report on the
    way; where they do, the pruner ``asha`` wastes less.

    Args:
        space: What is searched; its ``budget`` has the budgets.
        seed: Makes it propose the same again.
        factor: The best one of so many is promoted.
    """

    def __init__(self, space: Space, seed: int, *, factor: int = 2) -> None:
        self._cube = Cube({name: dimension for name, dimension in space.items() if name != BUDGET})
        self._seed = seed
        self._factor = factor
        budget = space[BUDGET]
        self._budgets = list(budget.options) if isinstance(budget, Choice) else []
        self._rungs = [_Rung() for _ in self._budgets]

    def ask(self, number: int) -> Params:
        """The best point that waits at the highest budget, with the next one; else a draw with the least."""
        for at in range(len(self._rungs) - 2, -1, -1):
            key = self._rungs[at].best(self._factor)
            if key is not None:
                self._rungs[at].promoted(key)
                return {**dict(key), BUDGET: self._budgets[at + 1]}
        drawn = self._cube.params(random.Random(f"{self._seed} {number}").random)
        return {**drawn, BUDGET: self._budgets[0]}

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Note an end at its budget; a point is not promoted twice."""
        if params.get(BUDGET) not in self._budgets:
            return
        at = self._budgets.index(params[BUDGET])
        key = tuple((name, value) for name, value in params.items() if name != BUDGET)
        if at > 0:
            self._rungs[at - 1].promoted(key)
        if told.losses is not None:
            self._rungs[at].add(told.losses[0], number, key)
