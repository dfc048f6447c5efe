"""JSON: one document, or one a line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hopslab_preview.delimited import Lines, opened
from hopslab_preview.faults import Fault, failed, too_large
from hopslab_preview.table import MOST_COLUMNS, Column, Table, sampled

#: Bytes of one document: it is held whole.
LARGEST = 16 * 2**20
_GUESS_BY = 1000
_NAMES = {bool: "boolean", int: "integer", float: "number", str: "text", dict: "nested", list: "nested"}


def parsed(text: str, where: str) -> Any:
    """The value of a text; ``where`` begins the sentence that says why there is none."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise failed(f"{where} is nested too deeply.") from error
    except ValueError as error:
        raise failed(f"{where} is not JSON: {str(error)[:200]}.") from error


def _kind(values: list[Any]) -> str:
    kinds = {_NAMES[type(value)] for value in values if value is not None}
    if len(kinds) > 1:
        return "number" if kinds == {"integer", "number"} else "mixed"
    return kinds.pop() if kinds else "null"


class _Objects(Table):
    """Rows that are objects, by their keys; anything else is a single column."""

    def _describe(self, sample: list[Any]) -> None:
        self._plain = not all(isinstance(row, dict) for row in sample)
        if self._plain:
            self.columns = [Column("value", _kind(sample), "")] if sample else []
            return
        keys: dict[str, None] = {}
        for row in sample:
            keys.update(dict.fromkeys(row))
        if len(keys) > MOST_COLUMNS:
            raise too_large(f"Its objects have {len(keys)} different keys; {MOST_COLUMNS} can be shown.")
        if any(len(row) != len(keys) for row in sample):
            self.notes.add("ragged")
        self.columns = [Column(key, _kind([row.get(key) for row in sample]), "") for key in keys]

    def _values(self, rows: Iterator[Any], first: int, last: int) -> Iterator[list[Any]]:
        names = [column.name for column in self.columns[first:last]]
        for row in rows:
            if self._plain:
                yield [row][first:last]
            else:
                known = row if isinstance(row, dict) else {}
                yield [known.get(name) for name in names]


class JsonLines(_Objects):
    """One value a line."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.format = "jsonl"
        self._describe(sampled(self._documents(), _GUESS_BY)[0])

    def _documents(self) -> Iterator[Any]:
        lines = Lines(self._path)
        for line in lines:
            if line.strip():
                yield parsed(line, f"Line {lines.number}")

    def rows(self, offset: int, first: int, last: int) -> Iterator[list[Any]]:
        """Read from the beginning."""
        return self._values(itertools.islice(self._documents(), offset, None), first, last)


class Document(_Objects):
    """One value: of a list its items, of an object its entries."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.format = "json"
        with opened(path) as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise too_large(
                f"It is one JSON document of more than {LARGEST // 2**20} MiB, which has to be read whole. "
                "With a document on each line (JSON lines) it can be shown."
            )
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise failed("It is not UTF-8, and so not JSON.") from error
        value = parsed(text, "It") if text.strip() else []
        if isinstance(value, dict):
            value = [{"key": key, "value": inner} for key, inner in value.items()]
        self._items: list[Any] = value if isinstance(value, list) else [value]
        self.row_count = len(self._items)
        self._describe(self._items[:_GUESS_BY])

    def rows(self, offset: int, first: int, last: int) -> Iterator[list[Any]]:
        """From anywhere: it is in memory."""
        return self._values(itertools.islice(self._items, offset, None), first, last)


def read_json(path: Path) -> Table:
    """A document; or, where there is something after it, one a line."""
    try:
        return Document(path)
    except Fault as fault:
        if fault.code == "too-large" or "Extra data" in str(fault):
            try:
                return JsonLines(path)
            except Fault:
                raise fault from None
        raise
