"""A person's program as it is saved: a ``.py`` file is one part, a notebook has one for each cell with code."""

from __future__ import annotations

import io
import json
import os
import stat
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError

MOST_BYTES = 32 * 1024 * 1024
MOST_CODE = 2 * 1024 * 1024
MOST_CELLS = 5000
EXPERIMENT = "%%experiment"


@dataclass(frozen=True)
class Part:
    """Code that is run in one go. ``cell`` counts a notebook's code cells from 1; None is a whole file."""

    source: str
    cell: int | None = None

    @property
    def magic(self) -> str | None:
        """The first line of a cell that begins with a cell magic."""
        first = self.source.lstrip().split("\n", 1)[0].rstrip()
        return first if self.cell is not None and first.startswith("%%") else None

    @property
    def is_experiment(self) -> bool:
        """Whether running it would begin a search."""
        return self.magic is not None and self.magic.split()[0] == EXPERIMENT

    @property
    def body(self) -> str:
        """What follows the line of the magic."""
        return self.source.lstrip().partition("\n")[2]

    @property
    def place(self) -> str:
        """What people find it by, with what has to follow in a sentence."""
        return "" if self.cell is None else f"cell {self.cell}, "


def fault(detail: str) -> HopslabError:
    """A program that cannot be used, in words."""
    return HopslabError("experiment.program", detail)


def read_program(path: Path) -> list[Part]:
    """The parts of a program, in their order.

    Raises:
        HopslabError: ``experiment.program``: there is no such file, it is too large, or it is no program.
    """
    raw = _bytes(path)
    if path.suffix == ".ipynb":
        return list(_cells(path.name, raw))
    if path.suffix == ".py":
        return [Part(_text(path.name, raw))]
    raise fault(f"{path.name} is no notebook and no Python file; choose one that ends in .ipynb or .py.")


def _bytes(path: Path) -> bytes:
    try:
        # Not to wait where a pipe lies.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise fault(f"{path.name} cannot be read: {error.strerror}. Save it and try again.") from None
    with os.fdopen(file, "rb") as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise fault(f"{path.name} is no file; choose a notebook or a Python file.")
        raw = opened.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise fault(
            f"{path.name} has more than {MOST_BYTES >> 20} MiB; clear the notebook's outputs and save it."
        )
    return raw


def _text(name: str, raw: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise fault(f"{name} is no text that Python can read: {error}. Save it as UTF-8.") from None
    return _checked(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _checked(name: str, text: str) -> str:
    if len(text) > MOST_CODE:
        raise fault(f"{name} has more than {MOST_CODE >> 20} MiB of code; move what is data into a file.")
    return text


def _cells(name: str, raw: bytes) -> Iterator[Part]:
    try:
        notebook: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise fault(f"{name} is no notebook: it is not JSON. Save it again from JupyterLab.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise fault(f"{name} has no cells; open it in JupyterLab and save it again.")
    code = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    if len(code) > MOST_CELLS:
        raise fault(f"{name} has {len(code)} cells with code; {MOST_CELLS} are the most.")
    sources = [_joined(cell.get("source")) for cell in code]
    _checked(name, "".join(sources))
    for number, source in enumerate(sources, 1):
        yield Part(source, number)


def _joined(source: object) -> str:
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))
