"""What a sandbox may take of the disk.

There is no quota that every file system knows. So a projectUser's own folders are measured when enough was written
to matter, and the last of the disk is kept for the platform: below that reserve, whoever writes has to end.
"""

from __future__ import annotations

import contextlib
import os
import time

from hopslab_shim.hierarchies import read
from hopslab_shim.measure import Held, Measurement
from hopslab_shim.memory import in_words
from hopslab_shim.spec import Spec

#: Bytes that may be written below the reserve, and that a folder may grow by before it is measured again.
SLACK = 64 << 20
MOST_FILES = 1_000_000
#: Bytes above the reserve from which on looks are frequent: a fast disk takes a gibibyte in a second.
NEAR = 8 << 30
_SELDOM = 300.0


def written(pids: list[int]) -> int:
    """Bytes that the processes, and those that they have outlived, have written to disks."""
    total = 0
    for pid in pids:
        for line in read(f"/proc/{pid}/io").splitlines():
            if line.startswith("write_bytes:"):
                with contextlib.suppress(ValueError):
                    total += int(line.split()[1])
    return total


class Disk:
    """The judge of what one sandbox writes."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._measuring: Measurement | None = None
        self._measured: tuple[float, int] | None = None
        self._first: Held | None = None
        self._held = Held(0, 0)
        self._low: int | None = None
        self._written = 0
        #: Whether looks have to be frequent.
        self.near = False

    def look(self, pids: list[int]) -> str | None:
        """Why the sandbox has to end; ``None`` where it may go on."""
        if not self._spec.writable:
            return None
        before, self._written = self._written, written(pids)
        return self._look_at_reserve(before) or self._look_at_own()

    def _free(self) -> int:
        """The least that is left on any file system that it can write to."""
        free = []
        for folder in self._spec.writable:
            with contextlib.suppress(OSError):
                state = os.statvfs(folder)
                free.append(state.f_bavail * state.f_frsize)
        return min(free, default=1 << 62)

    def _look_at_reserve(self, before: int) -> str | None:
        free = self._free()
        self.near = free < self._spec.reserve + NEAR
        if free >= self._spec.reserve:
            self._low = None
            return None
        # Since the last look at which there was more, so that whoever has just used it up is told from the others.
        self._low = min(before if self._low is None else self._low, self._written)
        if self._written - self._low <= SLACK:
            return None
        return (
            f"The disk is full: {in_words(free)} are free, and {in_words(self._spec.reserve)} are kept for the "
            "platform. This notebook server was writing to it. Remove what you do not need, or ask an administrator."
        )

    def _look_at_own(self) -> str | None:
        if self._measuring is None:
            if self._spec.own and self._due(self._written):
                self._measured = (time.monotonic(), self._written)
                self._measuring = Measurement(self._spec.own)
            return None
        if not self._measuring.over():
            return None
        held, self._measuring = self._measuring.result(), None
        if held is None:
            return None
        self._held = held
        # What was there before it began; it has been writing while it was measured for the first time.
        self._first = self._first or Held(held.size - self._written, held.files)
        return self._too_much(held, self._first)

    def _due(self, total: int) -> bool:
        if self._measured is None:
            return True
        when, before = self._measured
        if total == before:
            return False
        enough = max(SLACK, (self._spec.own_limit - self._held.size) // 4)
        return total - before >= enough or time.monotonic() - when > _SELDOM

    def _too_much(self, held: Held, first: Held) -> str | None:
        # Who has too much from before must be able to come in and remove it.
        if held.size > self._spec.own_limit and held.size > first.size + SLACK:
            what = f"{in_words(held.size)}, and may hold {in_words(self._spec.own_limit)}"
        elif held.files > MOST_FILES and held.files > first.files + MOST_FILES // 100:
            what = f"{held.files:,} files, and may hold {MOST_FILES:,}"
        else:
            return None
        return f"Your folder /scratch held {what}. Start it again, and remove what you do not need."
