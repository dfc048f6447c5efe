"""The page that waits for a TensorBoard, and what it asks."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web

from hopslab_server.tensorboard.asked import MOST_EXPERIMENTS, MOST_TRIALS, experiments_of
from hopslab_server.tensorboard.boards import Boards

_PAGE = (Path(__file__).parent / "open.html").read_text()


class OpenHandler(JupyterHandler):
    """A page that starts one and goes there. To get it changes nothing, so that a link elsewhere starts none."""

    @web.authenticated
    async def get(self) -> None:
        """The page; what it is to show is in its address."""
        nonce = secrets.token_urlsafe(16)
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self';"
            " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        await self.finish(_PAGE.replace("{nonce}", nonce))


class StartHandler(APIHandler):
    """Starts a TensorBoard, and says how far it is."""

    def initialize(self, boards: Boards) -> None:
        """With what this server runs."""
        self._boards = boards

    @web.authenticated
    async def post(self) -> None:
        """``{of, again?}`` -> ``{state, progress, log, url}``; asked for again it is the same one."""
        of, again = self._asked()
        experiments = experiments_of(of)
        if experiments is None:
            raise web.HTTPError(
                400,
                "Give the ids of experiments with commas between, each with .NUMBER for the trials that are meant;"
                f" {MOST_EXPERIMENTS} experiments and {MOST_TRIALS} trials at most.",
            )
        try:
            board = await self._boards.start(experiments, again=again)
        except OSError as error:
            raise web.HTTPError(503, f"TensorBoard cannot be started: {error.strerror}.") from error
        failed = board.state == "failed"
        await self.finish(
            {
                "state": board.state,
                "progress": board.progress,
                "log": board.last_lines if failed else [],
                "url": f"{self._boards.address(board.key)}/",
            }
        )

    def _asked(self) -> tuple[str, bool]:
        try:
            body: Any = json.loads(self.request.body)
            of, again = body["of"], body.get("again", False)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise web.HTTPError(400, 'Send {"of": "…"} as JSON.') from error
        if not isinstance(of, str) or not isinstance(again, bool):
            raise web.HTTPError(400, "of is a text, again true or false.")
        return of, again
