"""What every format is read as."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

#: More are not told of, nor shown.
MOST_COLUMNS = 100_000
#: Rows by which types are guessed and histograms are drawn.
SAMPLE = 10_000
#: Letters and bytes that a sample may have.
_LARGEST_SAMPLE = 32 * 2**20


def _weight(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 8


def sampled(rows: Iterable[Any], most: int) -> tuple[list[Any], bool]:
    """The first of them, as many as can be held and read; and whether they are all."""
    taken: list[Any] = []
    weight = 0
    reading = iter(rows)
    while weight <= _LARGEST_SAMPLE:
        try:
            row = next(reading)
        except StopIteration:
            return taken, True
        except Exception:
            if not taken:
                raise
            break
        if len(taken) == most:
            break
        taken.append(row)
        values = row.values() if isinstance(row, dict) else row if isinstance(row, list) else [row]
        weight += sum(map(_weight, values))
    return taken, False


class Column(NamedTuple):
    """A column's name, the kind of its values, and what the file itself calls their type."""

    name: str
    type: str
    detail: str


class Known(NamedTuple):
    """What a file says of a whole column by itself; ``None`` where it does not."""

    nulls: int | None
    low: Any
    high: Any


class Table(ABC):
    """One file, read from its beginning or from a row on."""

    #: As the contract names it.
    format: str
    columns: list[Column]
    #: Known only where the file says so itself.
    row_count: int | None = None

    def __init__(self) -> None:
        self.notes: set[str] = set()

    @abstractmethod
    def rows(self, offset: int, first: int, last: int) -> Iterator[list[Any]]:
        """The rows from one on, of each the values of the columns ``first`` to ``last`` (excluded)."""

    def known(self, column: int) -> Known | None:  # noqa: ARG002
        """What the file says of a column without being read."""
        return None

    def sample(self, first: int, last: int) -> tuple[list[list[Any]], bool]:
        """The first rows, and whether they are all."""
        return sampled(self.rows(0, first, last), SAMPLE)
