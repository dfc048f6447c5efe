"""What the platform answers: bytes as they come, or the problem that it has."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from hopslab.errors import HopslabError, UnreachableError, error_for
from hopslab.rest.ways import fault_of

# What is read of an answer that is no good.
_MOST = 64 * 1024


def problem(where: str, status: int, body: bytes) -> HopslabError:
    """The error that an answer of this status is."""
    try:
        told = json.loads(body)
        faults = [f"{fault['pointer']}: {fault['detail']}" for fault in told.get("errors", [])]
        return error_for(status)(
            str(told["code"]),
            str(told["detail"]),
            retriable=bool(told.get("retriable", status >= 500)),
            faults=faults,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        text = " ".join(body[:200].decode("utf-8", "replace").split())
        return HopslabError(
            "platform.answer",
            f"The platform answered {status}: {text}\nLook at the URL if this goes on: {where}",
            retriable=status >= 500 or status == 429,
        )


class Answer:
    """A good answer, to be read once and closed. ``headers`` are the answer's own."""

    def __init__(self, where: str, response: http.client.HTTPResponse, close: Callable[[bool], None]) -> None:
        self._where = where
        self._response = response
        self._close = close
        self.status = response.status
        self.headers = response.headers

    def read(self, most: int) -> bytes:
        """The next bytes, ``most`` at most; none at the end.

        Raises:
            UnreachableError: it was cut off.
        """
        try:
            data = self._response.read(most)
        except (OSError, http.client.HTTPException) as error:
            raise fault_of(self._where, error, sent=True) from error
        if not data and self._response.length:
            raise UnreachableError(
                f"The answer of {self._where} was cut off {self._response.length} bytes before its end."
            )
        return data

    def whole(self) -> bytes:
        """All that is left of it."""
        parts = []
        while part := self.read(_MOST):
            parts.append(part)
        return b"".join(parts)

    def json(self) -> Any:
        """The decoded JSON, None where there is nothing."""
        body = self.whole()
        try:
            return json.loads(body) if body else None
        except ValueError as error:
            raise problem(self._where, self.status, body) from error

    def refuse(self) -> HopslabError:
        """The error that it is, where its status is not good."""
        if 300 <= self.status < 400:
            return HopslabError(
                "platform.redirected",
                f"{self._where} answers that it is to be found elsewhere. Credentials are not carried there; give"
                " the platform's own URL.",
            )
        return problem(self._where, self.status, self.read(_MOST))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close(error is None and self._response.isclosed())
