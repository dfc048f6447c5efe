"""Lists of values and bounds as the classic functions take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hopslab.classic.programs import invalid
from hopslab.experiment.space import Choice, Dimension, RandInt, Uniform


def _lists(what: str, given: object) -> Mapping[str, Sequence[Any]]:
    if not isinstance(given, Mapping):
        raise invalid(
            [f"{what} is {given!r:.60}; give a dict with a list for each of the function's arguments."]
        )
    if not given:
        raise invalid([f"{what} is empty; give a list for each of the function's arguments."])
    faults = [
        f"{what}[{name!r}] is {values!r:.60}; give a list."
        for name, values in given.items()
        if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__len__")
    ]
    faults = faults or [
        f"{what}[{name!r}] is empty; give at least one value."
        for name, values in given.items()
        if not len(values)
    ]
    if faults:
        raise invalid(faults)
    return {name: [_own(value) for value in values] for name, values in given.items()}


def _own(value: Any) -> Any:
    """A scalar of numpy's as Python's own."""
    item = getattr(value, "item", None)
    return item() if item is not None and getattr(value, "ndim", None) == 0 else value


def points_of(what: str, given: object) -> list[dict[str, Any]]:
    """A dict for each run, of lists of equal length.

    Raises:
        HopslabError: ``experiment.invalid``.
    """
    lists = _lists(what, given)
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise invalid(
            [f"{what} has lists of different length: {told}. Give each argument a value for each run."]
        )
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def combinations_of(what: str, given: object) -> dict[str, Sequence[Any]]:
    """The lists, of which every combination is tried.

    Raises:
        HopslabError: ``experiment.invalid``.
    """
    return dict(_lists(what, given))


def space_of(what: str, given: object) -> dict[str, Dimension]:
    """The space between bounds: whole numbers, real ones, or one of two texts.

    Raises:
        HopslabError: ``experiment.invalid``.
    """
    lists = _lists(what, given)
    faults = [
        f"{what}[{name!r}] has {len(values)} values; give two, the lower and the upper bound."
        for name, values in lists.items()
        if len(values) != 2
    ]
    if faults:
        raise invalid(faults)
    return {name: _between(low, high) for name, (low, high) in lists.items()}


def _between(low: Any, high: Any) -> Dimension:
    numbers = [one for one in (low, high) if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(numbers) < 2:
        return Choice((low, high))
    whole = isinstance(low, int) and isinstance(high, int)
    return RandInt(low, high) if whole else Uniform(low, high)
