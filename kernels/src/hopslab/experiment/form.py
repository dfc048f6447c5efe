"""What the form "New experiment" asks for, and its faults by the fields that they are about."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.finding import Function
from hopslab.experiment.objectives import asked as objectives_asked
from hopslab.experiment.plan import Plan, check
from hopslab.experiment.points import space_of
from hopslab.experiment.space import Space

TRIALS = 20
# What a fault in words begins with, and the field that it is shown at.
_FIELDS = {
    **{one: one for one in ("trials", "parallel", "metric", "name", "description", "direction")},
    **{one: one for one in ("algorithm", "pruner", "seed", "time", "gpu_hours")},
}
_SPACE = re.compile(r"(\w+): ")
_NEEDS = re.compile(r"\w+ needs (\w+),")
_FIRST = re.compile(r"(\w+)\b")


@dataclass(frozen=True)
class Form:
    """The form's values, of the types that a plan takes; whether they make sense is the plan's to judge.

    ``cell`` says in which of a notebook's code cells, counted from 1, the function is.
    """

    program: str
    function: str
    cell: int | None
    space: Space
    settings: Mapping[str, Any]

    def plan(self, fn: Callable[..., Any], code: str = "", before: tuple[str, ...] = ()) -> Plan:
        """The plan for this function.

        Raises:
            HopslabError: ``experiment.invalid`` with every fault.
        """
        asked = self.settings
        return check(
            Plan(
                fn=fn,
                space=self.space,
                trials=asked.get("trials"),
                parallel=asked.get("parallel"),
                **objectives_asked(asked.get("metric", "value"), asked.get("direction", "maximize")),
                algorithm=asked.get("algorithm", "tpe"),
                pruner=asked.get("pruner"),
                time=asked.get("time"),
                gpu_hours=asked.get("gpu_hours"),
                seed=asked.get("seed"),
                name=asked.get("name", self.function),
                description=asked.get("description", ""),
                code=code,
                program=self.program,
                before=before,
            )
        )


def read_form(asked: object) -> Form:
    """The form as it came, which may be anything.

    Raises:
        HopslabError: ``experiment.form`` where it is none.
    """
    try:
        if not isinstance(asked, dict):
            raise TypeError("it is no object")
        program, function, cell = asked["program"], asked["function"], asked.get("cell")
        if not isinstance(program, str) or not isinstance(function, str):
            raise TypeError("program and function are texts")
        if cell is not None and (isinstance(cell, bool) or not isinstance(cell, int)):
            raise TypeError("cell is a number")
        space = space_of(asked["space"])
        settings = {name: asked[name] for name in _FIELDS if asked.get(name) is not None}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HopslabError(
            "experiment.form", f"This is no form of an experiment: {error}. Load the page again."
        ) from None
    return Form(program, function, cell, space, settings)


def standing_for(function: Function) -> Callable[..., Any]:
    """A function that takes the same parameters and does nothing."""

    def nothing(**_parameters: Any) -> None:
        """Never called."""

    nothing.__name__ = function.name
    kind = inspect.Parameter.KEYWORD_ONLY
    nothing.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                one.known.name,
                kind,
                default=one.known.default if one.known.has_default else inspect.Parameter.empty,
            )
            for one in function.parameters
        ]
    )
    return nothing


def faults_of(form: Form, function: Function) -> list[dict[str, str]]:
    """Every fault with the field it is shown at: ``space/<name>``, a field's name, or nothing in particular."""
    try:
        form.plan(standing_for(function))
    except HopslabError as error:
        names = {*form.space, *(one.known.name for one in function.parameters)}
        return [_placed(fault, names) for fault in error.faults or (error.detail,)]
    return []


def _placed(fault: str, names: Iterable[str]) -> dict[str, str]:
    for pattern in (_SPACE, _NEEDS):
        found = pattern.match(fault)
        if found and found[1] in names:
            shown = fault[found.end() :] if pattern is _SPACE else fault
            return {"field": f"space/{found[1]}", "detail": shown}
    first = _FIRST.match(fault)
    return {"field": _FIELDS.get(first[1], "") if first else "", "detail": fault}
