"""How a driver and its workers talk: small JSON messages over a line of the loopback, after a challenge to both."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
import socket
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from typing import Any, Generic, TypeAlias, TypeVar

from hopslab.errors import HopslabError

Line: TypeAlias = "Connection[bytes, bytes]"
M = TypeVar("M")


class ProtocolError(HopslabError):
    """The other side said something that is no message."""

    def __init__(self, detail: str) -> None:
        super().__init__("experiment.protocol", detail)


class Codec(Generic[M]):
    """Messages, each a dataclass, as bytes of JSON and back; nothing that the other side sends is unpickled."""

    def __init__(self, *kinds: type[Any]) -> None:
        self._kinds = {kind.__name__.lower(): kind for kind in kinds}

    def encode(self, message: M) -> bytes:
        """A message as bytes of JSON."""
        fields = {one.name: getattr(message, one.name) for one in dataclasses.fields(message)}  # type: ignore[arg-type]
        return json.dumps({"kind": type(message).__name__.lower(), **fields}, allow_nan=False).encode()

    def decode(self, data: bytes) -> M:
        """The message that ``data`` is.

        Raises:
            ProtocolError: it is none.
        """
        try:
            fields = json.loads(data)
            message: M = self._kinds[fields.pop("kind")](**fields)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ProtocolError(f"not a message: {data[:80]!r}") from error
        return message


def hang_up(line: Line) -> None:
    """End a line that another thread reads from, which is why it is not closed."""
    with (
        contextlib.suppress(OSError),
        socket.fromfd(line.fileno(), socket.AF_INET, socket.SOCK_STREAM) as shared,
    ):
        shared.shutdown(socket.SHUT_RDWR)


class Door:
    """Serves each caller who knows the key in a thread of its own, until it is closed.

    Args:
        serve: Talks with a caller; the line is closed when it returns or raises for the line's or the caller's fault.
        name: Of the thread that waits for callers.
        host: Address to listen on; workers of a cluster need one they can reach.
    """

    def __init__(self, serve: Callable[[Line], None], name: str, host: str) -> None:
        self.key = secrets.token_bytes(32)
        self.closed = False
        self._serve = serve
        # No key here: the challenge is made in each caller's thread, so that a silent one delays nobody.
        self._listener = Listener((host, 0), family="AF_INET", backlog=128)
        self.address: tuple[str, int] = (host, self._listener.address[1])
        threading.Thread(target=self._accept, name=name, daemon=True).start()

    def _accept(self) -> None:
        while not self.closed:
            try:
                line = self._listener.accept()
            except (OSError, EOFError):
                continue
            if self.closed:
                line.close()
                break
            threading.Thread(target=self._meet, args=(line,), daemon=True).start()
        self._listener.close()

    def _meet(self, line: Line) -> None:
        with line, contextlib.suppress(OSError, EOFError, AuthenticationError, ProtocolError):
            deliver_challenge(line, self.key)
            answer_challenge(line, self.key)
            self._serve(line)

    def close(self) -> None:
        """Accept nobody more; those who talk go on."""
        self.closed = True
        with contextlib.suppress(OSError):  # a call of our own ends the wait for the next caller
            socket.create_connection(self.address, timeout=1).close()
