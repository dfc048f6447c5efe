"""Passes requests on to a TensorBoard's socket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.netutil import Resolver
from tornado.simple_httpclient import HTTPStreamClosedError, SimpleAsyncHTTPClient

from hopslab_server.tensorboard.board import Board
from hopslab_server.tensorboard.boards import Boards

_ASKED = ("Accept", "Accept-Encoding", "Content-Type", "If-None-Match", "If-Modified-Since")
_ANSWERED = (
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Security-Policy",
    "Content-Type",
    "Etag",
    "Expires",
    "Last-Modified",
    "Location",
    "Vary",
)
_MOST_BYTES = 64 * 2**20
_SECONDS = 300.0
_TRIES, _PAUSE = 20, 0.1


class _Socket(Resolver):
    """Every name leads to one socket."""

    def initialize(self, path: str) -> None:
        self._path = path

    async def resolve(self, host: str, port: int, family: int = 0) -> list[tuple[int, Any]]:  # noqa: ARG002
        return [(socket.AF_UNIX, self._path)]


class PassingHandler(JupyterHandler):
    """What one TensorBoard answers. One that has ended meanwhile is started again first."""

    def initialize(self, boards: Boards) -> None:
        """With what this server runs."""
        self._boards = boards

    def compute_etag(self) -> str | None:
        """TensorBoard's own, or none."""
        return None

    @web.authenticated
    async def get(self, key: str, path: str | None) -> None:
        """Its page and its data."""
        if path is None:
            self.redirect(f"{self._boards.address(key)}/")
            return
        await self._pass_on(key)

    @web.authenticated
    async def post(self, key: str, _path: str | None) -> None:
        """Its data, where the question is long."""
        await self._pass_on(key)

    async def _pass_on(self, key: str) -> None:
        answer = await self._patiently(key)
        self.set_status(answer.code, answer.reason)
        for name in _ANSWERED:
            if name in answer.headers:
                self.set_header(name, answer.headers[name])
        await self.finish(answer.body if answer.code not in (204, 304) else None)

    async def _patiently(self, key: str) -> HTTPResponse:
        """An answer; where one dies it is started again, and asked again: it is only ever asked for what it knows."""
        for left in reversed(range(_TRIES)):
            board = await self._board(key)
            try:
                return await self._answer(board)
            except (OSError, HTTPClientError) as error:
                if left == 0 or not isinstance(error, ConnectionError | HTTPStreamClosedError):
                    raise web.HTTPError(502, f"TensorBoard does not answer: {error}") from error
                # In a moment it is known to have died.
                await asyncio.sleep(_PAUSE)
        raise AssertionError("the last try answers or raises")

    async def _answer(self, board: Board) -> HTTPResponse:
        headers = {name: self.request.headers[name] for name in _ASKED if name in self.request.headers}
        if self.request.method == "POST":
            # Where it is not said, Tornado would say that it is a form, which is read otherwise.
            headers.setdefault("Content-Type", "application/octet-stream")
        request = HTTPRequest(
            f"http://localhost{self.request.uri}",
            method=self.request.method or "GET",
            headers=headers,
            body=self.request.body if self.request.method == "POST" else None,
            decompress_response=False,
            follow_redirects=False,
            connect_timeout=_SECONDS,
            request_timeout=_SECONDS,
        )
        # One for each socket; there is nothing to keep, as connections are not.
        client = SimpleAsyncHTTPClient(
            force_instance=True,
            resolver=_Socket(path=str(board.socket)),
            max_buffer_size=_MOST_BYTES,
            max_body_size=_MOST_BYTES,
        )
        with contextlib.closing(client), board.in_use():
            return await client.fetch(request, raise_error=False)

    async def _board(self, key: str) -> Board:
        try:
            board = await self._boards.ready(key)
        except OSError as error:
            raise web.HTTPError(503, "TensorBoard is not there yet; load this page again.") from error
        if board is None:
            raise web.HTTPError(
                404, "This TensorBoard is not known here any more; open it again from its experiment."
            )
        if board.state != "ready":
            raise web.HTTPError(502, f"TensorBoard has ended: {board.progress}")
        return board
