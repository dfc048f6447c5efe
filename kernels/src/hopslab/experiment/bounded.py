"""A file for what a program prints, with room for so much."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TextIO

_CUT = "\n(More was printed, and is not kept.)\n"


class Bounded:
    """Takes text as a stream does, and keeps the first of it: a program without end must not fill the disk.

    What cannot be written is not kept; nobody fails for that.

    Args:
        opens: Opens the file, once there is something to keep.
        most: Bytes that are kept.
    """

    encoding = "utf-8"

    def __init__(self, opens: Callable[[], TextIO], most: int) -> None:
        self._opens = opens
        self._file: TextIO | None = None
        self._left = most

    def write(self, text: str) -> int:
        """Keep the text, as far as there is room."""
        if self._left > 0 and text:
            try:
                self._keep(text)
            except (OSError, ValueError):  # a full disk, or closed
                self._left = 0
        return len(text)

    def _keep(self, text: str) -> None:
        if self._file is None:
            self._file = self._opens()
        kept = text[: self._left]
        self._left -= len(kept.encode("utf-8", "backslashreplace"))
        self._file.write(kept if self._left > 0 else kept + _CUT)
        if self._left <= 0 or "\n" in text:
            self._file.flush()

    def flush(self) -> None:
        """Let others read it."""
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError):
                self._file.flush()

    def isatty(self) -> bool:
        """Nobody sits there."""
        return False

    def close(self) -> None:
        """Nothing more is kept."""
        self._left = 0
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
