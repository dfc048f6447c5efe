"""Functions as the classic packages call them, made into functions of trials."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.result import Result

DIRECTIONS = {"max": "maximize", "min": "minimize"}


def invalid(faults: list[str]) -> HopslabError:
    """What is raised before anything starts."""
    return HopslabError(
        "experiment.invalid", "The experiment makes no sense yet; nothing was started.", faults=faults
    )


def direction_of(direction: object) -> Any:
    """``maximize`` or ``minimize`` for ``max`` or ``min``, in capitals or not.

    Raises:
        HopslabError: ``experiment.invalid``.
    """
    known = DIRECTIONS.get(direction.lower()) if isinstance(direction, str) else None
    if known is None:
        raise invalid([f"direction is {direction!r}; use 'max' or 'min'."])
    return known


def function_of(fn: Any) -> Callable[..., Any]:
    """What was given, if it is a function.

    Raises:
        HopslabError: ``experiment.invalid``.
    """
    if not callable(fn):
        raise invalid([f"{fn!r:.60} is no function; give one that takes the hyperparameters by name."])
    return fn  # type: ignore[no-any-return]


def as_a_trial(
    fn: Callable[..., Any], *, given: Collection[str] = (), takes_all: bool = False
) -> inspect.Signature:
    """The signature of a function that takes ``trial``, and of ``fn``'s parameters those that are hyperparameters.

    Args:
        fn: The person's function.
        given: Parameters that are no hyperparameters.
        takes_all: Whether it gets all hyperparameters as one dict.

    Raises:
        HopslabError: ``experiment.invalid`` where it is no function.
    """
    try:
        parameters = list(inspect.signature(function_of(fn)).parameters.values())
    except (TypeError, ValueError):
        raise invalid([f"{fn!r:.60} does not tell its parameters; wrap it in a def."]) from None
    own = [one for one in parameters if one.name not in {*given, "trial"}]
    ends = [one for one in own if one.kind is inspect.Parameter.VAR_KEYWORD]
    if takes_all and not ends:
        ends = [inspect.Parameter("others", inspect.Parameter.VAR_KEYWORD)]
    before = [one for one in own if one.kind is not inspect.Parameter.VAR_KEYWORD]
    trial = inspect.Parameter("trial", inspect.Parameter.KEYWORD_ONLY)
    return inspect.Signature([*before, trial, *ends])


def finished(result: Result) -> Result:
    """The result, where there is one.

    Raises:
        HopslabError: ``experiment.failed`` with the first failure's traceback; ``experiment.stopped`` where it was
            stopped before anything was complete.
    """
    complete = any(trial.state == "complete" for trial in result.trials)
    if result.state != "complete" and not (result.state == "stopped" and complete):
        traceback = next((trial.traceback for trial in result.trials if trial.traceback), None)
        raise ended(result.name, result.state, result.reason, traceback)
    return result


def ended(name: str, state: str, reason: str | None, traceback: str | None) -> HopslabError:
    """What is raised where there is no result."""
    words = [reason or "Nothing is complete.", *([traceback.rstrip()] if traceback else [])]
    return HopslabError(f"experiment.{state}", f"{name}: " + "\n".join(words))
