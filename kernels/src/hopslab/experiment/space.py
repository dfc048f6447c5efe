"""Search spaces: what may be tried, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self, TypeAlias

Scalar: TypeAlias = str | float | int | bool | None
Params: TypeAlias = dict[str, Scalar]
Condition: TypeAlias = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class _Dimension:
    """What every dimension has: the conditions under which it is asked at all."""

    conditions: tuple[Condition, ...] = field(default=(), kw_only=True)

    def when(self, **values: Any) -> Self:
        """Ask this dimension only in trials where others have these values; several names have to hold together.

        >>> from hopslab.experiment import choice, loguniform
        >>> kernel = choice("linear", "rbf", "poly")
        >>> gamma = loguniform(1e-4, 1).when(kernel=["rbf", "poly"])

        The function is then called without it in all other trials, so its parameter needs a default.
        """
        more = tuple((name, tuple(_plain(one) for one in _several(value))) for name, value in values.items())
        return replace(self, conditions=self.conditions + more)


@dataclass(frozen=True)
class Uniform(_Dimension):
    """A real number between ``low`` and ``high``, all equally likely."""

    low: float
    high: float


@dataclass(frozen=True)
class LogUniform(_Dimension):
    """A real number above 0 between ``low`` and ``high``, every order of magnitude equally likely."""

    low: float
    high: float


@dataclass(frozen=True)
class QUniform(_Dimension):
    """One of ``low``, ``low + step``, ``low + 2 * step`` ... up to ``high``, all equally likely."""

    low: float
    high: float
    step: float


@dataclass(frozen=True)
class QLogUniform(_Dimension):
    """As ``QUniform``, every order of magnitude equally likely."""

    low: float
    high: float
    step: float


@dataclass(frozen=True)
class RandInt(_Dimension):
    """A whole number from ``low`` to ``high``, both included, in steps of ``step``."""

    low: int
    high: int
    step: int = 1


@dataclass(frozen=True)
class Choice(_Dimension):
    """One of ``options``."""

    options: tuple[Scalar, ...]


Dimension: TypeAlias = Uniform | LogUniform | QUniform | QLogUniform | RandInt | Choice
DIMENSIONS = (Uniform, LogUniform, QUniform, QLogUniform, RandInt, Choice)
Space: TypeAlias = Mapping[str, Dimension]


def uniform(low: float, high: float) -> Uniform:
    """A real number between ``low`` and ``high``, such as a dropout rate: ``uniform(0, 0.5)``."""
    return Uniform(low, high)


def loguniform(low: float, high: float) -> LogUniform:
    """A positive real number, every order of magnitude equally likely, such as a learning rate."""
    return LogUniform(low, high)


def quniform(low: float, high: float, step: float) -> QUniform:
    """``low``, ``low + step`` ... up to ``high``, such as ``quniform(0, 0.5, 0.1)``; whole where all three are."""
    return QUniform(low, high, step)


def qloguniform(low: float, high: float, step: float) -> QLogUniform:
    """As ``quniform``, every order of magnitude equally likely, such as units: ``qloguniform(16, 512, 16)``."""
    return QLogUniform(low, high, step)


def randint(low: int, high: int, step: int = 1) -> RandInt:
    """A whole number from ``low`` to ``high``, both included, such as a depth: ``randint(1, 10)``."""
    return RandInt(low, high, step)


def choice(*options: Any) -> Choice:
    """One of the options (texts, numbers, True, False or None): ``choice("rbf", "poly")``; a list is taken too."""
    if len(options) == 1 and isinstance(options[0], (list, tuple, range)):
        options = tuple(options[0])
    return Choice(tuple(_plain(option) for option in options))


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple, set, frozenset, range)) else (value,)


def _plain(value: Any) -> Any:
    """Turn a numpy scalar into Python's own; anything else stays."""
    item = getattr(value, "item", None)
    return item() if item is not None and getattr(value, "ndim", None) == 0 else value


def with_constants(space: Any) -> Any:
    """The space with every plain value as the only choice of its name; what is no mapping is left as it is."""
    if not isinstance(space, Mapping):
        return space
    plain = (str, float, int, bool, type(None))
    return {name: Choice((value,)) if isinstance(value, plain) else value for name, value in space.items()}


def levels(dimension: Dimension) -> int | None:
    """How many values a dimension has; None for the continuous ones."""
    match dimension:
        case Choice(options):
            return len(options)
        case RandInt(low, high, step):
            return (int(high) - int(low)) // int(step) + 1
        case QUniform(low, high, step) | QLogUniform(low, high, step):
            return int((_exact(high) - _exact(low)) / _exact(step)) + 1
    return None


def level(dimension: Dimension, index: int) -> Scalar:
    """The value at ``index`` of a dimension that has levels."""
    match dimension:
        case Choice(options):
            return options[index]
        case RandInt(low, _, step):
            return int(low) + index * int(step)
        case QUniform(low, _, step) | QLogUniform(low, _, step):
            exact = _exact(low) + index * _exact(step)
            whole = all(_is_whole(bound) for bound in (low, dimension.high, step))
            return int(exact) if whole else float(exact)
    raise TypeError(f"{dimension!r} is continuous")


def _exact(bound: float) -> Decimal:
    """The number as it was written: steps of 0.1 are tenths, not the binary fraction beside them."""
    return Decimal(int(bound)) if _is_whole(bound) else Decimal(repr(float(bound)))


def _is_whole(bound: object) -> bool:
    return isinstance(bound, int) or hasattr(bound, "__index__")


def is_active(dimension: Dimension, params: Mapping[str, Scalar]) -> bool:
    """Whether a dimension is asked, given the values of those that it depends on; a name without a value is no."""
    return all(name in params and params[name] in values for name, values in dimension.conditions)


def in_order(space: Space) -> Iterator[tuple[str, Dimension]]:
    """Every dimension after those that it depends on, else as they were written. The space has to be sound."""
    left = dict(space)
    while left:
        ready = [
            name for name, dimension in left.items() if not any(on in left for on, _ in dimension.conditions)
        ]
        if not ready:
            raise ValueError("the conditions go round in a circle")
        for name in ready:
            yield name, left.pop(name)


def to_contract(space: Space) -> dict[str, dict[str, Any]]:
    """The space as the REST API has it."""

    def of(dimension: Dimension) -> dict[str, Any]:
        match dimension:
            case Choice(options):
                return {"kind": "choice", "options": list(options)}
            case RandInt(low, high, step):
                stepped = {} if step == 1 else {"step": int(step)}
                return {"kind": "randint", "low": int(low), "high": int(high), **stepped}
            case LogUniform(low, high):
                return {"kind": "loguniform", "low": float(low), "high": float(high)}
            case Uniform(low, high):
                return {"kind": "uniform", "low": float(low), "high": float(high)}
            case QUniform(low, high, step) | QLogUniform(low, high, step):
                kind = "quniform" if isinstance(dimension, QUniform) else "qloguniform"
                return {"kind": kind, "low": float(low), "high": float(high), "step": float(step)}

    def conditions(dimension: Dimension) -> dict[str, Any]:
        if not dimension.conditions:
            return {}
        return {"when": [{"name": on, "in": own(space[on], values)} for on, values in dimension.conditions]}

    def own(parent: Dimension, values: tuple[Scalar, ...]) -> list[Scalar]:
        """The values as the other dimension writes them: 1 may mean True."""
        options = parent.options if isinstance(parent, Choice) else values
        return [option for option in options if option in values]

    return {name: {**of(dimension), **conditions(dimension)} for name, dimension in space.items()}
