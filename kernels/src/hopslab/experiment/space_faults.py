"""Every fault of a search space, named with its remedy."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from numbers import Integral, Real

from hopslab.experiment.space import (
    DIMENSIONS,
    Choice,
    Dimension,
    LogUniform,
    QLogUniform,
    QUniform,
    RandInt,
    Scalar,
    Uniform,
    in_order,
    level,
    levels,
)

MAX_OPTIONS = 1000
MAX_TEXT = 1000
MAX_NAME = 100
MAX_INT = 2**53 - 1
MAX_CONDITIONS = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _number_faults(name: str, bound: object, whole: bool) -> Iterable[str]:
    if isinstance(bound, bool) or not isinstance(bound, Integral if whole else Real):
        yield f"{name} is {bound!r}; give {'a whole number' if whole else 'a number'}."
    elif not math.isfinite(bound):
        yield f"{name} is {bound!r}; give a finite number."
    elif isinstance(bound, Integral) and abs(int(bound)) > MAX_INT:
        yield f"{name} is {bound!r}; whole numbers go up to 2**53 - 1."


def _interval(dimension: Uniform | LogUniform | QUniform | QLogUniform | RandInt) -> Iterable[str]:
    whole = isinstance(dimension, RandInt)
    stepped = isinstance(dimension, (QUniform, QLogUniform, RandInt))
    for name in ("low", "high", "step") if stepped else ("low", "high"):
        faults = list(_number_faults(name, getattr(dimension, name), whole))
        if faults:
            yield from faults
            return
    low, high = dimension.low, dimension.high
    if low > high:
        yield f"low ({low!r}) is above high ({high!r}); swap them."
    elif low == high:
        yield f"low and high are both {low!r}; nothing is left to search, write a constant or widen it."
    elif not math.isfinite(float(high) - float(low)):
        yield f"from {low!r} to {high!r} is too wide for a float; narrow it."
    elif isinstance(dimension, (QUniform, QLogUniform, RandInt)):
        yield from _step_faults(dimension)
    if isinstance(dimension, (LogUniform, QLogUniform)) and low <= 0:
        instead = "uniform" if isinstance(dimension, LogUniform) else "quniform"
        yield f"low is {low!r}, and logarithms need numbers above 0; give a small positive low or use {instead}."


def _step_faults(dimension: QUniform | QLogUniform | RandInt) -> Iterable[str]:
    step, width = dimension.step, float(dimension.high) - float(dimension.low)
    if step <= 0:
        yield f"step is {step!r}; give a number above 0."
    elif step > width:
        yield (
            f"step ({step!r}) is wider than from {dimension.low!r} to {dimension.high!r}; nothing is left to search, "
            "give a smaller step."
        )
    elif width / float(step) > MAX_INT:
        yield f"step ({step!r}) is too fine for a float; make it larger, or search without one."


def _option_fault(option: object) -> str | None:
    if not isinstance(option, (str, float, int, bool, type(None))):
        return f"{type(option).__name__} is no text, number, True, False or None; choose a name for it."
    if isinstance(option, str) and len(option) > MAX_TEXT:
        return f"a text of {len(option)} characters; {MAX_TEXT} is the most, choose a short name for it."
    if isinstance(option, float) and not math.isfinite(option):
        return f"{option!r} is not a finite number; choose a name for it."
    if isinstance(option, int) and abs(option) > MAX_INT:
        return f"{option!r} is beyond 2**53 - 1; choose a text and convert it in the function."
    return None


def _options(dimension: Choice) -> Iterable[str]:
    if not dimension.options:
        yield 'choice has no options; give at least one, such as choice("a", "b").'
    if len(dimension.options) > MAX_OPTIONS:
        yield f"choice has {len(dimension.options)} options; {MAX_OPTIONS} is the most, use randint and a table."
    seen: set[Scalar] = set()
    for option in dimension.options:
        fault = _option_fault(option)
        if fault is not None:
            yield f"choice: {fault}"
        elif option in seen:
            yield f"choice: {option!r} is there twice (True equals 1, False equals 0); leave one out."
        else:
            seen.add(option)


def dimension_faults(dimension: object) -> list[str]:
    """Every fault of one dimension by itself, each with its remedy; empty where it is sound."""
    match dimension:
        case Choice():
            return list(_options(dimension))
        case Uniform() | LogUniform() | QUniform() | QLogUniform() | RandInt():
            return [f"{type(dimension).__name__.lower()}: {fault}" for fault in _interval(dimension)]
    known = "uniform, loguniform, quniform, qloguniform, randint, choice or a constant"
    return [f"{type(dimension).__name__} is no dimension; use {known}."]


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


def _value_faults(on: str, parent: Dimension, values: tuple[object, ...]) -> Iterable[str]:
    count = levels(parent)
    if count is None:
        kind = type(parent).__name__.lower()
        yield f"when({on}=...): {on} is {kind}, which hits no value twice; use choice, randint or quniform for {on}."
        return
    if not values:
        yield f"when({on}=[]): no value is given; name the values of {on} it is asked for."
    options = {level(parent, index) for index in range(count)} if count <= MAX_OPTIONS else None
    for value in values:
        if not isinstance(value, (str, float, int, bool, type(None))):
            yield f"when({on}=...): {type(value).__name__} is no value of {on}; give one that {on} can have."
        elif options is None:
            yield f"when({on}=...): {on} has {count} values; conditions are for {MAX_OPTIONS} at most, widen its step."
            return
        elif value not in options:
            near = get_close_matches(str(value), [str(option) for option in options], 1)
            hint = f"did you mean {near[0]}?" if near else "it never has; leave it out or add it there."
            yield f"when({on}={value!r}): {value!r} is no value of {on}; {hint}"


def _condition_faults(space: Mapping[str, Dimension], name: str) -> Iterable[str]:
    conditions = space[name].conditions
    if len(conditions) > MAX_CONDITIONS:
        yield f"when: {len(conditions)} conditions; {MAX_CONDITIONS} are the most."
        return
    allowed: dict[str, set[Scalar]] = {}
    for on, values in conditions:
        if on == name:
            yield f"when({on}=...): it depends on itself; name another hyperparameter."
        elif on not in space:
            near = get_close_matches(on, [other for other in space if other != name], 1)
            hint = f"did you mean {near[0]}?" if near else f"add {on} to the space."
            yield f"when({on}=...): there is no hyperparameter {on}; {hint}"
        elif not isinstance(space[on], DIMENSIONS) or dimension_faults(space[on]):
            continue  # told there
        elif faults := list(_value_faults(on, space[on], values)):
            yield from faults
        else:
            allowed[on] = allowed.get(on, set(values)) & set(values)
            if not allowed[on]:
                yield f"when: {on} cannot have two values at once, so it is never asked; give them as one list."


def _circle(space: Mapping[str, Dimension]) -> list[str]:
    """The names of one circle of conditions, in order; empty where there is none."""
    left = {name: [on for on, _ in dimension.conditions] for name, dimension in space.items()}
    while free := [name for name, parents in left.items() if not any(on in left for on in parents)]:
        for name in free:
            del left[name]
    way: list[str] = []
    if not left:
        return way
    name = next(iter(left))
    while name not in way:
        way.append(name)
        name = next(on for on in left[name] if on in left)
    return way[way.index(name) :]


def _contradictions(space: Mapping[str, Dimension]) -> Iterable[str]:
    """Conditions that never hold although each could: what they depend on is not asked then."""
    implied: dict[str, dict[str, set[Scalar]]] = {}
    for name, dimension in in_order(space):
        known: dict[str, set[Scalar]] = {}
        for on, values in dimension.conditions:
            for other, allowed in ((on, set(values)), *implied[on].items()):
                known[other] = known.get(other, allowed) & allowed
        never = [on for on, values in known.items() if not values]
        if never:
            yield f"{name}: when: it is never asked: what it depends on needs another value of {never[0]}."
        implied[name] = {on: values for on, values in known.items() if values}


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
        if isinstance(dimension, DIMENSIONS):
            faults += [f"{name}: {fault}" for fault in _condition_faults(space, name)]
    if faults:
        return faults
    circle = _circle(space)
    if circle:
        way = " on ".join([*circle, circle[0]])
        return [f"{circle[0]}: when: {way} depend in a circle; take one of the conditions out."]
    return list(_contradictions(space))
