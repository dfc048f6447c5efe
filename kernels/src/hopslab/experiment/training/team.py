"""The driver's side of one attempt: a small server on the loopback to which the workers come."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from hopslab.experiment.training import messages as m
from hopslab.experiment.training.verdicts import Outcome, judge
from hopslab.experiment.wire import Door, Line, ProtocolError, hang_up

Judgement = Literal["go", "prune", "stop"]


@dataclass(eq=False)
class _Member:
    connection: Line
    come: m.Come
    lock: threading.Lock = field(default_factory=threading.Lock)
    gone: bool = False

    def send(self, message: m.Message) -> None:
        with contextlib.suppress(OSError), self.lock:
            self.connection.send_bytes(m.encode(message))


class Team:
    """The workers of one attempt, by rank. Safe to call from many threads.

    Args:
        size: How many workers make the team whole.
        on_report: Called with what rank 0 reports; answers what becomes of the training.
        host: Address to listen on; workers of a cluster need one they can reach.
    """

    def __init__(
        self, size: int, on_report: Callable[[float, int], Judgement], host: str = "127.0.0.1"
    ) -> None:
        self._size = size
        self._on_report = on_report
        self._members: dict[int, _Member] = {}
        self._done: dict[int, m.Done] = {}
        self._lost: dict[int, float] = {}
        self._change = threading.Condition()
        self._door = Door(self._serve, "hopslab-team", host)
        self.key, self.address = self._door.key, self._door.address

    def _serve(self, connection: Line) -> None:
        come = m.decode(connection.recv_bytes())
        if not isinstance(come, m.Come) or not 0 <= come.rank < self._size:
            raise ProtocolError("no worker of this team")
        member = _Member(connection, come)
        with self._change:
            if self._door.closed or come.rank in self._members:
                return  # Spark has started a task again, which is not for Spark to decide
            self._members[come.rank] = member
            self._change.notify_all()
        try:
            self._listen(member)
        finally:
            self._lose(member)

    def _listen(self, member: _Member) -> None:
        while True:
            match m.decode(member.connection.recv_bytes()):
                case m.Report(value, step):
                    member.send(m.Verdict(self._on_report(value, step) if member.come.rank == 0 else "go"))
                case m.Done() as done:
                    with self._change:
                        self._done.setdefault(member.come.rank, done)
                        self._change.notify_all()
                case other:
                    raise ProtocolError(f"a worker said {type(other).__name__}")

    def _lose(self, member: _Member) -> None:
        with self._change:
            member.gone = True
            if member.come.rank not in self._done:
                self._lost[member.come.rank] = time.time()
            self._change.notify_all()

    @property
    def assembled(self) -> bool:
        """Whether every worker has come."""
        return len(self._members) == self._size

    @property
    def missing(self) -> int:
        """How many workers have not come yet."""
        return self._size - len(self._members)

    @property
    def lost(self) -> int | None:
        """A worker that was lost, if one was."""
        return next(iter(self._lost), None)

    def comers(self) -> list[m.Come]:
        """What the workers said when they came, by rank."""
        with self._change:
            return [member.come for _rank, member in sorted(self._members.items())]

    def begin(self, start: Callable[[int], m.Start], function: bytes) -> None:
        """Let every worker call the function, each with its own ``start``."""
        for rank, member in sorted(self._members.items()):
            with contextlib.suppress(OSError), member.lock:
                member.connection.send_bytes(m.encode(start(rank)))
                member.connection.send_bytes(function)

    def outcome(self, leader_only: bool) -> Outcome | None:
        """What became of the team, once that is known."""
        with self._change:
            return judge(self._size, self._done, self._lost, time.time(), leader_only)

    @property
    def over(self) -> bool:
        """Whether no function runs any more."""
        with self._change:
            return all(rank in self._done or member.gone for rank, member in self._members.items())

    def wait(self, timeout: float) -> None:
        """Wait until something happens, or for so long."""
        with self._change:
            self._change.wait(timeout)

    def stop(self) -> None:
        """Tell everybody whose function runs to end it; told again, nothing changes."""
        for rank, member in list(self._members.items()):
            if rank not in self._done:
                member.send(m.Stop())

    def end(self, patience: float) -> bool:
        """Let everybody go and accept nobody more; True where all went in time."""
        self._door.close()
        self.stop()
        members = list(self._members.values())
        for member in members:
            member.send(m.End())
        with self._change:
            went = self._change.wait_for(lambda: all(member.gone for member in members), patience)
        for member in members:
            hang_up(member.connection)
        return went
