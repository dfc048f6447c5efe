"""Files that tell the server about a sandbox; written whole or not at all."""

from __future__ import annotations

import json
import os
import time
from typing import Any

STATE = "state.json"
EXIT = "exit.json"


def write(folder: str, name: str, record: dict[str, Any]) -> None:
    """Replace ``folder/name`` atomically by the record as JSON."""
    path = os.path.join(folder, name)
    fresh = f"{path}.{os.getpid()}"
    with open(fresh, "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def now() -> str:
    """The time in UTC as RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
