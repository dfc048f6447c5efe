"""Ends Spark with all its processes: those of the session (in the system's sense) that its driver began."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

GRACE = 5.0


def session_members(session: int) -> list[int]:
    """The processes of a session that still live. The driver's executors and their Pythons never leave it."""
    members = []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        with contextlib.suppress(OSError, ValueError):
            # The name in parentheses may hold anything; the state, parent, group and session follow it.
            after = (process / "stat").read_text(errors="replace").rpartition(")")[2]
            state, _parent, _group, belongs = after.split()[:4]
            if int(belongs) == session and state not in "ZX":
                members.append(int(process.name))
    return members


def end_session(session: int) -> None:
    """End every process of a session and wait until none is left: only then is its memory free."""
    deadline = time.monotonic() + GRACE
    while members := session_members(session):
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)
