"""What a function returned, made into the metric and the other metrics."""

from __future__ import annotations

import math
import traceback
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

MAX_METRICS = 1000


class MisusedError(Exception):
    """The function did not return the metric: a fault of the program that every trial will have."""


class NotANumberError(Exception):
    """The metric of this trial is not a finite number; other trials may have one."""


def in_words(error: BaseException) -> str:
    """What was raised, without notes that libraries have added to it: they would be the last line."""
    told = traceback.TracebackException.from_exception(error)
    told.__notes__ = None
    return list(told.format_exception_only())[-1].strip()


def number(value: Any) -> float | None:
    """A number of Python, numpy or a framework's 0-dimensional tensor as a float; None for anything else.

    A bool is None: a metric that is True is nearly always a forgotten call or comparison.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    item = getattr(value, "item", None)
    if item is None or isinstance(value, (str, bytes)):
        return None
    try:
        plain = item()
    except (TypeError, ValueError, RuntimeError):
        return None
    return float(plain) if isinstance(plain, Real) and not isinstance(plain, bool) else None


def _metric(value: Any, metric: str) -> float:
    measured = number(value)
    if measured is None:
        raise MisusedError(
            f"The metric '{metric}' is {type(value).__name__} {value!r:.60}, not a number; "
            "return a number, or a dict with a number for it."
        )
    if not math.isfinite(measured):
        raise NotANumberError(f"The metric '{metric}' is {measured}; the trial has no finite result.")
    return measured


def judge(returned: Any, metric: str, also: Sequence[str] = ()) -> tuple[float, dict[str, float]]:
    """Return the metric's value and every other finite number that came with it.

    Args:
        returned: What the function returned.
        metric: The metric's name.
        also: Those of further metrics, which a dict has to have, too.

    Raises:
        MisusedError: the function returned nothing, no number, or a dict without a metric.
        NotANumberError: a metric is NaN or infinite.
    """
    wanted = [metric, *also]
    shown = ", ".join(f"'{name}': ..." for name in wanted)
    if returned is None:
        number_or = "" if also else f"`return {metric}` or "
        raise MisusedError(f"The function returned nothing; end it with {number_or}`return {{{shown}}}`.")
    if not isinstance(returned, Mapping):
        if also:
            raise MisusedError(
                f"The function returned {type(returned).__name__} {returned!r:.60}, and there are {len(wanted)} "
                f"metrics; end it with `return {{{shown}}}`."
            )
        value = _metric(returned, metric)
        return value, {metric: value}
    for name in wanted:
        if name not in returned:
            keys = ", ".join(str(key) for key in returned) or "none"
            raise MisusedError(
                f"The function does not return the metric '{name}'; it returned: {keys}. "
                "Return it, or name one of these as the metric."
            )
    values = {name: _metric(returned[name], name) for name in wanted}
    return values[metric], {**_finite(returned), **values}


def _finite(returned: Mapping[Any, Any]) -> dict[str, float]:
    others = {str(key)[:200]: number(item) for key, item in returned.items()}
    finite = {key: item for key, item in others.items() if item is not None and math.isfinite(item)}
    return dict(list(finite.items())[:MAX_METRICS])


def noted(returned: Any, metric: str) -> tuple[float | None, dict[str, float]]:
    """As ``judge``, where nothing is optimised: the finite numbers that there are, and the metric if it is one."""
    metrics = _finite(returned if isinstance(returned, Mapping) else {metric: returned})
    return metrics.get(metric), metrics
