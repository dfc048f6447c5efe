"""One question about one file, answered into another file as JSON."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from hopslab_preview.cells import cell
from hopslab_preview.faults import Fault, failed, too_large
from hopslab_preview.kinds import read
from hopslab_preview.summaries import summary
from hopslab_preview.table import Table

#: Bytes of private memory, seconds of work, bytes of the answer; the sandbox around has limits of its own.
_MEMORY = 384 * 2**20
_SECONDS = 9
_ANSWER = 16 * 2**20
#: Bytes after which a page ends before its last row.
_PAGE = 4 * 2**20


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS + 2, _SECONDS + 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ANSWER, _ANSWER))
    # Deep JSON is refused by this before it is by the stack.
    sys.setrecursionlimit(2000)
    # Whoever started it may be gone.
    signal.alarm(_SECONDS + 6)


def _page(table: Table, asked: dict[str, Any], until: float) -> dict[str, Any]:
    first, last = asked["column"], asked["column"] + asked["columns"]
    rows: list[list[Any]] = []
    size, more, stopped = 0, False, None
    try:
        for row in table.rows(asked["offset"], first, last):
            if len(rows) >= asked["limit"] or size > _PAGE or (rows and time.monotonic() > until):
                more = True
                break
            rows.append([cell(value) for value in row])
            size += len(json.dumps(rows[-1], ensure_ascii=False))
    except Exception as error:
        # What can be seen is seen.
        if not rows:
            raise
        stopped = str(_said(error))
    return {"offset": asked["offset"], "rows": rows, "more": more, "stopped": stopped}


def _statistics(table: Table, asked: dict[str, Any]) -> dict[str, Any]:
    first = asked["column"]
    columns = table.columns[first : first + asked["columns"]]
    rows, whole = table.sample(first, first + len(columns))
    said = [
        summary(column, [row[i] for row in rows], table.known(first + i)) for i, column in enumerate(columns)
    ]
    return {"sampled": len(rows), "whole": whole, "statistics": said}


def answer(path: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked of a file; raises a ``Fault`` where it cannot be had."""
    until = time.monotonic() + _SECONDS / 2
    table = read(path, asked["name"])
    first = asked["column"]
    told = _statistics(table, asked) if asked["ask"] == "statistics" else _page(table, asked, until)
    return {
        "format": table.format,
        "rowCount": table.row_count,
        "columnCount": len(table.columns),
        "column": first,
        "columns": [
            {"name": name[:300], "type": kind, "detail": detail}
            for name, kind, detail in table.columns[first : first + asked["columns"]]
        ],
        "notes": sorted(table.notes),
        **told,
    }


def _identity(path: Path) -> str:
    at = path.stat()
    return f"{at.st_dev}:{at.st_ino}"


def _judged(path: Path, asked: dict[str, Any]) -> dict[str, Any]:
    # Before a byte is read: on the way here the name may have come to mean another file.
    if _identity(path) != asked["identity"]:
        raise Fault("changed", "The file was replaced meanwhile.")
    if not os.access(path, os.R_OK):
        raise failed("Its own mode does not let programs read it.")
    return answer(path, asked)


def _said(error: BaseException) -> Fault:
    if isinstance(error, Fault):
        return error
    if isinstance(error, MemoryError):
        return too_large("It takes more memory than a preview may have.")
    if isinstance(error, RecursionError):
        return failed("It is nested too deeply.")
    words = "".join(letter if letter.isprintable() else " " for letter in str(error))
    # Libraries name the file by where it is in here.
    words = " ".join(words.replace("/data/file", "the file").split()).rstrip(".")
    if "malloc" in words or "memory" in words.lower():
        return too_large("It takes more memory than a preview may have.")
    return failed(f"Its content is broken: {words[:300]}.")


def main(request: str, file: str, into: str) -> int:
    """Answer one request; what goes wrong is an answer too."""
    _limit()
    asked = json.loads(Path(request).read_text())
    try:
        told: dict[str, Any] = {"answer": _judged(Path(file), asked)}
    except Exception as error:
        fault = _said(error)
        told = {"fault": {"code": fault.code, "words": str(fault)[:500]}}
    text = json.dumps(told, ensure_ascii=False, allow_nan=False)
    # Half a letter that a file may hold is no letter in JSON either.
    Path(into).write_bytes(text.encode("utf-8", "replace"))
    return 0
