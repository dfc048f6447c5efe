"""Pruners: which trials are not worth going on with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from hopslab.experiment.pruners.halving import Asha, Hyperband
from hopslab.experiment.pruners.median import Median
from hopslab.experiment.pruners.patience import Patience
from hopslab.experiment.pruners.pruner import Pruner

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
    name, _, words = pruner.partition(":")
    known = inspect.signature(_MADE[name]).parameters
    options: dict[str, float] = {}
    for word in filter(None, (part.strip() for part in words.split(","))):
        option, sign, text = (part.strip() for part in word.partition("="))
        if option not in known or not sign:
            near = get_close_matches(option, known, 1)
            hint = f"did you mean {near[0]}=...?" if near and near[0] != option else f"write {option}=5."
            hint = hint if near or option in known else f"{name} takes {', '.join(known)}."
            raise ValueError(f"{word!r} is no option of {name}; {hint}")
        try:
            value = float(text) if option == "delta" else int(text)
        except ValueError:
            raise ValueError(f"{option} is {text!r}; give a whole number.") from None
        least = _LEAST.get(option, 0)
        if not least <= value < 2**53:
            raise ValueError(f"{option} is {text}; give a number from {least} on.")
        options[option] = value
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
