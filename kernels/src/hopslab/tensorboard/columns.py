"""Hyperparameters and metrics as the columns of the HParams plugin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.struct_pb2 import ListValue, Value
from tensorboard.plugins.hparams import api_pb2

from hopslab.tensorboard.events import printable

# More options than this are no list to tick.
_MOST_OPTIONS = 50
MOST_METRICS = 20

_FLOAT: int = api_pb2.DATA_TYPE_FLOAT64
_BOOL: int = api_pb2.DATA_TYPE_BOOL
_STRING: int = api_pb2.DATA_TYPE_STRING


def value_tag(metric: str) -> str:
    """The tag of what a trial reached in the end."""
    return f"value/{metric}"


def curve_tag(metric: str) -> str:
    """The tag of a trial's values on the way."""
    return f"curve/{metric}"


def _type_of(value: object) -> int:
    if isinstance(value, bool):
        return _BOOL
    return _FLOAT if isinstance(value, int | float) else _STRING


def _examples(dimension: Mapping[str, Any]) -> Sequence[object]:
    return dimension["options"] if dimension["kind"] == "choice" else (dimension["low"], dimension["high"])


def _proto(value: object, of: int) -> Value | None:
    """The value in a column of a type; None where TensorBoard could not show it."""
    if of == _STRING:
        return Value(string_value=printable(str(value)))
    if of == _BOOL:
        return Value(bool_value=bool(value))
    try:
        number = float(value)  # type: ignore[arg-type]
    except (OverflowError, TypeError, ValueError):
        return None
    return Value(number_value=number) if math.isfinite(number) else None


class Columns:
    """One column per hyperparameter of all the spaces; where their types differ it holds text.

    Args:
        spaces: As the REST API has them.
    """

    def __init__(self, spaces: Iterable[Mapping[str, Mapping[str, Any]]]) -> None:
        self._dimensions: dict[str, list[Mapping[str, Any]]] = {}
        for space in spaces:
            for name, dimension in space.items():
                self._dimensions.setdefault(name, []).append(dimension)
        self._types = {name: self._common(each) for name, each in self._dimensions.items()}

    @staticmethod
    def _common(dimensions: Iterable[Mapping[str, Any]]) -> int:
        types = {_type_of(example) for dimension in dimensions for example in _examples(dimension)}
        return types.pop() if len(types) == 1 else _STRING

    def values(self, params: Mapping[str, object]) -> dict[str, Value]:
        """The hyperparameters of a trial as their columns hold them."""
        found = {
            name: _proto(value, self._types.get(name, _type_of(value))) for name, value in params.items()
        }
        return {name: value for name, value in found.items() if value is not None}

    def _info(self, name: str) -> api_pb2.HParamInfo:
        of, dimensions = self._types[name], self._dimensions[name]
        info = api_pb2.HParamInfo(name=name, type=of)
        if of == _FLOAT and all(dimension["kind"] != "choice" for dimension in dimensions):
            info.domain_interval.min_value = min(float(dimension["low"]) for dimension in dimensions)
            info.domain_interval.max_value = max(float(dimension["high"]) for dimension in dimensions)
            return info
        if any(dimension["kind"] != "choice" for dimension in dimensions):
            return info
        # As they come, each once.
        options = dict.fromkeys(option for dimension in dimensions for option in dimension["options"])
        values = [value for option in options if (value := _proto(option, of)) is not None]
        if len(values) <= _MOST_OPTIONS:
            info.domain_discrete.CopyFrom(ListValue(values=values))
        return info

    def experiment(self, description: str, metrics: Sequence[str]) -> api_pb2.Experiment:
        """The table: these columns, and one for each metric."""
        return api_pb2.Experiment(
            description=printable(description),
            hparam_infos=[self._info(name) for name in self._types],
            metric_infos=[
                api_pb2.MetricInfo(
                    name=api_pb2.MetricName(tag=printable(value_tag(metric))),
                    display_name=printable(metric),
                )
                for metric in metrics[:MOST_METRICS]
            ],
        )
