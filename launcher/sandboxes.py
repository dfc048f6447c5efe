"""Sandboxes that run: found by what their shims have written, whoever started them."""

import contextlib
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from launcher.layout import Layout
from launcher.running import alive, gone_within


@dataclass(frozen=True)
class Running:
    """One sandbox; `pid` is its shim's, which ends everything in it when asked to end."""

    id: str
    pid: int
    user: str


def running_sandboxes(at: Layout) -> list[Running]:
    """Every sandbox of this data folder that still runs."""
    found = []
    for state in sorted((at.run / "s").glob("*/shim/state.json")):
        # The folder is the sandboxes' user's, so what is in it is not believed: it may name another process, or be a link.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(_read_own(state))
            pid = int(told["pid"])
            if _is_that(pid, str(told["startTime"]), state.parent.stat().st_uid):
                found.append(Running(state.parent.parent.name, pid, _user_in(state.parent.parent)))
    return found


def _user_in(folder: Path) -> str:
    """The projectUser a sandbox is, by the user database it was given."""
    with contextlib.suppress(OSError):
        for file in sorted((folder / "files").iterdir()):
            for line in _read_own(file).splitlines():
                if len(fields := line.split(":")) == 7 and fields[2] == "1000":
                    return fields[0]
    return "unknown"


def _read_own(path: Path) -> str:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW)) as file:
        return file.read(65536)  # more than a shim ever writes


def _is_that(pid: int, start_time: str, uid: int) -> bool:
    """Says whether a pid is still the same process, and the user's whose folder it was told in."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return pid > 1 and fields[19] == start_time and Path(f"/proc/{pid}").stat().st_uid == uid and alive(pid)


def end_sandboxes(sandboxes: list[Running], seconds: float = 20) -> None:
    """Asks all to end at once, and ends those that do not."""
    for sandbox in sandboxes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(sandbox.pid, signal.SIGTERM)
    for sandbox in sandboxes:
        if not gone_within(sandbox.pid, seconds):
            with contextlib.suppress(ProcessLookupError):
                os.kill(sandbox.pid, signal.SIGKILL)
            gone_within(sandbox.pid, 5)
