"""Values as JSON that a browser reads without loss: what a number of its own cannot hold is text."""

from __future__ import annotations

import json
import math
from typing import Any

#: Letters of a cell that are shown.
LONGEST = 4096
_SAFE = 2**53 - 1
_MOST_BYTES = 64


def _cut(text: str) -> str | dict[str, Any]:
    return text if len(text) <= LONGEST else {"text": text[:LONGEST], "length": len(text)}


def _bytes(value: bytes) -> str | dict[str, Any]:
    text = f"0x{value[:_MOST_BYTES].hex()}"
    return text if len(value) <= _MOST_BYTES else {"text": text, "length": len(value)}


def number(value: float) -> float | int | str:
    """A number, as text where JavaScript would round it or JSON has none."""
    if isinstance(value, int):
        return value if -_SAFE <= value <= _SAFE else str(value)
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _nested(value: Any) -> str:
    def plain(inner: Any) -> Any:
        return f"0x{inner[:_MOST_BYTES].hex()}" if isinstance(inner, bytes) else str(inner)

    return json.dumps(value, default=plain, ensure_ascii=False, separators=(", ", ": "))


def cell(value: Any) -> Any:
    """One value, cut where it is long: then its beginning and how long the whole is."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    if isinstance(value, dict | list | tuple):
        return _cut(_nested(value))
    return _cut(str(value))
