"""What a kernel and its keeper tell each other of a lease that changes: lines of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Want:
    """How many executors are wanted from now on, and every how many seconds that is renewed.

    Args:
        executors: All of the notebook server's where it is None.
        elastic: Fewer are of use too, and some of them may be asked back.
        every: Seconds.
    """

    executors: int | None = None
    elastic: bool = False
    every: float = 10.0

    def line(self) -> str:
        """As a line for the keeper."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, line: str) -> Want:
        """The want that a line tells."""
        return cls(**json.loads(line))


@dataclass(frozen=True)
class Granted:
    """What the platform answers: ``executors`` are held, and of them ``keep`` may be kept, for ``reason``.

    ``wants`` is how many wants had been said when it answered; ``lost`` why it has given all to somebody else.
    """

    wants: int
    executors: int = 0
    keep: int = 0
    reason: str | None = None
    lost: str | None = None

    def line(self) -> str:
        """As a line for the kernel."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, line: bytes) -> Granted:
        """The answer that a line tells."""
        return cls(**json.loads(line))
