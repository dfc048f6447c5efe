"""Which reader a file is for: what it begins with says more than its name."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from hopslab_preview.delimited import Delimited
from hopslab_preview.documents import JsonLines, read_json
from hopslab_preview.faults import Fault, failed
from hopslab_preview.table import Table


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def read(path: Path, name: str) -> Table:
    """Open a file that people call by that name; raises a ``Fault`` for one that is of no kind that can be shown."""
    begins = _begins(path)
    ending = PurePosixPath(name.lower().removesuffix(".gz")).suffix
    if begins.startswith(b"PAR1"):
        from hopslab_preview.columnar import Parquet

        return Parquet(path)
    if begins.startswith(b"ORC"):
        from hopslab_preview.orc import Orc

        return Orc(path)
    if ending in {".parquet", ".pq"}:
        raise failed("It is not a Parquet file: it does not begin as one.")
    if ending == ".orc":
        raise failed("It is not an ORC file: it does not begin as one.")
    if ending in {".jsonl", ".ndjson"}:
        return JsonLines(path)
    if ending == ".json":
        return read_json(path)
    if ending in {".csv", ".tsv", ".tab", ".psv"}:
        return Delimited(path, "\t" if ending in {".tsv", ".tab"} else None)
    raise Fault(
        "unsupported", "Its name does not end like that of a kind of file that can be shown as a table."
    )
