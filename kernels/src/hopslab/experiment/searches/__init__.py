"""Algorithms that propose hyperparameters. What they cost does not grow with the number of trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hopslab.experiment.searches.covariance import CovarianceAdaptation
from hopslab.experiment.searches.evolution import DifferentialEvolution
from hopslab.experiment.searches.gaussian import GaussianProcess
from hopslab.experiment.searches.optuna_search import OptunaSearch
from hopslab.experiment.searches.plain import Chance, Grid
from hopslab.experiment.searches.search import Search, Told
from hopslab.experiment.space import Space

if TYPE_CHECKING:
    import optuna

__all__ = ["ALGORITHMS", "Search", "Told", "make_search"]

ALGORITHMS = ("tpe", "random", "grid", "cmaes", "gp", "de")


def make_search(algorithm: str, space: Space, seed: int) -> Search:
    """The search of this name over a sound space.

    ``tpe`` is Optuna's, ``cmaes`` covariance matrix adaptation, ``gp`` a Gaussian process, ``de`` differential
    evolution; ``random`` and ``grid`` learn nothing.
    """

    def tpe() -> optuna.samplers.BaseSampler:
        from optuna.samplers import TPESampler

        # Trials run side by side: without a liar TPE would propose nearly the same thing to each.
        return TPESampler(seed=seed, constant_liar=True)

    match algorithm:
        case "grid":
            return Grid(space)
        case "random":
            return Chance(space, seed)
        case "cmaes":
            return CovarianceAdaptation(space, seed)
        case "gp":
            return GaussianProcess(space, seed)
        case "de":
            return DifferentialEvolution(space, seed)
        case "tpe":
            return OptunaSearch(space, tpe, seed)
    raise ValueError(f"no algorithm {algorithm!r}")
