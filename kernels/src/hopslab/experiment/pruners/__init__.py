"""Pruners: which trials are not worth going on with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hopslab.experiment.pruners.halving import Asha, Hyperband
from hopslab.experiment.pruners.median import Median
from hopslab.experiment.pruners.patience import Patience
from hopslab.experiment.pruners.pruner import Pruner
from hopslab.experiment.worded import options_of

__all__ = ["PRUNERS", "Pruner", "make_pruner", "pruner_faults"]

_MADE: dict[str, Callable[..., Pruner]] = {
    "median": Median,
    "asha": Asha,
    "hyperband": Hyperband,
    "patience": Patience,
}
PRUNERS = tuple(_MADE)
_LEAST = {"factor": 2, "startup": 1, "interval": 1, "least": 1, "steps": 1, "most": 1}


def _options(pruner: str) -> dict[str, float]:
    """The options behind a pruner's name. ValueError, with its words, where they make no sense."""
    options = options_of(pruner, _MADE, least=_LEAST, real=frozenset({"delta"}))
    if options.get("most", 2**53) < options.get("least", 1):
        raise ValueError("most is below least; swap them.")
    return options


def pruner_faults(pruner: object) -> Iterable[str]:
    """Every fault of what was given as pruner, with its remedy."""
    if pruner is None or not isinstance(pruner, str):
        if pruner is not None and not hasattr(pruner, "prune"):
            yield f"pruner is {pruner!r}; use one of: {', '.join(PRUNERS)}, or None."
        return
    if pruner.partition(":")[0] not in _MADE:
        yield f"pruner is {pruner!r}; use one of: {', '.join(PRUNERS)}."
        return
    try:
        _options(pruner)
    except ValueError as error:
        yield f"pruner: {error}"


def make_pruner(pruner: Any) -> Pruner | None:
    """The pruner that was asked for: None, a name with options such as ``median:warmup=3``, or one of Optuna's."""
    if pruner is None:
        return None
    if not isinstance(pruner, str):
        from hopslab.experiment.pruners.optuna_pruner import OptunaPruner

        return OptunaPruner(pruner)
    options: dict[str, Any] = _options(pruner)
    return _MADE[pruner.partition(":")[0]](**options)
