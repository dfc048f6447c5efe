"""The platform's REST API over the sandbox's own socket, which is the projectUser's identity."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from hopslab.errors import HopslabError, UnreachableError, error_for
from hopslab.settings import Settings, read_settings

BASE = "/api/v1"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path
        self._limit = timeout

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self._limit)
        self.sock.connect(str(self._path))


def segment(value: str) -> str:
    """Percent-encode one path segment, slashes too."""
    return quote(value, safe="")


def _error(status: int, body: bytes) -> HopslabError:
    try:
        problem = json.loads(body)
        faults = [f"{fault['pointer']}: {fault['detail']}" for fault in problem.get("errors", [])]
        return error_for(status)(
            str(problem["code"]),
            str(problem["detail"]),
            retriable=bool(problem.get("retriable", status >= 500)),
            faults=faults,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        text = body[:200].decode("utf-8", "replace")
        return HopslabError(
            "platform.answer",
            f"The platform answered {status}: {text}",
            retriable=status >= 500 or status == 429,
        )


class Rest:
    """Calls of the REST API as this sandbox's projectUser. Safe to share between threads.

    Args:
        path: The sandbox's socket.
        project: The project that the paths are in.
        timeout: Seconds to wait for the platform at each step of a call.
    """

    def __init__(self, path: Path, project: str, timeout: float = 10.0) -> None:
        self._path = path
        self._timeout = timeout
        self.project = project

    def call(
        self, method: str, path: str, body: object | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Call ``path`` (below ``/api/v1``) and return the decoded JSON answer, None where there is none.

        Raises:
            UnreachableError: nobody listens, or the answer was cut off.
            HopslabError: the platform refused; ``code`` and ``detail`` are the problem's.
        """
        connection = _UnixConnection(self._path, self._timeout)
        sent = dict(headers or {})
        data = None
        if body is not None:
            data = json.dumps(body, allow_nan=False).encode()
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, BASE + path, body=data, headers=sent)
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"The platform does not answer on {self._path} ({error}).") from error
        finally:
            connection.close()
        if response.status >= 400:
            raise _error(response.status, answer)
        return json.loads(answer) if answer else None

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


def connect(settings: Settings) -> Rest | None:
    """The client of this kernel, or None outside a sandbox."""
    if settings.api_socket is None or settings.project is None:
        return None
    return Rest(settings.api_socket, settings.project)


def platform() -> Rest:
    """The client of this kernel.

    Raises:
        HopslabError: ``platform.none`` outside a sandbox.
    """
    rest = connect(read_settings())
    if rest is None:
        raise HopslabError(
            "platform.none", "There is no platform here: this has to run in a notebook of a project."
        )
    return rest
