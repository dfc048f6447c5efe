"""Spaces as the REST API has them, and points in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.space import (
    Choice,
    Dimension,
    LogUniform,
    Params,
    QLogUniform,
    QUniform,
    RandInt,
    Space,
    Uniform,
    is_active,
)

# Options that a fault names.
SHOWN = 10


def space_of(contract: Mapping[str, Mapping[str, Any]]) -> Space:
    """The space that ``to_contract`` wrote.

    Raises:
        HopslabError: ``experiment.invalid`` where it has a dimension that this package does not know.
    """
    return {name: _dimension(name, one) for name, one in contract.items()}


def _dimension(name: str, one: Mapping[str, Any]) -> Dimension:
    when = tuple((each["name"], tuple(each["in"])) for each in one.get("when", ()))
    match one["kind"]:
        case "choice":
            return Choice(tuple(one["options"]), conditions=when)
        case "randint":
            return RandInt(one["low"], one["high"], one.get("step", 1), conditions=when)
        case "uniform":
            return Uniform(one["low"], one["high"], conditions=when)
        case "loguniform":
            return LogUniform(one["low"], one["high"], conditions=when)
        case "quniform":
            return QUniform(one["low"], one["high"], one["step"], conditions=when)
        case "qloguniform":
            return QLogUniform(one["low"], one["high"], one["step"], conditions=when)
    raise HopslabError(
        "experiment.invalid", f"{name} is of the kind {one['kind']}, which this version does not know."
    )


def point_faults(space: Space, point: object) -> list[str]:
    """Why a point cannot be tried in a sound space."""
    if not isinstance(point, Mapping):
        return [f"{point!r:.60} is no dict of hyperparameters."]
    faults = [f"there is no hyperparameter {name!r:.60}." for name in point if name not in space]
    for name, dimension in space.items():
        active = is_active(dimension, point)
        if name not in point:
            faults += [f"{name} is missing."] if active else []
        elif not active:
            faults.append(f"{name} is not asked for where the others have these values; leave it out.")
        elif not _holds(dimension, point[name]):
            faults.append(f"{name} is {point[name]!r:.60}; {_words(dimension)}.")
    return faults


def _words(dimension: Dimension) -> str:
    """What a dimension holds, for people."""
    if isinstance(dimension, Choice):
        first = [f"{option!r:.60}" for option in dimension.options[:SHOWN]]
        more = len(dimension.options) - len(first)
        last = [f"one of {more} more"] if more else first[1:] and [first.pop()]
        return f"it may be {' or '.join([', '.join(first), *last])}"
    kind = "whole numbers" if isinstance(dimension, RandInt) else "numbers"
    return f"it takes {kind} from {dimension.low} to {dimension.high}"


def fitted(space: Space, point: Mapping[str, Any]) -> Params:
    """A point in a space with its values as the space has them: JSON does not tell 1 from 1.0."""
    return {name: _fitted(space[name], value) if name in space else value for name, value in point.items()}


def _fitted(dimension: Dimension, value: Any) -> Any:
    if isinstance(dimension, Choice):
        same = (
            one
            for one in dimension.options
            if one == value and isinstance(one, bool) == isinstance(value, bool)
        )
        return next(same, value)
    return int(value) if isinstance(dimension, RandInt) else float(value)


def _holds(dimension: Dimension, value: Any) -> bool:
    if isinstance(dimension, Choice):
        return any(
            value is option or (value == option and type(value) is type(option))
            for option in dimension.options
        )
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(dimension, RandInt) and not isinstance(value, int):
        return False
    return dimension.low <= value <= dimension.high
