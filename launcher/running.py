"""What is known of a running platform: who supervises it and how its services are."""

import fcntl
import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.layout import Layout


@dataclass(frozen=True)
class Service:
    """One service's state, as the supervisor has written it."""

    name: str
    state: str
    reason: str
    pid: int | None = None
    since: str = ""
    restarts: int = 0


def lock_path(at: Layout) -> Path:
    """Held by the supervisor for as long as it lives; holds its pid."""
    return at.run / "supervisor.lock"


def supervisor(at: Layout) -> int | None:
    """The pid of the supervisor that runs this data folder."""
    try:
        with lock_path(at).open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or "0") or None
    except (FileNotFoundError, NotADirectoryError):
        pass
    return None


def services(at: Layout) -> list[Service]:
    """The services of the running platform; empty before the supervisor has said anything."""
    try:
        told: dict[str, Any] = json.loads((at.run / "services.json").read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return []
    return [
        Service(one["name"], one["state"], one.get("reason", ""), one.get("pid"), one.get("since", ""), one.get("restarts", 0))
        for one in told["services"]
    ]


def alive(pid: int) -> bool:
    """Says whether a process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end_outlived(at: Layout, seconds: float) -> None:
    """Waits for the services of a supervisor that was killed: they end by themselves, and else by force.

    Two servers at a time would take each other's sockets away.
    """
    for pid in _service_pids(at):
        try:
            ours = f"HOPSLAB_DATA={at.data}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if ours and not gone_within(pid, seconds):
            os.kill(pid, signal.SIGKILL)
            gone_within(pid, seconds)


def _service_pids(at: Layout) -> list[int]:
    try:
        told = json.loads((at.run / "services.json").read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return []
    # PostgreSQL is adopted, whoever started it.
    return [one["pid"] for one in told["services"] if "pid" in one and one["name"] != "postgres"]


def end(pid: int, seconds: float) -> bool:
    """Asks a process to end, waits, and says whether it has."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return True
    return gone_within(pid, seconds)


def gone_within(pid: int, seconds: float) -> bool:
    """Waits for a process to be gone."""
    until = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
