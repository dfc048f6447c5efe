"""Calls of the platform's REST API, by whichever way it is reached."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from hopslab.errors import HopslabError, UnreachableError
from hopslab.rest.answers import Answer
from hopslab.rest.kept import Kept
from hopslab.rest.patience import Patience
from hopslab.rest.ways import SocketWay, Way, fault_of

BASE = "/api/v1"
_T = TypeVar("_T")


def segment(value: str) -> str:
    """Percent-encode one path segment, slashes too."""
    return quote(value, safe="")


def _was_not_sent(error: HopslabError) -> bool:
    return isinstance(error, UnreachableError) and not error.sent


class Rest:
    """Calls of the REST API in one project. Safe to share between threads; its words hold no credential.

    Args:
        way: How the platform is reached, and as whom.
        project: The project that the paths are in.
        timeout: Seconds to wait for the platform at each step of a call.
        patience: Seconds for which a call that may be repeated is, while the platform does not answer.
    """

    def __init__(self, way: Way, project: str, timeout: float = 10.0, patience: float = 0.0) -> None:
        self._way = way
        self._timeout = timeout
        self._kept = Kept()
        self.patience = patience
        self.project = project

    def __repr__(self) -> str:
        return f"<Hopslab project {self.project} at {self.where}>"

    @property
    def inside(self) -> bool:
        """Whether it is a sandbox's own channel, where datasets are folders."""
        return isinstance(self._way, SocketWay)

    @property
    def where(self) -> str:
        """What to call the platform in words."""
        return self._way.where

    def close(self) -> None:
        """Close the connections that are idle; more are made where they are needed."""
        self._kept.close()

    def _connection(self) -> http.client.HTTPConnection:
        try:
            return self._kept.take() or self._way.open(self._timeout)
        except (OSError, http.client.HTTPException) as error:
            raise fault_of(self.where, error, sent=False) from error

    def open(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Answer:
        """One request to ``path`` (below this project), not repeated; the answer's bytes are read as they come.

        Of a body in parts the headers have to say the ``Content-Length``.

        Raises:
            UnreachableError: nobody listens, or the request was cut off.
            HopslabError: the platform refused.
        """
        return self._open(method, f"/projects/{segment(self.project)}{path}", dict(headers or {}), body)

    def _open(
        self, method: str, path: str, headers: dict[str, str], body: bytes | Iterable[bytes] | None
    ) -> Answer:
        said = {**headers, **self._way.headers()}
        connection = self._connection()
        try:
            response = self._exchange(connection, method, path, said, body)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise fault_of(self.where, error, sent=True) from error
        except BaseException:
            connection.close()
            raise

        def close(whole: bool) -> None:
            if whole and self._way.keeps and connection.sock is not None:
                self._kept.keep(connection)
            else:
                response.close()
                connection.close()

        answer = Answer(self.where, response, close)
        if response.status >= 300:
            with answer:
                raise answer.refuse()
        return answer

    @staticmethod
    def _exchange(
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | Iterable[bytes] | None,
    ) -> http.client.HTTPResponse:
        try:
            connection.request(method, BASE + path, body=body, headers=headers)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            # Who refuses an upload before its end says why and hangs up.
            try:
                return http.client.HTTPConnection.getresponse(connection)
            except (OSError, http.client.HTTPException):
                raise error from None
        return connection.getresponse()

    def repeated(self, act: Callable[[], _T], *, safe: bool = True) -> _T:
        """Do it until it is done, while the platform is away; where it is not ``safe``, only what never got there."""
        patience = Patience(self.patience)
        while True:
            try:
                return act()
            except HopslabError as error:
                if not safe and not _was_not_sent(error):
                    raise
                patience.wait_after(error)

    def call(
        self, method: str, path: str, body: object | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Call ``path`` (below ``/api/v1``) and return the decoded JSON answer, None where there is none.

        Raises:
            UnreachableError: nobody listens, or the answer was cut off.
            HopslabError: the platform refused; ``code`` and ``detail`` are the problem's.
        """
        sent = dict(headers or {})
        data = None
        if body is not None:
            data = json.dumps(body, allow_nan=False).encode()
            sent["Content-Type"] = "application/json"

        def once() -> Any:
            with self._open(method, path, sent, data) as answer:
                return answer.json()

        safe = method in ("GET", "HEAD") or any(name.lower() == "idempotency-key" for name in sent)
        return self.repeated(once, safe=safe)

    def in_project(self, method: str, path: str, body: object | None = None, **headers: str) -> Any:
        """Call ``path`` below this project; keyword ``idempotency_key="x"`` sends ``idempotency-key: x``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(method, f"/projects/{segment(self.project)}{path}", body, named)

    def listed(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Every item of a list below this project, page by page."""
        cursor: dict[str, str] = {}
        while True:
            page = self.in_project("GET", f"{path}?{urlencode({**(query or {}), 'limit': '1000', **cursor})}")
            yield from page["items"]
            if page.get("nextCursor") is None:
                return
            cursor = {"cursor": page["nextCursor"]}
