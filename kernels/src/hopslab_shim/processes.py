"""What /proc says about processes. A pid alone may be another process by now: pid, start time and boot id are not."""

from __future__ import annotations

import os


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def boot_id() -> str:
    """The kernel's id of this boot."""
    return _read("/proc/sys/kernel/random/boot_id").strip()


def _stat(pid: int) -> list[str]:
    # The name in parentheses may hold anything; the fields begin after the last one, with the state.
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def start_time(pid: int) -> str:
    """Clock ticks after boot at which the process began."""
    return _stat(pid)[19]


def lives(pid: int) -> bool:
    """Whether the process is there and has not ended."""
    try:
        return _stat(pid)[0] not in "ZX"
    except OSError:
        return False


def tree(root: int) -> list[int]:
    """The process and all its living descendants; empty where it is gone."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parent = int(_stat(int(name))[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(name))
    found = [root] if lives(root) else []
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def threads(pid: int) -> int:
    """How many threads a process has; 0 where it is gone."""
    try:
        return int(_stat(pid)[17])
    except (OSError, IndexError):
        return 0


def children_of(pid: int) -> list[int]:
    """The living children of a process that has one thread."""
    try:
        return [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]
    except OSError:
        return []
