"""What driver and workers of a distributed training say to each other: small JSON messages, nothing is unpickled.

A worker says Come. When all have come, each gets Start and then the pickled function (bytes of its own). While the
function runs it may say Report, which is answered by Verdict, and it ends with Done; then it waits for End, because the
others may still need it. At any time the driver may say Stop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from hopslab.experiment.space import Params
from hopslab.experiment.wire import Codec


@dataclass(frozen=True)
class Come:
    """A worker is there: ``executor`` is what people know its place by, ``ports`` are free on its ``host``."""

    rank: int
    executor: str
    host: str
    ports: list[int]


@dataclass(frozen=True)
class Start:
    """What a worker needs to know before the function is called.

    ``hosts`` and ``ports`` are all workers', by rank; ``files`` are the worker's share of the data. ``folder`` and
    ``path`` are the notebook's, ``outputs`` the trial's folder. The attempt keeps its
    checkpoints in ``checkpoints`` and restores those of ``earlier``.
    """

    attempt: int
    params: Params
    metric: str
    framework: str
    strategy: str
    hosts: list[str]
    ports: list[list[int]]
    files: list[str]
    folder: str
    path: list[str]
    checkpoints: str
    earlier: str
    outputs: str
    lenient: bool = False


@dataclass(frozen=True)
class Report:
    """A value of the metric at a step; of rank 0 only."""

    value: float
    step: int


@dataclass(frozen=True)
class Verdict:
    """What becomes of the training after a report."""

    judgement: Literal["go", "prune", "stop"]


@dataclass(frozen=True)
class Stop:
    """End the function."""


@dataclass(frozen=True)
class End:
    """Nobody needs the worker any more."""


@dataclass(frozen=True)
class Done:
    """How the function ended.

    ``at`` is when, in seconds since 1970; ``by_peer`` says that it may only be what another worker's end did to it;
    ``misused`` that the function does not return what it should.
    """

    state: Literal["complete", "pruned", "failed", "stopped"]
    at: float
    value: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    reason: str | None = None
    traceback: str | None = None
    misused: bool = False
    by_peer: bool = False


Message: TypeAlias = Come | Start | Report | Verdict | Stop | End | Done
_codec: Codec[Message] = Codec(Come, Start, Report, Verdict, Stop, End, Done)
encode, decode = _codec.encode, _codec.decode
