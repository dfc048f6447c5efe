"""Bayesian optimisation with a Gaussian process."""

from __future__ import annotations

import random
import warnings
from bisect import insort
from collections import deque
from typing import TYPE_CHECKING, Any

from hopslab.experiment.searches.cube import Cube
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import Choice, Params, Space, in_order, levels

if TYPE_CHECKING:
    import numpy as np

BEST = 40
LATEST = 60
REFIT = 20
ANYWHERE = 200
NEARBY = 100
MOST_OPTIONS = 16


class GaussianProcess:
    """Expected improvement under a Gaussian process, scikit-learn's, of a Matérn kernel with a length for each side.

    Jones, Schonlau and Welch, *Efficient Global Optimization of Expensive Black-Box Functions*, Journal of Global
    Optimization 13, 1998. The process sees the best 40 and the latest 60 trials, by the ranks of their losses, so that
    one that diverged bends nothing; running ones count as middling, so that nobody is sent to the same place. Its
    lengths are fitted anew with every fifth more trials, every twentieth in the end.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._cube = Cube(space)
        self._random = random.Random(seed)
        self._seed = seed
        self._options = [
            count if isinstance(dimension, Choice) and 2 < count <= MOST_OPTIONS else 0
            for _, dimension in in_order(space)
            if (count := levels(dimension) or 0) != 1
        ]
        self._startup = max(2 * self._cube.sides, 8)
        self._best: list[tuple[float, int, list[float]]] = []
        self._latest: deque[tuple[float, int, list[float]]] = deque(maxlen=LATEST)
        self._asked: dict[int, list[float]] = {}
        self._told = 0
        self._refit = 0
        self._kernel: Any = None
        # Now, because it takes a second that trials would wait for.
        import sklearn.gaussian_process  # noqa: F401
        from threadpoolctl import ThreadpoolController

        self._threads = ThreadpoolController()

    def ask(self, number: int) -> Params:
        """A chance place at the beginning, then the candidate with the largest expected improvement."""
        if self._told < self._startup or not self._cube.sides:
            at = self._chance()
        else:
            with self._threads.limit(limits=1):  # small matrices; other cores are for trials
                at = self._likely()
        params = self._cube.params(at)
        self._asked[number] = self._cube.point(params)
        return params

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Only complete trials teach."""
        at = self._asked.pop(number, None) or self._cube.point(params)
        if told.losses is None:
            return
        self._told += 1
        seen = (told.losses[0], number, at)
        self._latest.append(seen)
        insort(self._best, seen)
        del self._best[BEST:]

    def _chance(self) -> list[float]:
        return [self._random.random() for _ in range(self._cube.sides)]

    def _near(self, at: list[float]) -> list[float]:
        width = self._random.choice((0.02, 0.1))
        return [min(max(side + self._random.gauss(0, width), 0.0), 1.0) for side in at]

    def _features(self, points: list[list[float]]) -> np.ndarray[Any, Any]:
        """The points as the kernel measures them: options are as far from each other as can be, none is between."""
        import numpy as np

        columns = []
        for side, count in zip(np.array(points).T, self._options, strict=True):
            if count:
                index = np.minimum((side * count).astype(int), count - 1)
                columns.append(np.eye(count)[index] / np.sqrt(2))
            else:
                columns.append(side[:, None])
        return np.hstack(columns)

    def _likely(self) -> list[float]:
        import numpy as np
        from scipy.special import ndtr, ndtri

        seen = list({number: one for one in (*self._best, *self._latest) for number in (one[1],)}.values())
        losses = np.array([loss for loss, _, _ in seen])
        goals = ndtri((losses.argsort().argsort() + 0.5) / len(losses))
        running = list(self._asked.values())[-LATEST:]
        process = self._fitted(
            self._features([at for _, _, at in seen] + running), np.append(goals, np.zeros(len(running)))
        )
        near = [self._near(at) for _, _, at in self._best[:5] for _ in range(NEARBY // 5)]
        drawn = [*near, *(self._chance() for _ in range(ANYWHERE))]
        candidates = [self._cube.point(self._cube.params(at)) for at in drawn]
        mean, deviation = process.predict(self._features(candidates), return_std=True)
        # Of the noise in a result nothing is to be gained.
        deviation = np.sqrt(np.maximum(deviation**2 - process.kernel_.k2.noise_level, 1e-12))
        better = (goals.min() - mean) / deviation
        density = np.exp(-(better**2) / 2) / np.sqrt(2 * np.pi)
        improvement = deviation * (better * ndtr(better) + density)
        return drawn[int(improvement.argmax())]

    def _fitted(self, features: np.ndarray[Any, Any], goals: np.ndarray[Any, Any]) -> Any:
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        anew = self._kernel is None or self._told >= self._refit
        if self._kernel is None:
            lengths = Matern([0.5] * features.shape[1], (0.1, 5.0), nu=2.5)
            self._kernel = ConstantKernel(1.0, (0.5, 20.0)) * lengths + WhiteKernel(1e-3, (1e-6, 0.05))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of lengths at their bounds, where a side does not matter
            process = GaussianProcessRegressor(
                self._kernel, optimizer="fmin_l_bfgs_b" if anew else None, random_state=self._seed
            ).fit(features, goals)
        if anew:
            self._kernel = process.kernel_
            self._refit = self._told + min(max(self._told // 5, 1), REFIT)
        return process
