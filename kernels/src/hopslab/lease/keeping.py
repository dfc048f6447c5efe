"""A kernel's end of its keeper."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading

from hopslab.lease.wants import Granted, Want

# Seconds; the platform takes back what was not renewed for several times as long.
RENEW = 10.0
# While some may be asked back, so that this is heard soon.
RENEW_ELASTIC = 2.0


class Keeping:
    """Starts a keeper for this kernel's lease. What starts and ends it is called by one thread at a time.

    Args:
        holder: What people know this kernel by.
        lock: A descriptor that the keeper is to have as well.
        held: How many executors are held.
        most: How many the notebook server was started with; what is missing is waited for.
    """

    def __init__(self, holder: str, lock: int, held: int = 0, most: int = 0) -> None:
        # In a session of its own: whoever ends the kernel with its whole group does not end it.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hopslab.lease.keeper", holder, str(RENEW)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[lock],
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._heard = b""
        self._last = Granted(0, held, held)
        self._wants: list[int] = []
        if held < most:
            self.want(most)

    def _say(self, line: str) -> None:
        stdin = self._process.stdin
        if stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # the keeper has ended, or this end is closed
                stdin.write(f"{line}\n".encode())
                stdin.flush()

    def watch(self, session: int) -> None:
        """Say in which session of processes Spark runs."""
        self._say(f"session {session}")

    def want(self, executors: int, *, elastic: bool = False) -> None:
        """Want so many executors from now on; those that are fewer have to have ended.

        Args:
            executors: At least one.
            elastic: Fewer are of use too, and some of them may be asked back.
        """
        with self._lock:
            self._wants.append(executors)
            self._say(
                f"want {Want(executors, elastic, min(RENEW, RENEW_ELASTIC) if elastic else RENEW).line()}"
            )

    def _listen(self) -> Granted:
        stdout = self._process.stdout
        while stdout is not None and not stdout.closed and select.select([stdout], [], [], 0)[0]:
            data = os.read(stdout.fileno(), 65536)
            if not data:
                break
            *lines, self._heard = (self._heard + data).split(b"\n")
            for line in lines:
                told = Granted.of(line)
                # The one who lost the executors is told nothing about them any more.
                self._last = Granted(told.wants, lost=told.lost) if told.lost else told
        return self._last

    @property
    def granted(self) -> int:
        """How many executors may live, whatever is still on its way between here and the platform."""
        with self._lock:
            last = self._listen()
            return min([last.executors, *self._wants[max(0, last.wants - 1) :]])

    @property
    def keep(self) -> tuple[int | None, str | None]:
        """How many of them may be kept, and why not more; None while what was said last is not answered."""
        with self._lock:
            last = self._listen()
            return (None, None) if last.wants < len(self._wants) else (last.keep, last.reason)

    @property
    def lost(self) -> str | None:
        """Why the platform has given the executors to somebody else, in words; None while it has not."""
        with self._lock:
            return self._listen().lost

    def leave(self) -> None:
        """End the keeping, not the lease."""
        self._say("leave")
        self.end()

    def end(self) -> None:
        """End what is left of Spark, give the lease back, and wait for that."""
        with self._lock:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
        self._process.wait()
