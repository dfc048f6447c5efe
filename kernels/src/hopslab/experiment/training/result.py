"""What a distributed training came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hopslab.experiment.records import SweepState


@dataclass(frozen=True)
class DistributedResult:
    """How a distributed training ended.

    Attributes:
        id: The experiment's id on the platform; None outside a sandbox or while it is not registered.
        state: ``complete``, ``stopped`` or ``failed``; ``reason`` says why where it is not complete.
        value: The metric that rank 0 returned, or None where it did not come to that.
        metrics: Every number that rank 0 returned or reported last.
        folder: The experiment's folder; what rank 0 wrote to ``worker.logdir`` is in its ``trial-00000``.
        seconds: How long it took.
        workers: How many trained together.
        attempts: How often it was begun.
        executors: Where the workers of the last attempt ran, by rank.
        traceback: Of the worker that failed first.
        delivered: Whether the platform has all of it.
    """

    id: str | None
    name: str
    state: SweepState
    reason: str | None
    metric: str
    value: float | None
    metrics: dict[str, float]
    folder: Path
    seconds: float
    workers: int
    attempts: int
    executors: tuple[str, ...]
    delivered: bool
    traceback: str | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        found = f"{self.metric} {self.value:.6g}" if self.value is not None else self.reason or "no result"
        return f"<Training of {self.name!r}: {self.state}, {self.workers} workers, {found}>"
