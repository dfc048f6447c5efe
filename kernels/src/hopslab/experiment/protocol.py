"""What driver and workers say to each other: small JSON messages, so that nothing a worker sends is unpickled.

A worker says Hello and gets Setup and then the pickled function (bytes of its own). Then, again and again, it
says Next and gets Run or End. While a trial runs it may say Report, which is answered by Verdict, and it ends with
Ended. At any time the driver may say Stop.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hopslab.experiment.space import Params
from hopslab.experiment.wire import Codec

VERSION = 1


@dataclass(frozen=True)
class Hello:
    """A worker has come; ``executor`` is what people know it by."""

    executor: str
    version: int = VERSION


@dataclass(frozen=True)
class Setup:
    """What every trial needs; the pickled function follows. ``sources`` are files for tracebacks.

    Below ``checkpoints`` each trial has a folder by its number; where it is empty nothing can be kept.
    ``outputs`` is the experiment's folder for what is to stay; where it is empty there is none. Where it is ``lenient``
    a trial is complete without the metric. In ``proofs`` are the hashes of models that trials keep there.
    ``also`` are the names of further metrics.
    """

    metric: str
    folder: str
    path: list[str]
    sources: dict[str, str]
    checkpoints: str = ""
    outputs: str = ""
    lenient: bool = False
    proofs: str = ""
    also: list[str] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Next:
    """The worker is free."""


@dataclass(frozen=True)
class Run:
    """Run this trial."""

    number: int
    attempt: int
    params: Params


@dataclass(frozen=True)
class End:
    """Nothing is left to run."""


@dataclass(frozen=True)
class Report:
    """A value of the running trial at a step."""

    number: int
    value: float
    step: int


@dataclass(frozen=True)
class Verdict:
    """What becomes of a trial that has reported."""

    judgement: Literal["go", "prune", "stop"]


@dataclass(frozen=True)
class Stop:
    """End the running trial, if it is this one."""

    number: int


@dataclass(frozen=True)
class Ended:
    """How the running trial ended. ``misused``: the function is at fault for every trial.

    ``read`` are files that the worker opened and has not told of before: path, size, and when it was changed.
    ``usage`` is its processor time in seconds and the most memory in bytes; ``gpu`` how many GPUs it saw, how busy they
    were in percent, and the most memory in them in bytes.
    """

    number: int
    state: Literal["complete", "pruned", "failed", "stopped"]
    value: float | None = None
    metrics: dict[str, float] = dataclasses.field(default_factory=dict)
    reason: str | None = None
    traceback: str | None = None
    misused: bool = False
    read: list[tuple[str, int, int]] = dataclasses.field(default_factory=list)
    usage: tuple[float, int] | None = None
    gpu: tuple[int, float | None, int] | None = None


Message: TypeAlias = Hello | Setup | Next | Run | End | Report | Verdict | Stop | Ended
_codec: Codec[Message] = Codec(Hello, Setup, Next, Run, End, Report, Verdict, Stop, Ended)
encode, decode = _codec.encode, _codec.decode
