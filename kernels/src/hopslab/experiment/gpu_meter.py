"""What a trial does with its GPUs, looked at once a second beside it."""

from __future__ import annotations

import os
import statistics
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from hopslab.experiment.nvml import Gpus, Reading, visible

EVERY = 1.0
# A driver that is asked by a lost GPU may never answer; no trial waits longer for its figures.
PATIENCE = 1.0
_asking = threading.Lock()
_opened: dict[tuple[str, ...], Gpus] = {}


@dataclass(frozen=True)
class GpuUsage:
    """How many GPUs it saw, how busy they were, and the most memory that was held in them at once.

    ``busy`` is the mean in percent, None where it can't be told. Memory is in bytes, whoever held it.
    """

    count: int
    busy: float | None
    peak_memory: int


def _usage(count: int, looks: Sequence[Sequence[Reading]]) -> GpuUsage | None:
    if not looks:
        return None
    busy = [reading.busy for look in looks for reading in look if reading.busy is not None]
    return GpuUsage(
        count,
        statistics.fmean(busy) if busy else None,
        max(sum(reading.memory for reading in look) for look in looks),
    )


class GpuMeter:
    """Measures from when it is made, in a thread of its own. The library is opened once in a process."""

    def __init__(self, names: Sequence[str], every: float = EVERY) -> None:
        self._names = tuple(names)
        self._every = every
        self._ended = threading.Event()
        self._looks: list[list[Reading]] = []
        self._thread = threading.Thread(target=self._measure, name="hopslab-gpus", daemon=True)
        self._thread.start()

    def _measure(self) -> None:
        if not _asking.acquire(blocking=False):
            return  # the one before still waits for an answer
        try:
            gpus = _opened.get(self._names) or _opened.setdefault(self._names, Gpus(self._names))
            while not self._ended.wait(self._every):
                self._looks.append(gpus.read())
            self._looks.append(gpus.read())  # short trials are seen too
        except OSError:
            pass  # no driver, or none that knows these: then there is no figure
        finally:
            _asking.release()

    def read(self) -> GpuUsage | None:
        """End, and say what was seen; None where nothing could be."""
        self._ended.set()
        self._thread.join(PATIENCE)
        return _usage(len(self._names), list(self._looks))


def gpu_meter() -> GpuMeter | None:
    """A meter of the GPUs that this process sees, where it sees any."""
    names = visible(os.environ)
    return GpuMeter(names) if names else None
