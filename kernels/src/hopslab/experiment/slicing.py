"""Which of the cells that were run before a function needs: those that bind what it, or a cell that it needs, reads."""

from __future__ import annotations

import ast
import dis
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

MOST = 200_000
_STARTING = ("%%experiment", "experiment.run(", "experiment.resume(")
_READING = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_NAME", "DELETE_GLOBAL"}
_BINDING = {"STORE_NAME", "STORE_GLOBAL"}


@dataclass(frozen=True)
class _Cell:
    """The variables of the notebook that a cell binds, reads itself, and reads in functions, whenever they are called.

    What is a function's or a comprehension's own is none of them, whatever its name is.
    """

    bound: set[str]
    now: set[str]
    later: set[str]


def _read(source: str) -> _Cell | None:
    tree = _tree(source)
    if tree is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(tree, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _Cell(
        bound=_names(code, _BINDING) | _changed(tree),
        now=_names(code, _READING),
        later={name for inner in _inside(code) for name in _names(inner, _READING)},
    )


def _names(code: CodeType, operations: set[str]) -> set[str]:
    return {str(one.argval) for one in dis.get_instructions(code) if one.opname in operations}


def _inside(code: CodeType) -> Iterator[CodeType]:
    left = [code]
    while left:
        inner = [one for one in left.pop().co_consts if isinstance(one, CodeType)]
        left += inner
        yield from inner


def _tree(source: str) -> ast.Module | None:
    if "IPython" in sys.modules:  # magics are calls
        from IPython.core.inputtransformer2 import TransformerManager

        source = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _loaded(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _changed(tree: ast.Module) -> set[str]:
    """Names in whose values a cell stores something, or on which it calls something that may change them."""
    names: set[str] = set()
    for statement in tree.body:
        for node in _shallow(statement):
            if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
                names |= _loaded(node.value)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = statement.value.func
            if isinstance(called, ast.Attribute):
                names |= _loaded(called.value)
    return names


def _shallow(statement: ast.stmt) -> Iterable[ast.AST]:
    """A statement with what is in it, but for what functions and classes have inside."""
    left: list[ast.AST] = [statement]
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            left.extend(ast.iter_child_nodes(node))


def needed(function: str, cells: Sequence[str]) -> list[str]:
    """The cells, in their order, without which ``function`` would not find what it reads.

    Args:
        function: Source of the function, or of the cell that has it.
        cells: What was run before it, without what begins a search.
    """
    own = _read(function)
    if own is None:
        return []
    ran = [
        (cell, read)
        for cell in dict.fromkeys(reversed(cells))
        if cell != function
        and len(cell) <= MOST
        and not any(word in cell for word in _STARTING)
        and (read := _read(cell)) is not None
    ]
    # What functions read may be bound after them, so it is looked for until nothing more is found.
    later = own.later
    while True:
        before, wanted = later, own.now | later
        kept, left = list[str](), MOST
        for cell, read in ran:
            if read.bound & wanted and len(cell) <= left:
                left -= len(cell)
                wanted = wanted | read.now
                later = later | read.later
                kept.append(cell)
        if later == before:
            return kept[::-1][:500]
