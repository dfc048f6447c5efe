"""One TensorBoard's process and its folder."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

State = Literal["starting", "ready", "failed"]

_LAST_LINES = 20
_LOG_BYTES = 16 * 1024
_GRACE = 10.0


class Board:
    """A process that serves on a socket in a folder of its own, and ends with its standard input.

    Attributes:
        key: Its name.
        used: When somebody asked for it last, by the monotonic clock.
    """

    def __init__(self, key: str, folder: Path, process: asyncio.subprocess.Process) -> None:
        self.key = key
        self.folder = folder
        self.used = time.monotonic()
        self._process = process
        self._asked = 0

    @classmethod
    async def start(cls, key: str, command: list[str], prefix: str, experiments: tuple[str, ...]) -> Board:
        """Start one.

        Raises:
            OSError: it cannot be started.
        """
        folder = Path(tempfile.mkdtemp(prefix="hopslab-tensorboard-"))
        try:
            with (folder / "log").open("wb") as log:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    *("--at", str(folder), "--prefix", prefix),
                    *experiments,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    cwd=folder,
                )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls(key, folder, process)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Somebody waits for it in here."""
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1
            self.used = time.monotonic()

    @property
    def idle(self) -> float:
        """Seconds since somebody asked it for something or waited for it."""
        return 0.0 if self._asked else time.monotonic() - self.used

    @property
    def socket(self) -> Path:
        """Where it listens once it is ready."""
        return self.folder / "socket"

    @property
    def state(self) -> State:
        """Whether it can be asked now."""
        if self._process.returncode is not None:
            return "failed"
        return "ready" if self.socket.exists() else "starting"

    @property
    def progress(self) -> str:
        """How far it is, in its own words."""
        with contextlib.suppress(OSError):
            return (self.folder / "progress").read_text(errors="replace")
        return ""

    @property
    def last_lines(self) -> list[str]:
        """The end of its log."""
        with contextlib.suppress(OSError), (self.folder / "log").open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - _LOG_BYTES))
            return log.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
        return []

    async def end(self) -> None:
        """End it and take its folder away."""
        stdin = self._process.stdin
        if stdin is not None:
            stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
