"""What is said above a column: how much is missing, its ends, and how its values lie."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from hopslab_preview.table import Column, Known

_BARS = 12
_LONGEST = 100
_NUMBERS = {"integer", "number", "decimal"}
_TIMES = {"date", "timestamp"}
_MISSING = {"", "NA", "N/A", "null", "NULL", "NaN", "nan", "None", "\\N"}


def _instant(value: Any) -> float | None:
    try:
        at = datetime.fromisoformat(str(value).replace("Z", "+00:00")[:32])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _measure(value: Any, kind: str) -> float | None:
    """Where a value lies on its column's axis."""
    try:
        at = _instant(value) if kind in _TIMES else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at is not None and math.isfinite(at) else None


def _label(at: float, kind: str) -> str:
    if kind not in _TIMES:
        return f"{at:.6g}"
    try:
        told = datetime.fromtimestamp(at, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return f"{at:.6g}"
    return f"{told:%Y-%m-%d}" if kind == "date" else f"{told:%Y-%m-%d %H:%M}"


def _ranges(measured: list[float], kind: str) -> list[dict[str, Any]]:
    low, high = min(measured), max(measured)
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [{"label": _label(low, kind), "count": len(measured)}]
    counts = [0] * _BARS
    for at in measured:
        counts[min(_BARS - 1, int((at - low) / span * _BARS))] += 1
    edges = [low + span * i / _BARS for i in range(_BARS + 1)]
    return [
        {"label": f"{_label(edges[i], kind)} \u2013 {_label(edges[i + 1], kind)}", "count": count}
        for i, count in enumerate(counts)
    ]


def shown(value: Any) -> str | None:
    """An end of a column, short enough for its header."""
    if value is None:
        return None
    text = f"0x{value[:32].hex()}" if isinstance(value, bytes) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _frequent(values: list[Any]) -> list[dict[str, Any]]:
    counts = Counter(shown(value) or "" for value in values).most_common(_BARS)
    # Where each is another, there is nothing to see.
    return (
        [{"label": label, "count": count} for label, count in counts] if counts and counts[0][1] > 1 else []
    )


def _ends(values: list[Any], kind: str) -> tuple[Any, Any]:
    if kind in _NUMBERS | _TIMES:
        placed = [(at, value) for value in values if (at := _measure(value, kind)) is not None]
        if not placed:
            return None, None
        return min(placed, key=lambda one: one[0])[1], max(placed, key=lambda one: one[0])[1]
    if kind in {"nested", "binary", "mixed", "null"}:
        return None, None
    texts = [str(value) for value in values]
    return (min(texts), max(texts)) if texts else (None, None)


def summary(column: Column, values: list[Any], known: Known | None) -> dict[str, Any]:
    """One column's, of the rows that were read; what the file itself says of all its rows goes before that."""
    kind = column.type
    missing = _MISSING if kind != "text" else {""}
    there = [
        value for value in values if value is not None and not (isinstance(value, str) and value in missing)
    ]
    low, high = _ends(there, kind)
    bars: list[dict[str, Any]] = []
    if kind in _NUMBERS | _TIMES:
        measured = [at for value in there if (at := _measure(value, kind)) is not None]
        bars = _ranges(measured, kind) if measured else []
    elif kind in {"text", "boolean"}:
        bars = _frequent(there)
    exact = known is not None and known.nulls is not None
    ends = known if known is not None and known.low is not None else None
    return {
        "nulls": known.nulls if known is not None and known.nulls is not None else len(values) - len(there),
        "min": shown(ends.low if ends else low),
        "max": shown(ends.high if ends else high),
        "ofWhole": exact and (ends is not None or low is None),
        "bars": bars,
    }
