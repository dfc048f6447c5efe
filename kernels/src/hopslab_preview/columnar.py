"""Parquet, of which only the pages that are asked for are read; what is Arrow's in it is ORC's too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hopslab_preview.faults import failed, too_large
from hopslab_preview.table import MOST_COLUMNS, Column, Known, Table

#: Rows that are decoded at once.
BATCH = 1000
_MOST_GROUPS = 2000
#: Bytes that a footer may have, and entries of a list in it.
_FOOTER = 64 * 2**20


def kind_of(kind: Any) -> str:
    """The kind of an Arrow type's values."""
    for name, judge in (
        ("null", pa.types.is_null),
        ("boolean", pa.types.is_boolean),
        ("integer", pa.types.is_integer),
        ("number", pa.types.is_floating),
        ("decimal", pa.types.is_decimal),
        ("date", pa.types.is_date),
        ("timestamp", pa.types.is_timestamp),
        ("time", pa.types.is_time),
        ("duration", pa.types.is_duration),
        ("nested", pa.types.is_nested),
    ):
        if judge(kind):
            return name
    if pa.types.is_dictionary(kind):
        return kind_of(kind.value_type)
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view"
    return "text" if text else "binary"


def columns_of(schema: Any) -> list[Column]:
    """The columns of an Arrow schema."""
    if len(schema) > MOST_COLUMNS:
        raise too_large(f"It has {len(schema)} columns; {MOST_COLUMNS} can be shown.")
    return [Column(field.name, kind_of(field.type), str(field.type)[:200]) for field in schema]


def _texts(column: Any) -> list[Any]:
    """Dates and times as the ISO writes them, in UTC where they are instants."""
    zone = pa.types.is_timestamp(column.type) and column.type.tz is not None
    plain = column.cast(pa.timestamp(column.type.unit)) if zone else column
    texts = pc.cast(plain, pa.string()).to_pylist()
    return [text and f"{text}Z" for text in texts] if zone else texts


def values_of(column: Any) -> list[Any]:
    """The Python values of an Arrow column."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if kind_of(column.type) in {"date", "timestamp", "time"}:
        return _texts(column)
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        # Times in nested values that Python has no date for.
        return [str(one) for one in column]
    return values


def _leaves(kind: Any) -> int:
    """Of how many of the file's own columns a field is made."""
    if pa.types.is_dictionary(kind) or isinstance(kind, pa.BaseExtensionType):
        return 1
    return sum(_leaves(kind.field(i).type) for i in range(kind.num_fields)) or 1


def rows_of(batch: Any) -> Iterator[list[Any]]:
    """The rows of an Arrow batch."""
    return (list(row) for row in zip(*(values_of(column) for column in batch.columns), strict=True))


class Parquet(Table):
    """Row groups before the one that is asked for are passed over."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.format = "parquet"
        self._file = pq.ParquetFile(
            path,
            memory_map=False,
            buffer_size=2**18,
            thrift_string_size_limit=_FOOTER,
            thrift_container_size_limit=2**22,
        )
        self._about = self._file.metadata
        schema = self._file.schema_arrow
        self.columns = columns_of(schema)
        self._groups = [self._about.row_group(i).num_rows for i in range(self._about.num_row_groups)]
        if any(rows < 0 for rows in self._groups) or sum(self._groups) != self._about.num_rows:
            raise failed("Its footer says of how many rows it is in two ways that do not agree.")
        self.row_count = self._about.num_rows
        self._ends = list(itertools.accumulate(_leaves(field.type) for field in schema))

    def _leaves_of(self, first: int, last: int) -> list[int]:
        begin = self._ends[first - 1] if first > 0 else 0
        return list(range(begin, self._ends[min(last, len(self._ends)) - 1]))

    def rows(self, offset: int, first: int, last: int) -> Iterator[list[Any]]:
        """From any row on."""
        if first >= len(self.columns):
            yield from ([] for _ in range(offset, self._about.num_rows))
            return
        before = 0
        for i, rows in enumerate(self._groups):
            if before + rows > offset:
                yield from self._group(i, max(0, offset - before), first, last)
            before += rows

    def _group(self, index: int, skipped: int, first: int, last: int) -> Iterator[list[Any]]:
        batches = self._file.reader.iter_batches(
            BATCH, row_groups=[index], column_indices=self._leaves_of(first, last), use_threads=False
        )
        for batch in batches:
            if skipped < batch.num_rows:
                yield from rows_of(batch.slice(skipped))
            skipped = max(0, skipped - batch.num_rows)

    def known(self, column: int) -> Known | None:
        """The statistics of its footer, where all row groups have them."""
        before = self._ends[column - 1] if column > 0 else 0
        if self._ends[column] - before != 1 or len(self._groups) > _MOST_GROUPS:
            return None
        nulls, lows, highs = 0, [], []
        for i in range(len(self._groups)):
            said = self._about.row_group(i).column(before).statistics
            if said is None or not said.has_null_count:
                return None
            nulls += said.null_count
            if said.has_min_max:
                lows.append(said.min)
                highs.append(said.max)
        plain = self.columns[column].type in {"integer", "number", "boolean", "text", "date", "timestamp"}
        whole = plain and len(lows) == len(self._groups) and bool(lows)
        return Known(nulls, min(lows) if whole else None, max(highs) if whole else None)
