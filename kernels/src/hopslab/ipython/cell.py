"""The body of an ``%%experiment`` cell: plain assignments declare the space, the last ``def`` is the function."""

from __future__ import annotations

import ast
import builtins
import linecache
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from types import FunctionType
from typing import Any

from hopslab.experiment.space import (
    DIMENSIONS,
    Choice,
    Dimension,
    choice,
    loguniform,
    qloguniform,
    quniform,
    randint,
    uniform,
)
from hopslab.ipython.fault import ExperimentError

GIVEN: dict[str, Callable[..., Dimension]] = {
    "uniform": uniform,
    "loguniform": loguniform,
    "quniform": quniform,
    "qloguniform": qloguniform,
    "randint": randint,
    "choice": choice,
}
NOTHING_STARTED = "The cell makes no sense yet; nothing was started."
_MISSING = object()


@dataclass(frozen=True)
class Cell:
    """A cell that was run: its function and its space, with the lines they are on."""

    fn: Callable[..., Any]
    space: dict[str, Dimension]
    lines: dict[str, int]
    sources: dict[str, str]
    undo: Callable[[], None]

    def located(self, fault: str) -> str:
        """The fault with its line, where it is about a name of the cell."""
        subject = fault.split(":")[0].split(" ")[0]
        return f"line {self.lines[subject]}: {fault}" if subject in self.lines else fault


def _parse(source: str, filename: str) -> ast.Module:
    # The magic's own line is the first one that people see.
    try:
        tree = ast.parse("\n" + source, filename)
        compile(tree, filename, "exec")
    except SyntaxError as error:
        shown = (error.text or "").rstrip()
        where = f"\n    {shown.strip()}\n" if shown.strip() else " "
        raise ExperimentError(
            f"line {error.lineno}: {error.msg}.{where}Correct it; nothing was started."
        ) from None
    return tree


def _function(tree: ast.Module) -> ast.FunctionDef:
    for statement in reversed(tree.body):
        if isinstance(statement, ast.AsyncFunctionDef):
            raise ExperimentError(
                f"line {statement.lineno}: {statement.name} is async; write it with plain def."
            )
        if isinstance(statement, ast.FunctionDef):
            return statement
    raise ExperimentError(
        "There is no function to run: write one below the hyperparameters that takes them by name, such as\n"
        "    def train(C, trial):\n        ...\n        return accuracy"
    )


def _assigned(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for statement in tree.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(name, ast.Name):
                    yield name.id, statement.lineno


def _words(error: BaseException, filename: str, names: list[str]) -> str:
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename
    ]
    where = f"line {lines[-1]}: " if lines else ""
    words = traceback.format_exception_only(error)[-1].strip()
    if isinstance(error, NameError) and error.name:
        near = get_close_matches(error.name, [*GIVEN, *names, *dir(builtins)], 1)
        words += f"; did you mean {near[0]}?" if near else "; define it in this cell or in one above."
    return where + words


class _Namespace:
    """The notebook's variables, put back as they were where a cell has a fault."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._before = dict(variables)

    def restore(self, names: list[str] | None = None) -> None:
        for name in list(self._variables) if names is None else names:
            before = self._before.get(name, _MISSING)
            if before is _MISSING:
                self._variables.pop(name, None)
            else:
                self._variables[name] = before
        if names is None:
            self._variables.update(self._before)


def _space(
    lines: dict[str, int], variables: dict[str, Any], fn: Callable[..., Any]
) -> tuple[dict[str, Dimension], list[str]]:
    """The dimensions, and constants that the function takes; faults of what looks like either."""
    space: dict[str, Dimension] = {}
    faults = []
    wanted = (
        fn.__code__.co_varnames[: fn.__code__.co_argcount + fn.__code__.co_kwonlyargcount]
        if isinstance(fn, FunctionType)
        else ()
    )
    for name, line in lines.items():
        value = variables.get(name)
        if isinstance(value, DIMENSIONS):
            space[name] = value
        elif given := [word for word, function in GIVEN.items() if value is function]:
            faults.append(f"line {line}: {name} is {given[0]} itself; call it, such as {given[0]}(...).")
        elif name in wanted and isinstance(value, (str, int, float, bool, type(None))):
            space[name] = Choice((value,))  # a constant: the only choice
        elif name in wanted:
            faults.append(
                f"line {line}: {name} is a {type(value).__name__}; use uniform, loguniform, randint, choice or a "
                f"constant, or take {name} out of the function's parameters and it is used as it is."
            )
    return space, faults


def run_cell(source: str, filename: str, variables: dict[str, Any]) -> Cell:
    """Run the body in the notebook's variables and return what it declares.

    Functions, imports and constants of the cell stay; hyperparameters and the given names do not. Where the cell
    has a fault everything is as before.

    Raises:
        ExperimentError: with the fault's line and its remedy.
    """
    tree = _parse(source, filename)
    function = _function(tree)
    lines = dict(_assigned(tree))
    namespace = _Namespace(variables)
    text = "\n" + source
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    variables.update(GIVEN)
    try:
        exec(compile(tree, filename, "exec"), variables)
        fn = variables[function.name]
        space, faults = _space(lines, variables, fn)
        lines.setdefault(function.name, function.lineno)
        cell = Cell(fn, space, lines, {filename: text}, namespace.restore)
        if not space:
            faults.append(
                "The cell declares no hyperparameter; write one above, such as C = loguniform(1e-3, 1e3)."
            )
        if faults:
            raise ExperimentError(NOTHING_STARTED, faults)
    except ExperimentError:
        namespace.restore()
        raise
    except Exception as error:  # whatever the cell's own lines raise
        names = list(variables)
        namespace.restore()
        raise ExperimentError(f"{_words(error, filename, names)}\nNothing was started.") from None
    except BaseException:
        namespace.restore()
        raise
    searched = [name for name in space if isinstance(variables[name], DIMENSIONS)]
    namespace.restore([*searched, *GIVEN])
    return cell
