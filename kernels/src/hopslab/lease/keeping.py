"""A kernel's end of its keeper."""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys

# Seconds; the platform takes back what was not renewed for several times as long.
RENEW = 10.0


class Keeping:
    """Starts a keeper for this kernel's lease. Called by one thread at a time.

    Args:
        holder: What people know this kernel by.
        lock: A descriptor that the keeper is to have as well.
    """

    def __init__(self, holder: str, lock: int) -> None:
        # In a session of its own: whoever ends the kernel with its whole group does not end it.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hopslab.lease.keeper", holder, str(RENEW)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[lock],
            start_new_session=True,
        )
        self._lost: str | None = None

    def _say(self, line: str) -> None:
        stdin = self._process.stdin
        if stdin is not None:
            with contextlib.suppress(OSError):
                stdin.write(f"{line}\n".encode())
                stdin.flush()

    def watch(self, session: int) -> None:
        """Say in which session of processes Spark runs."""
        self._say(f"session {session}")

    @property
    def lost(self) -> str | None:
        """Why the platform has given the executors to somebody else, in words; None while it has not."""
        stdout = self._process.stdout
        if self._lost is None and stdout is not None and select.select([stdout], [], [], 0)[0]:
            self._lost = stdout.readline().decode().strip() or None
        return self._lost

    def leave(self) -> None:
        """End the keeping, not the lease."""
        self._say("leave")
        self.end()

    def end(self) -> None:
        """End what is left of Spark, give the lease back, and wait for that."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()
