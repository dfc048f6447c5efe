"""Running a function once for each of a list of points."""

from __future__ import annotations

import contextlib
import inspect
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import cloudpickle

from hopslab.errors import HopslabError
from hopslab.experiment.objectives import Direction
from hopslab.experiment.plan import MAX_TRIALS, UNNAMED, Plan, check, source_of
from hopslab.experiment.records import TrialRecord
from hopslab.experiment.result import Result
from hopslab.experiment.searches import LISTED
from hopslab.experiment.space import Choice, Dimension, Params, RandInt, Scalar, Uniform
from hopslab.experiment.space_faults import MAX_INT, MAX_OPTIONS, dimension_faults
from hopslab.experiment.sweep import Progress, Sweep
from hopslab.settings import read_settings

Tables = dict[str, dict[str, Any]]


def launch(
    fn: Callable[..., Any],
    points: Sequence[Mapping[str, Any]] | None = None,
    *,
    metric: str | None = None,
    direction: Direction = "maximize",
    parallel: int | None = None,
    name: str | None = None,
    description: str = "",
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Run the function once for each point, as trials of one experiment.

    >>> from hopslab import experiment
    >>> experiment.launch(train, [{"C": 1.0}, {"C": 10.0}], metric="accuracy")  # doctest: +SKIP

    Args:
        fn: Takes the values of a point by name, and ``trial`` if it wants.
        points: A dict of values for each run, all with the same names; without any the function is run once, without
            hyperparameters. A value may be anything. What is no text, number, True, False or None is shown on the
            platform as it prints: the result has what was given, ``experiment.open`` only that text, and such an
            experiment cannot be resumed.
        metric: The name of what is compared. Where it is not given, a number that is returned is shown as ``value``,
            and a run that returns none is complete all the same.
        direction: ``maximize`` or ``minimize``: which run is the best one.
        parallel: How many at once; as many as the lease has cores where it is not given, and never more.
        name: What people find the experiment by; the function's name where it is not given.
        description: A sentence for others.
        on_progress: Called some times a second with how it stands.

    Raises:
        HopslabError: as ``run`` does.
    """
    given = _given([{}] if points is None else points)
    listed, tables = _shown(given)
    plan = check(
        Plan(
            fn=_looking(fn, tables),
            space=_space(listed),
            trials=len(listed),
            parallel=parallel,
            metric=UNNAMED if metric is None else metric,
            direction=direction,
            algorithm=LISTED,
            name=getattr(fn, "__name__", "experiment") if name is None else name,
            description=description,
            code=source_of(fn),
            points=tuple(listed),
        )
    )
    result = Sweep(plan, read_settings(), on_progress=on_progress or (lambda _progress: None)).run()
    return replace(result, trials=[_as_given(trial, tables) for trial in result.trials]) if tables else result


def _as_given(trial: TrialRecord, tables: Tables) -> TrialRecord:
    """The record with what its texts stand for; a text that somebody wrote otherwise stays."""
    values: dict[str, Any] = {
        name: tables[name].get(str(value), value) if name in tables else value
        for name, value in trial.params.items()
    }
    return replace(trial, params=values)


def _given(points: object) -> list[Mapping[str, Any]]:
    """The points, if they can be run as one experiment."""
    faults = []
    if isinstance(points, (str, bytes, Mapping)) or not isinstance(points, Sequence):
        faults = [f"points is {points!r:.60}; give a list of dicts, such as [{{'C': 1.0}}, {{'C': 10.0}}]."]
    elif not points:
        faults = ["points is empty; give at least one dict, or leave it out to run the function once."]
    elif len(points) > MAX_TRIALS:
        faults = [f"points has {len(points)} dicts; {MAX_TRIALS} are the most."]
    else:
        faults = [fault for number, one in enumerate(points) for fault in _point(number, one, points[0])][:20]
    if faults:
        raise HopslabError(
            "experiment.invalid", "The experiment makes no sense yet; nothing was started.", faults=faults
        )
    return [dict(one) for one in points]  # type: ignore[attr-defined]


def _point(number: int, one: object, first: object) -> list[str]:
    if not isinstance(one, Mapping):
        return [f"points[{number}] is {one!r:.60}; give a dict of values by name."]
    if isinstance(first, Mapping) and set(one) != set(first):
        names = ", ".join(map(str, first)) or "no names"
        return [f"points[{number}] has {', '.join(map(str, one)) or 'no names'}; the first has {names}."]
    return []


def _shown(points: Sequence[Mapping[str, Any]]) -> tuple[list[Params], Tables]:
    """The points with a text for each value that cannot be shown as it is, and what these texts stand for."""
    listed: list[Params] = [{} for _ in points]
    tables: Tables = {}
    for name in points[0]:
        names: dict[bytes, str] = {}
        table: dict[str, Any] = {}
        whole = all(_plain(one[name]) for one in points)
        for params, one in zip(listed, points, strict=True):
            params[name] = one[name] if whole else _label(one[name], names, table)
        if not whole:
            tables[name] = table
    return listed, tables


def _plain(value: object) -> bool:
    return isinstance(value, (str, float, int, bool, type(None))) and not dimension_faults(Choice((value,)))


def _label(value: Any, names: dict[bytes, str], table: dict[str, Any]) -> str:
    """A text for a value, the same for the same one; as it prints, where no other one prints so."""
    try:
        key = pickle.dumps(value)
    except Exception:  # whatever an object's own __reduce__ raises
        key = _by_value(value)
    if key not in names:
        text = value if isinstance(value, str) else repr(value)
        text = text if len(text) <= 200 else f"{text[:199]}…"
        label = text if text not in table else f"{text} ({len(table) + 1})"
        names[key], table[label] = label, value
    return names[key]


def _by_value(value: Any) -> bytes:
    try:
        return bytes(cloudpickle.dumps(value))
    except Exception:  # told when the function is sent with it
        return repr(value).encode()


def _looking(fn: Callable[..., Any], tables: Tables) -> Callable[..., Any]:
    """The function that is to be run. What cannot be called is left as it is: the plan's check says so."""
    with contextlib.suppress(TypeError, ValueError):
        return Looked(fn, tables) if tables else fn
    return fn


def _space(points: Sequence[Params]) -> dict[str, Dimension]:
    return {name: _dimension([one[name] for one in points]) for name in points[0]}


def _dimension(values: Sequence[Scalar]) -> Dimension:
    """What there is of values; where they are too many to be listed, from the least number to the greatest."""
    different = tuple(dict.fromkeys(values))
    numbers = [one for one in different if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(different) <= MAX_OPTIONS or len(numbers) < len(different):
        return Choice(different)
    low, high = min(numbers), max(numbers)
    if all(isinstance(one, int) and abs(one) <= MAX_INT for one in numbers):
        return RandInt(int(low), int(high))
    return Uniform(low, high)


class Looked:
    """A function that is called with the values that its arguments' texts stand for."""

    def __init__(self, fn: Callable[..., Any], tables: Tables) -> None:
        self._fn = fn
        self._tables = tables
        self.__name__ = str(getattr(fn, "__name__", "the function"))
        self.__signature__ = inspect.signature(fn)

    def __call__(self, **arguments: Any) -> Any:
        """Look the values up and call the function."""
        tables = self._tables
        return self._fn(
            **{name: tables[name][value] if name in tables else value for name, value in arguments.items()}
        )
