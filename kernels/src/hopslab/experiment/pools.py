"""Where a sweep's workers come from."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from hopslab.experiment.giving_back import Share
from hopslab.experiment.worker import Address

LAST_WORDS = 2000


class Pool(Protocol):
    """Workers of one sweep. Called by one thread."""

    def start(self, address: Address, key: bytes, on_collapse: Callable[[], None]) -> None:
        """Begin to start the workers; they connect by themselves.

        Args:
            address: Host and port of the trial server.
            key: The sweep's shared secret.
            on_collapse: Called when all present workers are lost at once, through no fault of a trial.
        """

    def tend(self, ended: int) -> str | None:
        """Replace workers that were lost; ``ended`` trials tell whether that leads anywhere.

        Returns:
            Why it is no use to go on, or None.
        """

    def share(self) -> Share | None:
        """The executors, where the sweep may have to give some back; another object where they are others."""

    def end(self) -> None:
        """End every worker, by force where one has not ended."""


class Losses:
    """Judges whether to go on replacing workers: not where many are lost in a row and no trial ends."""

    def __init__(self, workers: int) -> None:
        self._most = 3 * workers + 2
        self._ended = 0
        self._lost = 0

    def hopeless(self, lost: int, ended: int) -> bool:
        """Count ``lost`` more workers; True where too many went without a trial's end."""
        if ended > self._ended:
            self._ended, self._lost = ended, 0
        self._lost += lost
        return self._lost > self._most


class LocalPool:
    """Processes beside the kernel, for a notebook server without executors."""

    def __init__(self, workers: int, logs: Path) -> None:
        self._workers = workers
        self._logs = logs
        self._losses = Losses(workers)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._start: bytes = b""

    def start(self, address: Address, key: bytes, _on_collapse: Callable[[], None]) -> None:
        """Start the processes, which don't fall together.

        The key goes through a pipe: arguments and environment can be seen by others.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        self._start = json.dumps({"address": address, "key": key.hex()}).encode()
        for number in range(self._workers):
            self._spawn(number)

    def _log(self, number: int) -> Path:
        return self._logs / f"worker-{number}.log"

    def _spawn(self, number: int) -> None:
        log: IO[bytes]
        with self._log(number).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "hopslab.experiment.local_worker", f"process {number}"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(self._start)
                process.stdin.close()
        self._processes[number] = process

    def tend(self, ended: int) -> str | None:
        """Replace processes that died."""
        dead = [n for n, process in self._processes.items() if process.poll() not in (None, 0)]
        if self._losses.hopeless(len(dead), ended):
            words = (
                self._log(dead[-1]).read_bytes()[-LAST_WORDS:].decode("utf-8", "replace").strip()
                if dead
                else ""
            )
            return f"The worker processes die again and again. {words}".strip()
        for number in dead:
            self._spawn(number)
        return None

    def share(self) -> None:
        """These are the notebook's own; nobody asks for any back."""

    def end(self) -> None:
        """Wait a moment for each process, then end it."""
        for process in self._processes.values():
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
