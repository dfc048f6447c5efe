"""What the functions of both generations return."""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, overload

_UNPACK = dis.opmap["UNPACK_SEQUENCE"]


def _asked(frame: FrameType) -> int | None:
    """How many values an assignment such as ``a, b = ...`` takes that is running in this frame."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at + 1] if code[at] == _UNPACK else None


class Returned(str):
    """The experiment's folder, and what else came of it.

    Older programs take it as the folder it is, or as the folder and the best hyperparameters; newer ones as the folder,
    the best hyperparameters and the best metrics. An assignment to several names gets as many as it asks for, anything
    else all of them; beyond that it is the text of the folder.
    """

    __slots__ = ("_values",)
    _values: tuple[Any, ...]

    def __new__(cls, folder: str, *more: Any) -> Returned:
        """Of the folder, and what follows it."""
        made = super().__new__(cls, folder)
        made._values = (folder, *more)
        return made

    def __iter__(self) -> Iterator[Any]:
        asked = _asked(sys._getframe(1))
        return iter(self._values if asked is None else self._values[:asked])

    @overload  # type: ignore[override]
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> str: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._values[index] if isinstance(index, int) else str(self)[index]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self._values

    def __str__(self) -> str:
        return str(self._values[0])
