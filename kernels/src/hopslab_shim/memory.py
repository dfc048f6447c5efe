"""How much memory a sandbox really holds.

Proportional set sizes share what is shared, so a JVM's or an interpreter's pages are not counted once per process.
They are slow to read, resident sizes are quick and never smaller: those are added up first.
"""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE")


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> tuple[int, int]:
    """Proportional set size and its share in memory file systems; the resident size where that cannot be read."""
    sizes: dict[str, int] = {}
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in ("Pss", "Pss_Shmem"):
                    sizes[name] = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        return _resident(pid), 0
    return sizes.get("Pss", 0), sizes.get("Pss_Shmem", 0)


def _stored(pid: int, folders: list[str]) -> int:
    """Bytes in the memory file systems that the process sees."""
    total = 0
    for folder in folders:
        try:
            state = os.statvfs(f"/proc/{pid}/root{folder}")
        except OSError:
            continue
        total += (state.f_blocks - state.f_bfree) * state.f_frsize
    return total


def used(pids: list[int], folders: list[str], limit: int) -> int:
    """Bytes held by the processes of a tree and by its memory file systems; exact only where near the limit."""
    # The first one has other mounts than what it started.
    stored = _stored(pids[1 if len(pids) > 1 else 0], folders) if pids else 0
    rough = sum(_resident(pid) for pid in pids) + stored
    if rough <= limit:
        return rough
    held = [_proportional(pid) for pid in pids]
    # Pages of those file systems that are mapped as well are in both sums.
    return sum(pss for pss, _ in held) + max(0, stored - sum(shared for _, shared in held))


def in_words(size: int) -> str:
    """A size for people."""
    if size < 2**30:
        return f"{size / 2**20:.0f} MiB"
    return f"{size / 2**30:.1f}".removesuffix(".0") + " GiB"
