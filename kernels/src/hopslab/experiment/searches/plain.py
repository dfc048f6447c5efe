"""Algorithms that learn nothing: a grid, and chance."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hopslab.experiment.searches.cube import Cube
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import Params, Space, in_order, is_active, level, levels


def _combinations(space: Space) -> Iterator[Params]:
    """Every combination of active levels once, the last dimension changing first."""
    dimensions = list(in_order(space))

    def below(depth: int, params: Params) -> Iterator[Params]:
        if depth == len(dimensions):
            yield dict(params)
            return
        name, dimension = dimensions[depth]
        if not is_active(dimension, params):
            yield from below(depth + 1, params)
            return
        for index in range(levels(dimension) or 0):
            yield from below(depth + 1, {**params, name: level(dimension, index)})

    return below(0, {})


def grid_size(space: Space, most: int) -> int:
    """How many combinations a space without continuous dimensions has; ``most`` + 1 where it has more than that."""
    if not any(dimension.conditions for dimension in space.values()):
        size = 1
        for dimension in space.values():
            size = min(size * (levels(dimension) or 0), most + 1)
        return size
    return sum(1 for _, _ in zip(range(most + 1), _combinations(space), strict=False))


class Grid:
    """Every combination, in the order in which the space is written; from the beginning again after the last."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._left = _combinations(space)
        self._asked = 0

    def ask(self, number: int) -> Params:
        """The combination of this number; numbers that are passed over are counted as tried."""
        params: Params | None = None
        while params is None or self._asked <= number:
            params = next(self._left, None)
            if params is None:
                self._left = _combinations(self._space)
                continue
            self._asked += 1
        return params

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Nothing to learn."""


class Chance:
    """Each trial is drawn by its number, whatever came before, so that it is the same again after a restart."""

    def __init__(self, space: Space, seed: int) -> None:
        self._cube = Cube(space)
        self._seed = seed

    def ask(self, number: int) -> Params:
        """A draw."""
        return self._cube.params(random.Random(f"{self._seed} {number}").random)

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Nothing to learn."""
