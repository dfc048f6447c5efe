"""CSV and its kin, line by line: no line may be longer than what a preview holds, however it is compressed."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hopslab_preview.faults import failed, too_large
from hopslab_preview.table import MOST_COLUMNS, Column, Table, sampled

#: Bytes of a line; a record between quotes may have several lines, and as many bytes.
LONGEST_LINE = 16 * 2**20
_GUESS_BY = 1000
_SEPARATORS = ",;\t|"

_INTEGER = re.compile(r"[+-]?\d{1,40}\Z")
_NUMBER = re.compile(
    r"[+-]?(\d{1,40}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,4})?\Z|[+-]?(inf|nan|Inf|NaN|Infinity)\Z"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?\Z")
_BOOLEAN = re.compile(r"(true|false|True|False|TRUE|FALSE)\Z")
_MISSING = {"", "NA", "N/A", "null", "NULL", "NaN", "None", "\\N"}
_KINDS = (
    ("boolean", _BOOLEAN),
    ("integer", _INTEGER),
    ("number", _NUMBER),
    ("date", _DATE),
    ("timestamp", _TIMESTAMP),
)


def opened(path: Path) -> gzip.GzipFile | io.BufferedReader:
    """The file's bytes, unpacked where they are gzip's."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


class Lines:
    """Bytes as lines of text; remembers whether they were UTF-8."""

    def __init__(self, path: Path) -> None:
        self._file = opened(path)
        start = self._read(4)
        self._file.seek(0)
        wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(start[:2])
        self.is_utf8 = True
        self.number = 0
        self._text: io.TextIOWrapper | None = None
        if wide is not None:
            self._text = io.TextIOWrapper(self._file, encoding="utf-16", errors="replace", newline="")

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise failed("It is compressed with gzip, and broken or cut off.") from error

    def _next(self) -> str:
        if self._text is not None:
            return self._text.readline(LONGEST_LINE + 1)
        try:
            line = self._file.readline(LONGEST_LINE + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise failed(
                f"It is compressed with gzip, and broken or cut off after line {self.number}."
            ) from error
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            self.is_utf8 = False
            text = line.decode("latin-1")
        return text.removeprefix("\ufeff") if self.number == 0 else text

    def __iter__(self) -> Iterator[str]:
        while line := self._next():
            self.number += 1
            if len(line) > LONGEST_LINE:
                raise too_large(f"Line {self.number} is longer than {LONGEST_LINE // 2**20} MiB.")
            yield line


def _separator(lines: list[str]) -> str:
    """The one that cuts most lines into the same number of parts."""

    def score(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        first = widths[0] if widths else 1
        return (sum(width == first for width in widths), first) if first > 1 else (0, 0)

    return max(_SEPARATORS, key=score)


def kind_of(values: list[str]) -> str:
    """The narrowest kind that all values are of, those apart that stand for none."""
    there = [value for value in values if value not in _MISSING]
    if not there:
        return "text" if any(values) else "null"
    for kind, rule in _KINDS:
        if all(rule.match(value) for value in there):
            return kind
    return "text"


def _is_header(row: list[str]) -> bool:
    return all(value.strip() != "" and kind_of([value.strip()]) == "text" for value in row)


class Delimited(Table):
    """A text file of rows, with or without a header; types are guessed by its first rows, values are as written."""

    def __init__(self, path: Path, separator: str | None) -> None:
        super().__init__()
        self._path = path
        self.format = "csv"
        csv.field_size_limit(LONGEST_LINE)
        start = list(itertools.islice((line[: 2**16] for line in Lines(path)), 20))
        self._separator = separator or _separator(start)
        sample, _ = sampled(self._records(), _GUESS_BY)
        self._has_header = bool(sample) and _is_header(sample[0])
        body = sample[1:] if self._has_header else sample
        width = max((len(row) for row in sample), default=0)
        if width > MOST_COLUMNS:
            raise too_large(f"It has {width} columns; {MOST_COLUMNS} can be shown.")
        names = sample[0] if self._has_header else []
        self.columns = [
            Column(
                names[i].strip() if i < len(names) else f"column {i + 1}",
                kind_of([row[i].strip() for row in body if i < len(row)]),
                "",
            )
            for i in range(width)
        ]
        if any(len(row) != width for row in sample):
            self.notes.add("ragged")

    def _records(self) -> Iterator[list[str]]:
        lines = Lines(self._path)
        try:
            for row in csv.reader(lines, delimiter=self._separator):
                if row:
                    yield row
                if not lines.is_utf8:
                    self.notes.add("not-utf8")
        except csv.Error as error:
            raise too_large(
                f"Line {lines.number}: a value is longer than {LONGEST_LINE // 2**20} MiB; a quote may be missing."
                if "field limit" in str(error)
                else f"Line {lines.number}: {error}."
            ) from error

    def rows(self, offset: int, first: int, last: int) -> Iterator[list[Any]]:
        """Read from the beginning: nothing tells where a row is."""
        begin = offset + (1 if self._has_header else 0)
        last = min(last, len(self.columns))
        for row in itertools.islice(self._records(), begin, None):
            part: list[Any] = [value if value != "" else None for value in row[first:last]]
            yield part + [None] * (last - first - len(part))
