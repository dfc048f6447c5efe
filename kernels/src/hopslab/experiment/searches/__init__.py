"""Algorithms that propose hyperparameters. What they cost does not grow with the number of trials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hopslab.experiment.searches.covariance import CovarianceAdaptation
from hopslab.experiment.searches.evolution import DifferentialEvolution
from hopslab.experiment.searches.gaussian import GaussianProcess
from hopslab.experiment.searches.optuna_search import OptunaSearch
from hopslab.experiment.searches.plain import Chance, Grid
from hopslab.experiment.searches.promotion import BUDGET, Promotion
from hopslab.experiment.searches.search import Search, Told
from hopslab.experiment.searches.sorting import NonDominatedSorting
from hopslab.experiment.space import Choice, Space
from hopslab.experiment.worded import options_of

if TYPE_CHECKING:
    import optuna

__all__ = ["ALGORITHMS", "LISTED", "Search", "Told", "algorithm_faults", "make_search"]

ALGORITHMS = ("tpe", "random", "grid", "cmaes", "gp", "de", "nsga2")
# What runs the best points again with more of a space's ``budget``.
PROMOTION = "promotion"
# What tries the points it was given and no others.
LISTED = "points"


def _tpe(space: Space, seed: int, metrics: int = 1) -> Search:
    def tpe() -> optuna.samplers.BaseSampler:
        from optuna.samplers import TPESampler

        # Trials run side by side: without a liar TPE would propose nearly the same thing to each.
        return TPESampler(seed=seed, constant_liar=True)

    return OptunaSearch(space, tpe, seed, metrics)


_MADE: dict[str, Any] = {
    "tpe": _tpe,
    "random": Chance,
    "grid": lambda space, _seed: Grid(space),
    "cmaes": CovarianceAdaptation,
    "gp": GaussianProcess,
    "de": DifferentialEvolution,
    "nsga2": NonDominatedSorting,
    PROMOTION: Promotion,
    LISTED: Chance,  # for those that somebody asks for beyond the list
}


def _options(algorithm: str) -> dict[str, float]:
    """The options behind an algorithm's name. ValueError, with its words, where they make no sense."""
    options = options_of(
        algorithm, _MADE, least={"population": 4, "factor": 2}, real=frozenset({"mutation", "crossover"})
    )
    most = 1 if algorithm.startswith("nsga2") else 2
    if options.get("mutation", 0) > most or options.get("crossover", 0) > 1:
        raise ValueError(f"mutation goes up to {most} and crossover to 1; give less.")
    return options


def algorithm_faults(algorithm: object, space: object) -> Iterable[str]:
    """Every fault of what was given as algorithm over a space, with its remedy."""
    known = (*ALGORITHMS, PROMOTION)
    if not isinstance(algorithm, str) or algorithm.partition(":")[0] not in known:
        yield f"algorithm is {algorithm!r}; use one of: {', '.join(ALGORITHMS)}."
        return
    if len(algorithm) > 50:
        yield f"algorithm has {len(algorithm)} characters; leave options out, or write shorter numbers."
        return
    try:
        _options(algorithm)
    except ValueError as error:
        yield f"algorithm: {error}"
    if algorithm.partition(":")[0] == PROMOTION and not _has_budgets(space):
        yield f"algorithm {PROMOTION} needs a hyperparameter {BUDGET}, such as {BUDGET} = choice(1, 3, 9)."


def _has_budgets(space: object) -> bool:
    return isinstance(space, Mapping) and isinstance(space.get(BUDGET), Choice)


def make_search(algorithm: str, space: Space, seed: int, metrics: int = 1) -> Search:
    """The search of this name over a sound space.

    ``tpe`` is Optuna's, ``cmaes`` covariance matrix adaptation, ``gp`` a Gaussian process, ``de`` differential
    evolution, with options such as ``de:population=20``; ``random`` and ``grid`` learn nothing. Of several metrics
    ``tpe`` and ``nsga2``, a genetic algorithm, learn.
    """
    if algorithm == "tpe":
        return _tpe(space, seed, metrics)
    search: Search = _MADE[algorithm.partition(":")[0]](space, seed, **_options(algorithm))
    return search
