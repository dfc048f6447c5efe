"""The functions of a program that could be searched, read from its text: nothing of it is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment import space
from hopslab.experiment.programs import EXPERIMENT, Part, fault, read_program
from hopslab.experiment.proposing import Known, as_shown, direction_of, proposal
from hopslab.experiment.space import DIMENSIONS, Dimension, Scalar
from hopslab.experiment.space_faults import dimension_faults

MOST_FUNCTIONS = 200
MOST_PARAMETERS = 100
MOST_METRICS = 20
MOST_NOTES = 20

_DECLARING = ("uniform", "loguniform", "quniform", "qloguniform", "randint", "choice")
_FunctionDef = ast.FunctionDef


@dataclass(frozen=True)
class Parameter:
    """A parameter, and what to search for it; None leaves it at its default."""

    known: Known
    proposal: Dimension | None


@dataclass(frozen=True)
class Function:
    """A function that could be run as trials, with what its text says."""

    name: str
    cell: int | None
    line: int
    summary: str
    parameters: tuple[Parameter, ...]
    metrics: tuple[str, ...]
    reports: bool
    options: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the form takes it."""
        return {
            "name": self.name,
            "cell": self.cell,
            "line": self.line,
            "summary": self.summary,
            "parameters": [_parameter_json(each) for each in self.parameters],
            "metrics": list(self.metrics),
            "direction": direction_of(self.metrics[0]) if self.metrics else "maximize",
            "reports": self.reports,
            "options": self.options,
        }


def _parameter_json(parameter: Parameter) -> dict[str, Any]:
    known = parameter.known
    declared = (
        {}
        if parameter.proposal is None
        else {"proposal": space.to_contract({known.name: parameter.proposal})[known.name]}
    )
    default = {"default": as_shown(known.default)} if known.has_default and known.literal else {}
    return {"name": known.name, "required": not known.has_default, **default, **declared}


@dataclass(frozen=True)
class Found:
    """What a program offers, and what could not be read of it."""

    functions: tuple[Function, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As the form takes it."""
        return {"functions": [each.to_json() for each in self.functions], "notes": list(self.notes)}


def find(path: Path) -> Found:
    """The functions of a notebook or a ``.py`` file that take their parameters by name, the last one first.

    Raises:
        HopslabError: ``experiment.program`` where it cannot be read or a whole file is no Python.
    """
    functions: dict[str, Function] = {}
    notes: list[str] = []
    for part in read_program(path):
        try:
            for function in _functions(part):
                functions.pop(function.name, None)  # what is defined again is the later one
                functions[function.name] = function
        except HopslabError as error:
            if part.cell is None:
                raise
            notes.append(error.detail)
    newest = tuple(reversed(functions.values()))[:MOST_FUNCTIONS]
    return Found(newest, tuple(notes[:MOST_NOTES]))


def parsed(part: Part) -> ast.Module:
    """A part's tree, with magics as the calls that they are.

    Raises:
        HopslabError: ``experiment.program`` with cell and line.
    """
    source = part.body if part.is_experiment else part.source
    if part.cell is not None and (part.magic is None or part.is_experiment):
        from IPython.core.inputtransformer2 import TransformerManager

        source = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    elif part.magic is not None:
        source = ""  # another language's, or run by its magic
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        line = (error.lineno or 1) + (1 if part.is_experiment else 0)
        raise fault(f"{part.place}line {line}: {error.msg}. Correct it and save.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise fault(
            f"{part.place}it cannot be read as Python: {str(error) or 'it is nested too deeply'}."
        ) from None


def _functions(part: Part) -> Iterator[Function]:
    tree = parsed(part)
    declared = _declared(tree) if part.is_experiment else {}
    options = _options(part) if part.is_experiment else {}
    found = [one for one in tree.body if isinstance(one, _FunctionDef)]
    for one in found[-1:] if part.is_experiment else found:
        function = _function(one, part, declared, options)
        if function is not None:
            yield function


def _function(
    one: _FunctionDef, part: Part, declared: dict[str, Dimension | Scalar], options: dict[str, Any]
) -> Function | None:
    """None where it cannot be called by name: it takes something by position only, or too much."""
    arguments = one.args
    named = [*arguments.args, *arguments.kwonlyargs]
    if arguments.posonlyargs or len(named) > MOST_PARAMETERS or one.name.startswith("__"):
        return None
    defaults: list[ast.expr | None] = [None] * (len(arguments.args) - len(arguments.defaults))
    pairs = zip(named, [*defaults, *arguments.defaults, *arguments.kw_defaults], strict=True)
    parameters = [
        _parameter(argument, default, declared) for argument, default in pairs if argument.arg != "trial"
    ]
    return Function(
        name=one.name,
        cell=part.cell,
        line=one.lineno + (1 if part.is_experiment else 0),
        summary=(ast.get_docstring(one) or "").split("\n", 1)[0][:200],
        parameters=tuple(parameters),
        metrics=tuple(_metrics(one)),
        reports=any(argument.arg == "trial" for argument in named) and _reports(one),
        options=options,
    )


def _parameter(
    argument: ast.arg, default: ast.expr | None, declared: dict[str, Dimension | Scalar]
) -> Parameter:
    name = argument.arg
    literal, value = _literal(default)
    known = Known(
        name,
        has_default=default is not None,
        literal=literal,
        default=value,
        annotation=argument.annotation.id if isinstance(argument.annotation, ast.Name) else None,
        options=_annotated(argument.annotation),
    )
    if name not in declared:
        return Parameter(known, proposal(known))
    given = declared[name]
    if isinstance(given, DIMENSIONS):
        return Parameter(known, given)
    return Parameter(known, space.Choice((given,)))


def _literal(node: ast.expr | None) -> tuple[bool, Scalar]:
    """Whether it is a plain value, and which."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign, node = (-1 if isinstance(node.op, ast.USub) else 1), node.operand
    if not isinstance(node, ast.Constant):
        return node is None, None
    value = node.value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return True, sign * value
    plain = isinstance(value, (str, bool, type(None))) and sign == 1
    return plain, value if plain and isinstance(value, (str, bool)) else None


def _annotated(annotation: ast.expr | None) -> tuple[Scalar, ...]:
    """The values that ``Literal["a", "b"]`` allows."""
    if not isinstance(annotation, ast.Subscript):
        return ()
    what = annotation.value
    if (what.attr if isinstance(what, ast.Attribute) else getattr(what, "id", "")) != "Literal":
        return ()
    inside = annotation.slice
    read = [_literal(one) for one in (inside.elts if isinstance(inside, ast.Tuple) else [inside])]
    return tuple(dict.fromkeys(value for _, value in read)) if all(plain for plain, _ in read) else ()


def _own(function: _FunctionDef) -> Iterator[ast.AST]:
    """What belongs to a function itself, and not to one that it defines."""
    left: list[ast.AST] = list(function.body)
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            left.extend(ast.iter_child_nodes(node))


def _metrics(function: _FunctionDef) -> list[str]:
    """The keys of the dicts that it returns, in the order of its lines."""
    returned = [node for node in _own(function) if isinstance(node, ast.Return)]
    keys: dict[str, None] = {}
    for node in sorted(returned, key=lambda one: one.lineno):
        value = node.value
        if isinstance(value, ast.Dict):
            keys |= {
                key.value: None
                for key in value.keys
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
            keys |= {word.arg: None for word in value.keywords if word.arg}
    return [key for key in keys if 0 < len(key) <= 200][:MOST_METRICS]


def _reports(function: _FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "report"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "trial"
        for node in _own(function)
    )


def _declared(tree: ast.Module) -> dict[str, Dimension | Scalar]:
    """What a ``%%experiment`` cell assigns in plain values; what only running it would tell is left out."""
    declared: dict[str, Dimension | Scalar] = {}
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        (target,) = statement.targets
        if isinstance(target, ast.Name):
            dimension = _dimension(statement.value)
            literal, value = _literal(statement.value)
            if dimension is not None:
                declared[target.id] = dimension
            elif literal:
                declared[target.id] = value
    return declared


def _dimension(node: ast.expr) -> Dimension | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return None
    if node.func.id not in _DECLARING:
        return None
    try:
        arguments = [ast.literal_eval(argument) for argument in node.args]
        dimension: Dimension = getattr(space, node.func.id)(*arguments)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
    return None if dimension_faults(dimension) else dimension


def _options(part: Part) -> dict[str, Any]:
    """The options of a ``%%experiment`` line, as far as they make sense."""
    from hopslab.ipython.fault import ExperimentError
    from hopslab.ipython.options import read_options

    line = (part.magic or "")[len(EXPERIMENT) :]
    try:
        given = vars(read_options(line))
    except ExperimentError:
        return {}
    return {name: value for name, value in given.items() if value is not None and value != ""}
