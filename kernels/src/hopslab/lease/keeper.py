"""The process that keeps the executors for a kernel: ``python -P -m hopslab.lease.keeper``.

A process of its own, for two reasons: it goes on telling the platform that the executors are in use while the kernel
computes without letting any other thread run, and it outlives a kernel that is killed for as long as it takes to end
the executors and to give them back. It has the kernel's lock on Spark until then, so that nobody begins too early.

Its standard input says what to do, a line each: ``session N`` (Spark runs in that session of processes), ``want {...}``
(so many executors from now on), ``leave`` (give nothing back: another kernel of this server goes on with the lease).
Its end means: end Spark, give all back. It writes a line whenever the platform's answer is another one.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections import deque

from hopslab.errors import HopslabError, UnreachableError
from hopslab.lease.client import HELD, Lease
from hopslab.lease.processes import end_session
from hopslab.lease.wants import Granted, Want
from hopslab.settings import read_settings


class Keeper:
    """Keeps one lease until it is told not to, or nobody is left to tell it.

    Args:
        lease: What to keep, if the platform counts.
        every: Seconds from one renewal to the next, until a want says otherwise.
    """

    def __init__(self, lease: Lease | None, every: float) -> None:
        self._lease = lease
        # In the order in which they were said: what is given back is told before more is wanted.
        self._wants = deque([Want(every=every)])
        self._said = 0
        # Once all are held there is nothing to wait for, and who has lost them hears it at once.
        self._waits = False
        self._told: Granted | None = None
        self._session: int | None = None
        self._heard = b""

    def run(self) -> None:
        """Keep it until the end of the standard input."""
        renew_at = time.monotonic() + self._wants[0].every
        while True:
            said = self._said
            ready = select.select([0], [], [], max(0.0, renew_at - time.monotonic()))[0]
            if ready and not self._hear():
                return
            if self._said != said or time.monotonic() >= renew_at:
                self._renew()
                renew_at = time.monotonic() + self._wants[0].every

    def _renew(self) -> None:
        while self._lease is not None and self._ask(self._lease) and len(self._wants) > 1:
            self._wants.popleft()

    def _ask(self, lease: Lease) -> bool:
        """Ask for what is wanted; whether the platform has answered and the lease is kept."""
        want = self._wants[0]
        try:
            answer = lease.ask(wait=self._waits, executors=want.executors, elastic=want.elastic)
        except UnreachableError:
            return False
        except HopslabError as error:
            if not error.retriable:
                self._lose(error.detail)
            return False
        if answer.state != HELD:
            if self._waits:
                lease.give_back()  # the executors have gone, and with them who would wait
            self._lose(answer.reason or "Somebody else has them now.")
            return False
        self._waits = want.executors is not None and answer.executors < want.executors
        answered = self._said - (len(self._wants) - 1)
        self._tell(Granted(answered, answer.executors, answer.keep, answer.keep_reason))
        return True

    def _lose(self, reason: str) -> None:
        self._lease = None
        self._tell(Granted(self._said, lost=reason))

    def _tell(self, granted: Granted) -> None:
        if granted != self._told:
            self._told = granted
            with contextlib.suppress(OSError):
                os.write(1, f"{granted.line()}\n".encode())

    def _hear(self) -> bool:
        data = os.read(0, 4096)
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            word, _, rest = line.partition(b" ")
            if word == b"session":
                self._session = int(rest)
            if word == b"want":
                self._want(Want.of(rest.decode()))
            if word == b"leave":
                return False
        if data:
            return True
        self._end()
        return False

    def _want(self, want: Want) -> None:
        if self._said == 0:
            self._wants.clear()
        self._wants.append(want)
        self._said += 1
        self._waits = True

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
