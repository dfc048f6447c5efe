"""Loads the function of a saved program into this process, as running it there would."""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudpickle

from hopslab.errors import HopslabError
from hopslab.experiment.programs import Part, fault, read_program
from hopslab.ipython.cell import GIVEN

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@dataclass(frozen=True)
class Loaded:
    """A function, its own code, and the parts that were run before it."""

    fn: Callable[..., Any]
    code: str
    before: tuple[str, ...] = ()


def load(path: Path, function: str, cell: int | None, shell: InteractiveShell) -> Loaded:
    """Run the program as far as the function and return it; of a notebook the cells up to the function's.

    Other cells that would begin a search are not run; of the function's own only what is below its magic.

    Raises:
        HopslabError: ``experiment.program`` where it cannot be read, raises, or has no such function.
    """
    parts = read_program(path)
    os.chdir(path.parent)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    if cell is None:
        return _module(path, parts[0].source, function)
    return _cells(parts[:cell], function, shell)


def _module(path: Path, source: str, function: str) -> Loaded:
    name = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else "hopslab_program"
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except BaseException as error:
        raise HopslabError("experiment.program", f"{path.name} raised {_words(error)}.") from error
    cloudpickle.register_pickle_by_value(module)  # executors do not have it
    return Loaded(_callable(module.__dict__, function, path.name), source)


def _cells(parts: list[Part], function: str, shell: InteractiveShell) -> Loaded:
    before: list[str] = []
    for part in parts[:-1]:
        if part.is_experiment or not part.source.strip():
            continue
        _run(part, part.source, shell)
        before.append(part.source)
    last = parts[-1]
    if last.is_experiment:
        shell.user_ns.update({name: given for name, given in GIVEN.items() if name not in shell.user_ns})
    code = last.body if last.is_experiment else last.source
    _run(last, code, shell)
    return Loaded(_callable(shell.user_ns, function, f"cell {last.cell}"), code, tuple(before))


def _run(part: Part, source: str, shell: InteractiveShell) -> None:
    result = shell.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        raise HopslabError("experiment.program", f"Cell {part.cell} raised {_words(error)}.") from error


def _words(error: BaseException) -> str:
    text = ""
    with contextlib.suppress(Exception):  # a person's own error may fail to say what it is
        text = str(error)
    return f"{type(error).__name__}: {text}".removesuffix(": ").rstrip(".")[:1000]


def _callable(names: dict[str, Any], function: str, where: str) -> Callable[..., Any]:
    fn = names.get(function)
    if not callable(fn):
        raise fault(f"After {where} was run there is no function {function}; load the form again.")
    return fn  # type: ignore[no-any-return]
