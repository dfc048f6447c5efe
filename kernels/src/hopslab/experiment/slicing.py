"""Which of the cells that were run before a function needs: those that bind what it, or a cell that it needs, names."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Sequence

MOST = 200_000
_STARTING = ("%%experiment", "experiment.run(", "experiment.resume(")


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


def _bound(tree: ast.Module) -> set[str]:
    """Names that a cell makes at its top, and those on which it calls something that may change them."""
    names: set[str] = set()
    for statement in tree.body:
        for node in _shallow(statement):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.alias):
                names.add((node.asname or node.name).split(".")[0])
            elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
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
    """The cells, in their order, without which ``function`` would not find what it names.

    Args:
        function: Source of the function, or of the cell that has it.
        cells: What was run before it, without what begins a search.
    """
    tree = _tree(function)
    if tree is None:
        return []
    wanted, kept, left = _loaded(tree), list[str](), MOST
    for cell in reversed(cells):
        if any(word in cell for word in _STARTING) or cell == function:
            continue
        before = _tree(cell)
        if before is None or not _bound(before) & wanted or len(cell) > left:
            continue
        left -= len(cell)
        wanted |= _loaded(before)
        if cell not in kept:
            kept.append(cell)
    return kept[::-1][:500]
