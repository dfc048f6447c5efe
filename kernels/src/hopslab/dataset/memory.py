"""What this machine remembers of uploads that are not whole, so that another run goes on with them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9-]{1,100}")


def _home() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "hopslab" / "uploads"


class Remembered:
    """The upload of one content to one place, by all that makes it this very one. What cannot be kept is not.

    Args:
        facts: Where it goes, and the checksum of what.
    """

    def __init__(self, *facts: object) -> None:
        name = hashlib.sha256(json.dumps([str(fact) for fact in facts]).encode()).hexdigest()
        try:
            self._file: Path | None = _home() / name
        except RuntimeError:  # who has no home
            self._file = None

    def get(self) -> str | None:
        """The upload's id, where one was begun."""
        with contextlib.suppress(OSError):
            text = self._file.read_text(errors="replace") if self._file else ""
            return text if _ID.fullmatch(text) else None
        return None

    def put(self, upload: str) -> None:
        """One was begun."""
        with contextlib.suppress(OSError):
            if self._file:
                self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._file.write_text(upload)

    def forget(self) -> None:
        """It is whole, or given up."""
        with contextlib.suppress(OSError):
            if self._file:
                self._file.unlink(missing_ok=True)
