"""What a trial takes of its machine."""

from __future__ import annotations

import contextlib
import resource
from dataclasses import dataclass
from pathlib import Path

_KIB = 1024
_OWN = Path("/proc/self")


@dataclass(frozen=True)
class Usage:
    """Processor time in seconds, with that of ended child processes, and the most memory in bytes, without theirs."""

    cpu_seconds: float
    peak_memory: int


def _processor() -> float:
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in each)


def _peak() -> int:
    """The most that was resident since it was reset, in bytes; 0 where the kernel does not say."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = (_OWN / "status").read_text().splitlines()
        return _KIB * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    return 0


class Meter:
    """Measures from when it is made; the process runs nothing else meanwhile."""

    def __init__(self) -> None:
        with contextlib.suppress(OSError):
            (_OWN / "clear_refs").write_text("5")  # proc(5): the peak begins at what is resident now
        self._processor = _processor()

    def read(self) -> Usage:
        """What was taken since."""
        return Usage(max(0.0, _processor() - self._processor), _peak())
