"""What proposes hyperparameters. A program may name one, or make it."""

from __future__ import annotations

from typing import Any

from hopslab.classic.programs import invalid


class AbstractOptimizer:
    """One of those below; own ones are not taken."""

    algorithm = ""

    def __init__(self, pruner: Any = None, pruner_kwargs: Any = None) -> None:
        if pruner is not None or pruner_kwargs is not None:
            raise invalid(
                [f"pruner is {pruner!r}; use optimizer Asha for trials with budgets, or leave it out."]
            )

    def name(self) -> str:
        """The optimizer's own name."""
        return type(self).__name__


class RandomSearch(AbstractOptimizer):
    """By chance."""

    algorithm = "random"


class GridSearch(AbstractOptimizer):
    """Every combination of ``DISCRETE`` and ``CATEGORICAL`` values."""

    algorithm = "grid"


class SingleRun(AbstractOptimizer):
    """The function again and again, without hyperparameters."""


class TPE(AbstractOptimizer):
    """A tree of Parzen estimators."""

    algorithm = "tpe"


class GP(AbstractOptimizer):
    """A Gaussian process."""

    algorithm = "gp"


class Asha(AbstractOptimizer):
    """Many trials with a small ``budget``, and the best of them again with more.

    The function gets ``budget`` as a hyperparameter: how many epochs, for example.

    Args:
        reduction_factor: So many times the budget at each step up, for the best one of so many.
        resource_min: The least budget.
        resource_max: The most.
    """

    def __init__(self, reduction_factor: int = 2, resource_min: int = 1, resource_max: int = 4) -> None:
        super().__init__()
        faults = [
            f"{what} is {value!r}; give a whole number from {least} on."
            for what, value, least in (
                ("reduction_factor", reduction_factor, 2),
                ("resource_min", resource_min, 1),
                ("resource_max", resource_max, 1),
            )
            if isinstance(value, bool) or not isinstance(value, int) or value < least
        ]
        if not faults and resource_min >= resource_max:
            faults = [f"resource_min ({resource_min}) is not below resource_max ({resource_max}); swap them."]
        if faults:
            raise invalid(faults)
        self.algorithm = f"promotion:factor={reduction_factor}"
        self.reduction_factor = reduction_factor
        self.resource_min = resource_min
        self.resource_max = resource_max

    def budgets(self) -> list[int]:
        """The budgets, from the least one up."""
        budgets, budget = [], self.resource_min
        while budget <= self.resource_max:
            budgets.append(budget)
            budget *= self.reduction_factor
        return budgets


BY_NAME: dict[str, type[AbstractOptimizer]] = {
    "randomsearch": RandomSearch,
    "asha": Asha,
    "tpe": TPE,
    "gp": GP,
    "gridsearch": GridSearch,
    "none": SingleRun,
}


def optimizer_of(given: Any) -> AbstractOptimizer:
    """The optimizer that a program has named or made.

    Raises:
        HopslabError: ``experiment.invalid`` where it is none of these.
    """
    if given is None:
        return SingleRun()
    made = BY_NAME.get(given.lower()) if isinstance(given, str) else None
    if made is not None:
        return made()
    if isinstance(given, AbstractOptimizer) and isinstance(given, tuple(BY_NAME.values())):
        return given
    raise invalid(
        [f"optimizer is {given!r:.60}; use one of: {', '.join(BY_NAME)}, or one of maggy.optimizer."]
    )
