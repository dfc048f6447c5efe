"""Search spaces: what may be tried, and every fault of a space named with its remedy."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, TypeAlias

Scalar: TypeAlias = str | float | int | bool | None
Params: TypeAlias = dict[str, Scalar]

MAX_OPTIONS = 1000
MAX_TEXT = 1000
MAX_NAME = 100
MAX_INT = 2**53 - 1
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Uniform:
    """A real number between ``low`` and ``high``, all equally likely."""

    low: float
    high: float


@dataclass(frozen=True)
class LogUniform:
    """A real number above 0 between ``low`` and ``high``, every order of magnitude equally likely."""

    low: float
    high: float


@dataclass(frozen=True)
class RandInt:
    """A whole number from ``low`` to ``high``, both included."""

    low: int
    high: int


@dataclass(frozen=True)
class Choice:
    """One of ``options``."""

    options: tuple[Scalar, ...]


Dimension: TypeAlias = Uniform | LogUniform | RandInt | Choice
DIMENSIONS = (Uniform, LogUniform, RandInt, Choice)
Space: TypeAlias = Mapping[str, Dimension]


def uniform(low: float, high: float) -> Uniform:
    """A real number between ``low`` and ``high``, such as a dropout rate: ``uniform(0, 0.5)``."""
    return Uniform(low, high)


def loguniform(low: float, high: float) -> LogUniform:
    """A positive real number, every order of magnitude equally likely, such as a learning rate."""
    return LogUniform(low, high)


def randint(low: int, high: int) -> RandInt:
    """A whole number from ``low`` to ``high``, both included, such as a depth: ``randint(1, 10)``."""
    return RandInt(low, high)


def choice(*options: Any) -> Choice:
    """One of the options (texts, numbers, True, False or None): ``choice("rbf", "poly")``; a list is taken too."""
    if len(options) == 1 and isinstance(options[0], (list, tuple, range)):
        options = tuple(options[0])
    return Choice(tuple(_plain(option) for option in options))


def _plain(value: Any) -> Any:
    """Turn a numpy scalar into Python's own; anything else stays."""
    item = getattr(value, "item", None)
    return item() if item is not None and getattr(value, "ndim", None) == 0 else value


def _interval(dimension: Uniform | LogUniform | RandInt, word: str) -> Iterable[str]:
    low, high = dimension.low, dimension.high
    kind = Integral if isinstance(dimension, RandInt) else Real
    for name, bound in (("low", low), ("high", high)):
        if isinstance(bound, bool) or not isinstance(bound, kind):
            noun = "a whole number" if kind is Integral else "a number"
            yield f"{word}: {name} is {bound!r}; give {noun}."
            return
        if not math.isfinite(bound):
            yield f"{word}: {name} is {bound!r}; give a finite number."
            return
        if kind is Integral and abs(bound) > MAX_INT:
            yield f"{word}: {name} is {bound!r}; whole numbers go up to 2**53 - 1."
            return
    if low > high:
        yield f"{word}: low ({low!r}) is above high ({high!r}); swap them."
    elif low == high:
        yield f"{word}: low and high are both {low!r}; nothing is left to search, write a constant or widen it."
    elif isinstance(dimension, Uniform) and not math.isfinite(float(high) - float(low)):
        yield f"{word}: from {low!r} to {high!r} is too wide for a float; narrow it."
    if isinstance(dimension, LogUniform) and low <= 0:
        yield f"{word}: low is {low!r}, and logarithms need numbers above 0; give a small positive low or use uniform."


def _options(dimension: Choice) -> Iterable[str]:
    if not dimension.options:
        yield 'choice has no options; give at least one, such as choice("a", "b").'
    if len(dimension.options) > MAX_OPTIONS:
        yield f"choice has {len(dimension.options)} options; {MAX_OPTIONS} is the most, use randint and a table."
    seen: set[Scalar] = set()
    for option in dimension.options:
        if not isinstance(option, (str, float, int, bool, type(None))):
            name = type(option).__name__
            yield f"choice: {name} is no text, number, True, False or None; choose a name for it."
        elif isinstance(option, str) and len(option) > MAX_TEXT:
            yield f"choice: a text of {len(option)} characters; {MAX_TEXT} is the most, choose a short name for it."
        elif isinstance(option, float) and not math.isfinite(option):
            yield f"choice: {option!r} is not a finite number; choose a name for it."
        elif isinstance(option, int) and abs(option) > MAX_INT:
            yield f"choice: {option!r} is beyond 2**53 - 1; choose a text and convert it in the function."
        elif option in seen:
            yield f"choice: {option!r} is there twice (True equals 1, False equals 0); leave one out."
        else:
            seen.add(option)


def dimension_faults(dimension: object) -> list[str]:
    """Every fault of one dimension, each with its remedy; empty where it is sound."""
    match dimension:
        case Uniform():
            return list(_interval(dimension, "uniform"))
        case LogUniform():
            return list(_interval(dimension, "loguniform"))
        case RandInt():
            return list(_interval(dimension, "randint"))
        case Choice():
            return list(_options(dimension))
    return [f"{type(dimension).__name__} is no dimension; use uniform, loguniform, randint or choice."]


def name_faults(name: object) -> list[str]:
    """Every fault of a hyperparameter's name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or keyword.iskeyword(name):
        return [
            f"{name!r} is no name for a hyperparameter; use letters, digits and _, beginning with a letter."
        ]
    if len(name) > MAX_NAME:
        return [f"the name {name[:20]}... has {len(name)} characters; {MAX_NAME} is the most."]
    if name == "trial":
        return ["'trial' is what a function gets the running trial by; name the hyperparameter otherwise."]
    return []


def space_faults(space: object) -> list[str]:
    """Every fault of a search space, each with the name it is about and its remedy."""
    if not isinstance(space, Mapping):
        return [f"The space is a {type(space).__name__}; give a dict such as {{'C': loguniform(1e-3, 1e3)}}."]
    if not space:
        return ["The space is empty; give at least one hyperparameter, such as C = loguniform(1e-3, 1e3)."]
    faults = []
    for name, dimension in space.items():
        faults += name_faults(name)
        faults += [f"{name}: {fault}" for fault in dimension_faults(dimension)]
    return faults


def to_contract(space: Space) -> dict[str, dict[str, Any]]:
    """The space as the REST API has it."""

    def of(dimension: Dimension) -> dict[str, Any]:
        match dimension:
            case Choice(options):
                return {"kind": "choice", "options": list(options)}
            case RandInt(low, high):
                return {"kind": "randint", "low": int(low), "high": int(high)}
            case LogUniform(low, high):
                return {"kind": "loguniform", "low": float(low), "high": float(high)}
            case Uniform(low, high):
                return {"kind": "uniform", "low": float(low), "high": float(high)}

    return {name: of(dimension) for name, dimension in space.items()}
