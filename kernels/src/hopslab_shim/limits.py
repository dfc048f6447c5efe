"""What a sandbox may take of the machine, looked at again and again: memory, processes and disk.

Where it has a control group the kernel keeps memory and processes, and a look only finds out what to tell the person.
"""

from __future__ import annotations

import contextlib

from hopslab_shim import memory, processes
from hopslab_shim.cgroups import Group
from hopslab_shim.disk import Disk
from hopslab_shim.hierarchies import read
from hopslab_shim.spec import Spec

_SELDOM, _OFTEN = 1.0, 0.2
#: Looks in a row, so that a program that meets a limit has the time to give way by itself.
_PATIENCE = 5


class Limits:
    """The judge of one sandbox. Asked for a reason to end it; says when it wants to be asked again."""

    def __init__(self, spec: Spec, group: Group | None) -> None:
        self._spec = spec
        self._group = group
        #: Bytes that it may hold now.
        self.memory = spec.memory
        self._disk = Disk(spec)
        self._crowded = 0
        self._clinging = 0
        #: Seconds until the next look.
        self.pause = _SELDOM

    def look(self, first: int) -> str | None:
        """Why the sandbox below the process ``first`` has to end; ``None`` where it may go on."""
        self.pause = _SELDOM
        pids = processes.tree(first) if self._group is None else self._group.members()
        reason = (
            self._resize()
            or (self.last_words() if self._keeps("memory") else self._look_at_memory(pids))
            or self._look_at_processes(pids)
            or self._disk.look(pids)
        )
        if self._disk.near:
            self.pause = _OFTEN
        return reason

    def _keeps(self, controller: str) -> bool:
        return self._group is not None and controller in self._group.controllers

    def last_words(self) -> str | None:
        """Why the kernel has ended processes of it, where it was for their memory."""
        if self._group is None or not self._group.ended_for_memory():
            return None
        return (
            f"It used all of the {memory.in_words(self.memory)} of memory that it holds. "
            "Start it again with more memory, or work on less data at once."
        )

    def _resize(self) -> str | None:
        wanted = self.memory
        with contextlib.suppress(ValueError):
            wanted = int(read(self._spec.memory_file))
        if wanted == self.memory:
            return None
        try:
            if self._group is not None:
                self._group.hold(wanted)
            self.memory, self._clinging = wanted, 0
        except OSError:
            # It holds more than it is to have from now on.
            self._clinging += 1
        if self._clinging < _PATIENCE:
            return None
        return f"It had to give memory back, and did not come below {memory.in_words(wanted)}."

    def _look_at_memory(self, pids: list[int]) -> str | None:
        held = memory.used(pids, self._spec.memory_folders, self.memory)
        if held > self.memory / 2:
            self.pause = _OFTEN
        if held <= self.memory:
            return None
        return (
            f"It used {memory.in_words(held)} of memory, more than the {memory.in_words(self.memory)} "
            "that it holds. Start it again with more memory, or work on less data at once."
        )

    def _look_at_processes(self, pids: list[int]) -> str | None:
        if self._group is not None and self._keeps("pids"):
            count = self._group.running()
        else:
            count = sum(map(processes.threads, pids))
        if count > self._spec.processes / 2:
            self.pause = _OFTEN
        # Some are always just ending, or just about to be made.
        self._crowded = self._crowded + 1 if count > 0.95 * self._spec.processes else 0
        if self._crowded < _PATIENCE:
            return None
        return (
            f"It ran {count} processes and threads at once, and may run {self._spec.processes}. "
            "Start it again, and fewer of them at a time."
        )
