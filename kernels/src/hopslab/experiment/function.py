"""Whether a function can be called with a space, and how a trial calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def function_faults(fn: object, names: Iterable[str], sometimes: Iterable[str] = ()) -> list[str]:
    """Every reason why ``fn`` cannot be called with ``names`` (and ``trial``), each with its remedy.

    Args:
        fn: What is to be called.
        names: What it is called with.
        sometimes: Those of the names that it is called without in some trials.
    """
    if not callable(fn):
        return [f"{fn!r} is no function; give one that takes the hyperparameters by name."]
    if inspect.iscoroutinefunction(fn):
        return [f"{getattr(fn, '__name__', 'the function')} is async; write it with plain def."]
    try:
        parameters = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        return [f"{fn!r} does not tell its parameters; wrap it in a def."]
    names, sometimes = list(names), list(sometimes)
    label = getattr(fn, "__name__", "the function")
    open_ended = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    taken = [p.name for p in parameters.values() if p.kind in _BY_NAME]
    faults = []
    for name in names:
        if name not in taken and not open_ended:
            near = get_close_matches(name, [t for t in taken if t not in names], 1)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else f"add the parameter {name} or leave it out of the space."
            )
            faults.append(f"{label} has no parameter {name} (it has: {_listed(taken)}); {hint}")
    return [*faults, *_missing(label, parameters.values(), names, sometimes)]


def _missing(
    label: str, parameters: Iterable[inspect.Parameter], names: list[str], sometimes: list[str]
) -> list[str]:
    """What the function needs and is not given."""
    faults = []
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            faults.append(
                f"{label} takes {parameter.name} by position only; remove the / from its parameters."
            )
        elif parameter.kind not in _BY_NAME or parameter.default is not inspect.Parameter.empty:
            continue
        elif parameter.name in sometimes:
            faults.append(
                f"{label} is called without {parameter.name} where its conditions do not hold; "
                f"give it a default, such as {parameter.name}=None."
            )
        elif parameter.name not in (*names, "trial"):
            faults.append(
                f"{label} needs {parameter.name}, which the space does not give; "
                f"declare it, such as {parameter.name} = uniform(0, 1), or give it a default."
            )
    return faults


def wants_trial(fn: Callable[..., Any]) -> bool:
    """Whether ``fn`` takes ``trial`` by name."""
    parameter = inspect.signature(fn).parameters.get("trial")
    return parameter is not None and parameter.kind in _BY_NAME
