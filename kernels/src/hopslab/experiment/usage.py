"""What a trial takes of its machine."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopslab.experiment.gpu_meter import GpuUsage, gpu_meter

_KIB = 1024
_OWN = Path("/proc/self")


@dataclass(frozen=True)
class Usage:
    """Processor time in seconds, with that of ended child processes, and the most memory in bytes, without theirs.

    ``gpu`` is there where it saw GPUs whose driver tells what they do.
    """

    cpu_seconds: float
    peak_memory: int
    gpu: GpuUsage | None = None


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
        self._gpus = gpu_meter()
        self._processor = _processor()

    def read(self) -> Usage:
        """What was taken since."""
        cpu_seconds, peak_memory = max(0.0, _processor() - self._processor), _peak()
        return Usage(cpu_seconds, peak_memory, None if self._gpus is None else self._gpus.read())


def used(told: tuple[float, int] | None, gpu: tuple[int, float | None, int] | None) -> Usage | None:
    """What a worker has told of it."""
    return None if told is None else Usage(*told, None if gpu is None else GpuUsage(*gpu))


def usage_of(shown: Mapping[str, Any] | None) -> Usage | None:
    """What the REST API shows of it."""
    if shown is None:
        return None
    gpu = shown.get("gpu")
    return Usage(
        shown["cpuSeconds"],
        shown["peakMemory"],
        None if gpu is None else GpuUsage(gpu["count"], gpu.get("busy"), gpu["peakMemory"]),
    )


def usage_to_contract(usage: Usage) -> dict[str, Any]:
    """The same as a report of the REST API."""
    told: dict[str, Any] = {"cpuSeconds": usage.cpu_seconds, "peakMemory": usage.peak_memory}
    if usage.gpu is not None:
        busy = {} if usage.gpu.busy is None else {"busy": usage.gpu.busy}
        told["gpu"] = {"count": usage.gpu.count, **busy, "peakMemory": usage.gpu.peak_memory}
    return told
