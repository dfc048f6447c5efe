"""What a shim is told: read once from standard input, never from arguments that others could list."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class Spec(NamedTuple):
    """One sandbox: sizes in bytes, times in seconds, paths absolute."""

    id: str
    #: Folder of the state file and the exit record; belongs to the identity that the shim runs as.
    folder: str
    #: The log file, opened before privileges are dropped.
    log: str
    log_limit: int
    #: Identity to drop to; ``None`` keeps the caller's.
    uid: int | None
    gid: int | None
    bwrap: str
    #: Arguments of bwrap without the command.
    arguments: list[str]
    command: list[str]
    env: dict[str, str]
    #: Memory of the whole sandbox, its memory file systems included.
    memory: int
    #: A file that may say otherwise later, in a folder that no sandbox can write in.
    memory_file: str
    #: Memory file systems inside, counted as memory.
    memory_folders: list[str]
    #: Processes and threads at once.
    processes: int
    #: Folders of this machine that it can write in, and those of them that are its projectUser's alone.
    writable: list[str]
    own: list[str]
    #: Bytes that the latter may hold, and bytes that stay free on the file systems of the former.
    own_limit: int
    reserve: int
    #: Whether a control group is to be made where this machine allows it.
    groups: bool
    grace: float


def parse(text: str) -> Spec:
    """Read a specification; raises ``ValueError`` or ``TypeError`` where it is cut short or has other fields."""
    given: Any = json.loads(text)
    return Spec(**given)
