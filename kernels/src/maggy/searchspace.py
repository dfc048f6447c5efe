"""What is searched."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from hopslab.experiment.space import Choice, Dimension, RandInt, Uniform
from hopslab.experiment.space_faults import dimension_faults, name_faults


class Searchspace:
    """Hyperparameters by name, each with its type and its values.

    ``DOUBLE`` and ``INTEGER`` have a lower and an upper bound, ``DISCRETE`` and ``CATEGORICAL`` the values that there
    are. A name is an attribute of it, too, with the values.

    >>> space = Searchspace(kernel=("INTEGER", [2, 8]), pool=("INTEGER", [2, 8]))
    >>> space.add("dropout", ("DOUBLE", [0.01, 0.99]))
    >>> space.dropout
    [0.01, 0.99]
    """

    DOUBLE = "DOUBLE"
    INTEGER = "INTEGER"
    DISCRETE = "DISCRETE"
    CATEGORICAL = "CATEGORICAL"
    _BOUNDED = (DOUBLE, INTEGER)

    def __init__(self, **hyperparameters: Any) -> None:
        self._types: dict[str, str] = {}
        for name, value in hyperparameters.items():
            self.add(name, value)

    def add(self, name: str, value: Any) -> None:
        """Add a hyperparameter.

        Args:
            name: Its name; none that the space has already, nor one of its own words.
            value: Its type and its values, such as ``("DOUBLE", [0.01, 0.99])``.

        Raises:
            ValueError: it makes no sense, with what to do.
        """
        faults = name_faults(name)
        if not faults and getattr(self, name, None) is not None:
            faults = [f"{name} is there already, or is a word of the space itself; take another name."]
        if faults:
            raise ValueError(faults[0])
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise ValueError(f"{name} is {value!r:.80}; give a type and values, such as ('INTEGER', [2, 8]).")
        kind, values = str(value[0]).upper(), value[1]
        known = (self.DOUBLE, self.INTEGER, self.DISCRETE, self.CATEGORICAL)
        if kind not in known:
            raise ValueError(f"{name} is of the type {value[0]!r:.40}; use one of: {', '.join(known)}.")
        if isinstance(values, (str, bytes)) or not isinstance(values, Sequence) or not values:
            raise ValueError(f"{name} has the values {values!r:.80}; give a list of at least one.")
        faults = _value_faults(kind, values)
        if faults:
            raise ValueError(f"{name}: {faults[0]}")
        self._types[name] = kind
        setattr(self, name, values)

    def names(self) -> dict[str, str]:
        """The type of each hyperparameter."""
        return self._types

    def get(self, name: str, default: Any = None) -> Any:
        """The values of a hyperparameter, or ``default`` where there is none of this name."""
        return getattr(self, name) if name in self._types else default

    def to_dict(self) -> dict[str, tuple[str, Any]]:
        """Type and values by name, as a space is made of."""
        return {name: (kind, self.get(name)) for name, kind in self._types.items()}

    def keys(self) -> list[str]:
        """The names, in the order in which they were added."""
        return list(self._types)

    def values(self) -> list[tuple[str, Any]]:
        """Type and values of each."""
        return list(self.to_dict().values())

    def items(self) -> Iterator[dict[str, Any]]:
        """Each as a dict of its ``name``, ``type`` and ``values``."""
        return iter(self)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(
            [{"name": name, "type": kind, "values": self.get(name)} for name, kind in self._types.items()]
        )

    def __len__(self) -> int:
        return len(self._types)

    def __bool__(self) -> bool:
        return True  # an empty one is one, too

    def __contains__(self, name: object) -> bool:
        return name in self._types

    def json(self) -> str:
        """The space as JSON."""
        return json.dumps(self.to_dict(), sort_keys=True)

    def __str__(self) -> str:
        return self.json()

    def get_random_parameter_values(self, num: int) -> list[dict[str, Any]]:
        """So many points by chance."""
        return [{name: _chance(*self.to_dict()[name]) for name in self._types} for _ in range(num)]

    def dimensions(self) -> dict[str, Dimension]:
        """The space as :mod:`hopslab.experiment` has it."""
        return {name: dimension_of(kind, values) for name, (kind, values) in self.to_dict().items()}


def dimension_of(kind: str, values: Sequence[Any]) -> Dimension:
    """A hyperparameter as :mod:`hopslab.experiment` has it."""
    if kind == Searchspace.DOUBLE:
        return Uniform(*values)
    return RandInt(*values) if kind == Searchspace.INTEGER else Choice(tuple(values))


def _value_faults(kind: str, values: Sequence[Any]) -> list[str]:
    if kind in Searchspace._BOUNDED and len(values) != 2:
        return [f"{kind} has {len(values)} values; give the lower and the upper bound."]
    return dimension_faults(dimension_of(kind, values))


def _chance(kind: str, values: Sequence[Any]) -> Any:
    match kind:
        case Searchspace.DOUBLE:
            return random.uniform(*values)
        case Searchspace.INTEGER:
            return random.randint(*values)
    return random.choice(values)
