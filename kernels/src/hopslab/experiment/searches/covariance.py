"""Covariance matrix adaptation, for trials that end in any order."""

from __future__ import annotations

import random
import warnings
from typing import TYPE_CHECKING, Any

from hopslab.experiment.searches.cube import MIDDLE, Cube
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import Params, Space

if TYPE_CHECKING:
    import cmaes
    import numpy as np

WIDTH = 0.25
LARGEST = 8


class CovarianceAdaptation:
    """CMA-ES with margin, of the package ``cmaes``, on the cube.

    Hansen, *The CMA Evolution Strategy: A Tutorial*, 2016; the margin keeps whole numbers and choices from freezing
    (Hamano et al., GECCO 2022). It moves as soon as a population of trials has ended, whichever these are. Where it has
    converged it begins anew elsewhere with a population twice as large (Auger and Hansen, CEC 2005). Options of a
    choice are taken in the order in which they are written; dimensions that are not active keep their place.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._cube = Cube(space)
        self._random = random.Random(seed)
        self._factor = 1
        self._run = 0
        self._asked: dict[int, tuple[int, np.ndarray[Any, Any]]] = {}
        self._ended: list[tuple[np.ndarray[Any, Any], float]] = []
        # The algorithm needs two dimensions; one that stands for nothing does no harm.
        self._sides = max(self._cube.sides, 2)
        self._cma = self._begin([MIDDLE] * self._sides)

    def _begin(self, mean: list[float]) -> cmaes.CMAwM:
        import cmaes
        import numpy as np

        steps = [0.0 if count is None else 1 / (count - 1) for count in self._cube.levels()]
        return cmaes.CMAwM(
            mean=np.array(mean),
            sigma=WIDTH,
            bounds=np.array([[0.0, 1.0]] * self._sides),
            steps=np.array(steps + [0.0] * (self._sides - len(steps))),
            seed=self._random.randrange(2**31),
            population_size=self._factor * (4 + int(3 * np.log(self._sides))),
        )

    def ask(self, number: int) -> Params:
        """A draw from the distribution as it is now."""
        place, drawn = self._cma.ask()
        self._asked[number] = self._run, drawn
        return self._cube.params(place)

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Move once enough have ended."""
        import numpy as np

        run, drawn = self._asked.pop(number, (self._run, None))
        if told.losses is None or run != self._run:
            return
        if drawn is None:
            place = self._cube.point(params)
            drawn = np.array(place + [MIDDLE] * (self._sides - len(place)))
        self._ended.append((drawn, told.losses[0]))
        if len(self._ended) < self._cma.population_size:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of numbers that vanish, shortly before it has converged
            self._cma.tell(self._ended)
            converged = self._cma.should_stop()
        self._ended = []
        if converged:
            self._run += 1
            self._factor = min(2 * self._factor, LARGEST)
            self._cma = self._begin([self._random.random() for _ in range(self._sides)])
