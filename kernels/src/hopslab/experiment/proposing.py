"""A search space proposed from a function's parameters: what a person would try first, to be changed in the form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hopslab.experiment.space import (
    Choice,
    Dimension,
    LogUniform,
    RandInt,
    Scalar,
    Uniform,
)

MOST_OPTIONS = 20
_BEYOND = 2.0**50

# What is between 0 and 1 by its meaning.
_SHARES = ("dropout", "momentum", "subsample", "fraction", "ratio", "share", "beta1", "beta2", "l1_ratio")
# What is given, and not searched.
_GIVEN = (
    *("epochs", "seed", "random_state", "verbose", "n_jobs", "device", "path", "folder", "file", "dataset"),
    *("steps", "max_iter", "num_workers", "workers", "debug", "name"),
)
_KNOWN: dict[str, tuple[str, ...]] = {
    "activation": ("relu", "tanh", "gelu"),
    "criterion": ("gini", "entropy"),
    "kernel": ("linear", "poly", "rbf", "sigmoid"),
    "optimizer": ("adam", "sgd", "rmsprop"),
    "penalty": ("l1", "l2"),
    "weights": ("uniform", "distance"),
}
_MINIMIZED = ("loss", "error", "mse", "rmse", "mae", "mape", "perplexity", "deviance", "logloss")


@dataclass(frozen=True)
class Known:
    """What a program's text says of a parameter.

    ``default`` is meant only where there is a ``has_default``; ``literal`` is False where it is no plain value.
    """

    name: str
    has_default: bool = False
    literal: bool = True
    default: Scalar = None
    annotation: str | None = None
    options: tuple[Scalar, ...] = ()


def proposal(known: Known) -> Dimension | None:
    """What to search for a parameter; None leaves it at the function's own default.

    A parameter that has to be given always gets something, which may be no more than a place to begin.
    """
    if known.options:
        return Choice(known.options[:MOST_OPTIONS])
    if not known.has_default:
        return _by_annotation(known.annotation)
    default = known.default
    if not known.literal or default is None or _is_given(known.name):
        return None
    if isinstance(default, bool):
        return Choice((False, True))
    if isinstance(default, str):
        return _of_text(known.name, default)
    if isinstance(default, int):
        return _around_whole(default)
    return _around(known.name, default)


def direction_of(metric: str) -> str:
    """Whether more of it is better, by its name."""
    words = metric.lower().replace("-", "_").split("_")
    return "minimize" if any(word in _MINIMIZED for word in words) else "maximize"


def _is_given(name: str) -> bool:
    return name.lower() in _GIVEN or name.lower().endswith(("_path", "_file", "_dir", "_seed"))


def _of_text(name: str, default: str) -> Dimension | None:
    known = _KNOWN.get(name.lower(), ())
    return Choice((default, *(one for one in known if one != default))) if default in known else None


def _by_annotation(annotation: str | None) -> Dimension:
    if annotation == "int":
        return RandInt(1, 10)
    return Choice((False, True)) if annotation == "bool" else Uniform(0.0, 1.0)


def _around_whole(default: int) -> Dimension | None:
    if abs(default) > _BEYOND:
        return None
    if default == 0:
        return RandInt(0, 10)
    if default < 0:
        return RandInt(2 * default, 0)
    return RandInt(max(1, default // 2), max(4, default * 2))


def _around(name: str, default: float) -> Dimension | None:
    if not math.isfinite(default) or abs(default) > _BEYOND:
        return None
    if 0 <= default <= 1 and any(part in name.lower() for part in _SHARES):
        return Uniform(0.0, 0.99 if default < 0.99 else 1.0)
    if default == 0:
        return Uniform(0.0, 1.0)
    if default < 0:
        return Uniform(_round(2 * default), 0.0)
    low, high = _round(default / 10), _round(default * 10)
    return LogUniform(low, high) if low > 0 else None


def _round(value: float) -> float:
    """Without the last binary digits of a product: 0.3 * 10 is 3."""
    return float(f"{value:.6g}")


def as_shown(scalar: Any) -> Any:
    """A default as JSON has it."""
    if isinstance(scalar, float) and not math.isfinite(scalar):
        return None
    if isinstance(scalar, int) and not isinstance(scalar, bool) and abs(scalar) > 2**53 - 1:
        return None
    return scalar
