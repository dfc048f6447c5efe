"""The TensorBoards of this notebook server: a few at once, each as long as somebody looks at it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from jupyter_server.serverapp import ServerApp
from tornado.ioloop import PeriodicCallback
from traitlets import Float, Integer, List, Unicode
from traitlets.config import LoggingConfigurable

from hopslab_server.tensorboard.asked import key_of
from hopslab_server.tensorboard.board import Board

_MOST_KNOWN = 100
_LOOK_SECONDS = 0.1


class Boards(LoggingConfigurable):
    """Starts and ends them. Used on the event loop only."""

    command = List(
        Unicode(),
        ["/opt/hopslab/base/bin/python", "-P", "-m", "hopslab.tensorboard"],
        help="What serves experiments on a socket.",
    ).tag(config=True)
    most = Integer(3, help="How many run at once; of more the one not used for longest ends.").tag(
        config=True
    )
    idle_seconds = Float(900.0, help="One that nobody asks for so long ends.").tag(config=True)
    patience = Float(120.0, help="Seconds that a request waits for one that starts.").tag(config=True)

    def __init__(self, app: ServerApp, root: str) -> None:
        super().__init__(parent=app)
        self._app = app
        self._root = root
        self._running: dict[str, Board] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        self._starting = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Look from now on for those that nobody uses."""
        every = max(0.2, min(60.0, self.idle_seconds / 4))
        self._app.io_loop.add_callback(PeriodicCallback(self.end_unused, every * 1000).start)

    def address(self, key: str) -> str:
        """The path below which one is served."""
        return f"{self._root}/{key}"

    async def start(self, experiments: tuple[str, ...], *, again: bool = False) -> Board:
        """The one that shows these: that which runs, or a new one; with ``again`` also after it has failed.

        Raises:
            OSError: it cannot be started.
        """
        key = key_of(experiments)
        async with self._starting:
            board = self._running.get(key)
            if board is not None and (board.state != "failed" or not again):
                self._touch(board)
                return board
            if board is not None:
                self._end(board)
            while len(self._running) >= max(1, self.most):
                self._end(max(self._running.values(), key=lambda one: one.idle))
            started = await Board.start(key, list(self.command), self.address(key), experiments)
            self._running[key] = started
            self._known.pop(key, None)
            self._known[key] = experiments
            if len(self._known) > _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._touch(started)
            return started

    async def ready(self, key: str) -> Board | None:
        """One that was started here before, started again where it has ended; None where it is not known.

        Raises:
            TimeoutError: it takes too long.
            OSError: it cannot be started.
        """
        experiments = self._known.get(key)
        if experiments is None:
            return None
        board = self._running.get(key)
        if board is None or board.state == "failed":
            board = await self.start(experiments, again=True)
        self._touch(board)
        deadline = time.monotonic() + self.patience
        with board.in_use():
            while board.state == "starting":
                if time.monotonic() > deadline:
                    raise TimeoutError
                await asyncio.sleep(_LOOK_SECONDS)
        return board

    def end_unused(self) -> None:
        """End those that nobody has asked for a while."""
        for board in list(self._running.values()):
            if board.idle > self.idle_seconds:
                self._end(board)

    def _touch(self, board: Board) -> None:
        board.used = time.monotonic()
        # Who looks at one uses this server.
        self._app.web_app.settings["last_activity_times"]["hopslab_tensorboard"] = datetime.now(UTC)

    def _end(self, board: Board) -> None:
        del self._running[board.key]
        task = asyncio.ensure_future(board.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
