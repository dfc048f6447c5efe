"""The process that keeps the executors for a kernel: ``python -P -m hopslab.lease.keeper``.

A process of its own, for two reasons: it goes on telling the platform that the executors are in use while the kernel
computes without letting any other thread run, and it outlives a kernel that is killed for as long as it takes to end
the executors and to give them back. It has the kernel's lock on Spark until then, so that nobody begins too early.

Its standard input says what to do, a line each: ``session N`` (Spark runs in that session of processes), ``leave``
(give nothing back: another kernel of this server goes on with the lease). Its end means: end Spark, give all back.
It writes a line, the reason, if the platform has given the executors to somebody else.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time

from hopslab.errors import HopslabError, UnreachableError
from hopslab.lease.client import HELD, Lease
from hopslab.lease.processes import end_session
from hopslab.settings import read_settings


def _renew(lease: Lease) -> str | None:
    """Renew the lease; the reason where it is lost."""
    try:
        answer = lease.ask(wait=False)
    except UnreachableError:
        return None
    except HopslabError as error:
        return None if error.retriable else error.detail
    return None if answer.state == HELD else answer.reason or "Somebody else has them now."


class Keeper:
    """Keeps one lease until it is told not to, or nobody is left to tell it.

    Args:
        lease: What to keep, if the platform counts.
        every: Seconds from one renewal to the next.
    """

    def __init__(self, lease: Lease | None, every: float) -> None:
        self._lease = lease
        self._every = every
        self._session: int | None = None
        self._heard = b""

    def run(self) -> None:
        """Keep it until the end of the standard input."""
        renew_at = time.monotonic() + self._every
        while True:
            ready = select.select([0], [], [], max(0.0, renew_at - time.monotonic()))[0]
            if ready and not self._hear():
                return
            if time.monotonic() >= renew_at:
                renew_at = time.monotonic() + self._every
                lost = None if self._lease is None else _renew(self._lease)
                if lost is not None:
                    self._lease = None
                    with contextlib.suppress(OSError):
                        os.write(1, f"{lost}\n".encode())

    def _hear(self) -> bool:
        data = os.read(0, 4096)
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            word, _, rest = line.partition(b" ")
            if word == b"session":
                self._session = int(rest)
            if word == b"leave":
                return False
        if data:
            return True
        self._end()
        return False

    def _end(self) -> None:
        if self._session is not None:
            end_session(self._session)
        if self._lease is not None:
            self._lease.give_back()


def main() -> None:
    """Keep the lease of the kernel that the arguments name, and renew it as often as they say."""
    _, holder, every = sys.argv
    Keeper(Lease.of(read_settings(), holder), float(every)).run()


if __name__ == "__main__":
    main()
