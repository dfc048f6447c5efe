"""The unit cube: a search space as numbers from 0 to 1, for algorithms that compute with distances."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hopslab.experiment.space import (
    Dimension,
    LogUniform,
    Params,
    QLogUniform,
    Scalar,
    Space,
    Uniform,
    in_order,
    is_active,
    level,
    levels,
)

FINE = 10_000
MIDDLE = 0.5


def decode(dimension: Dimension, at: float) -> Scalar:
    """The value at a place from 0 to 1; each level has an equal share, on a logarithmic scale where it is one."""
    match dimension:
        case Uniform(low, high):
            return min(max(low + at * (high - low), float(low)), float(high))
        case LogUniform(low, high):
            return _power(low, high, at)
        case QLogUniform(low, high, step):
            index = round((_power(low, high, at) - low) / step)
            return level(dimension, min(max(index, 0), (levels(dimension) or 1) - 1))
    count = levels(dimension) or 1
    return level(dimension, min(int(at * count), count - 1))


def encode(dimension: Dimension, value: Scalar) -> float:
    """The place of a value, from 0 to 1: the middle of its share where it has one."""
    match dimension:
        case Uniform(low, high):
            return min(max((_number(value) - low) / (high - low), 0.0), 1.0)
        case LogUniform(low, high) | QLogUniform(low, high):
            place = math.log(max(_number(value), low) / low) / math.log(high / low)
            return min(max(place, 0.0), 1.0)
    return (index_of(dimension, value) + MIDDLE) / (levels(dimension) or 1)


def index_of(dimension: Dimension, value: Scalar) -> int:
    """Which level a value is, or is next to; 0 for an option that there is not."""
    options = getattr(dimension, "options", None)
    if options is not None:
        return options.index(value) if value in options else 0
    low, step = float(getattr(dimension, "low", 0)), float(getattr(dimension, "step", 1))
    return min(max(round((_number(value) - low) / step), 0), (levels(dimension) or 1) - 1)


def _power(low: float, high: float, at: float) -> float:
    return float(min(max(low * math.exp(at * math.log(high / low)), low), high))


def _number(value: Scalar) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


class Cube:
    """A space as a cube. Dimensions with one value only are no side of it."""

    def __init__(self, space: Space) -> None:
        self._space = list(in_order(space))
        self.names = [name for name, dimension in self._space if levels(dimension) != 1]
        self._index = {name: index for index, name in enumerate(self.names)}

    @property
    def sides(self) -> int:
        """How many sides it has."""
        return len(self.names)

    def levels(self) -> list[int | None]:
        """For each side how many equal shares it has; None where it is continuous, or as good as that."""
        sides = [dimension for name, dimension in self._space if name in self._index]
        counts = [None if isinstance(side, QLogUniform) else levels(side) for side in sides]
        return [None if count is None or count > FINE else count for count in counts]

    def params(self, point: Sequence[float] | Callable[[], float]) -> Params:
        """The hyperparameters at a point, or at places that are drawn one by one; active ones only."""
        params: Params = {}
        for name, dimension in self._space:
            if not is_active(dimension, params):
                continue
            index = self._index.get(name)
            if index is None:
                params[name] = level(dimension, 0)
            else:
                params[name] = decode(dimension, point() if callable(point) else float(point[index]))
        return params

    def point(self, params: Params, missing: Sequence[float] | None = None) -> list[float]:
        """The place of hyperparameters; where one is not active, ``missing`` or the middle."""
        at = [MIDDLE] * self.sides if missing is None else [float(place) for place in missing]
        for name, dimension in self._space:
            if name in self._index and name in params:
                at[self._index[name]] = encode(dimension, params[name])
        return at
