"""ORC, stripe by stripe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyarrow.orc import ORCFile

from hopslab_preview.columnar import BATCH, columns_of, rows_of
from hopslab_preview.table import Table


class Orc(Table):
    """Stripe by stripe."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.format = "orc"
        self._file = ORCFile(path)
        self.columns = columns_of(self._file.schema)
        self.row_count = self._file.nrows
        names = [column.name for column in self.columns]
        self._by_name = len(set(names)) == len(names)

    def rows(self, offset: int, first: int, last: int) -> Iterator[list[Any]]:
        """The stripes before it are read too: nothing tells how many rows they have."""
        names = [column.name for column in self.columns[first:last]]
        passed = 0
        for i in range(self._file.nstripes):
            batch = self._file.read_stripe(i, columns=names if self._by_name else None)
            if passed + batch.num_rows > offset:
                own = (
                    batch.select(names)
                    if self._by_name
                    else batch.select(range(first, min(last, len(self.columns))))
                )
                begin = max(0, offset - passed)
                for at in range(begin, own.num_rows, BATCH):
                    yield from rows_of(own.slice(at, BATCH))
            passed += batch.num_rows
