"""The real server with people and a project that holds one of everything, and how each of them asks it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from pathlib import Path
from typing import IO, Any

import requests
import schemathesis

CHECKOUT = Path(__file__).parents[2]
SCRIPT = CHECKOUT / "server" / "lib" / "testing" / "contract-stage.js"
PATIENCE = 60


class _Session(requests.Session):
    """Takes the first bytes of a stream of events, which has no end, and keeps no cookies."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        answer = super().send(request, **{**more, "stream": True})
        if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
            answer._content = next(answer.iter_content(chunk_size=None))
            answer.close()
        return answer


class Stage:
    """A process that ends with us."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node, "there is no node in the PATH"
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- as long as the process
        self._process = subprocess.Popen(
            [node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        told = self._read()
        self.url: str = told["url"]
        self.people: dict[str, dict[str, dict[str, str]]] = told["people"]
        self.values: dict[str, str] = told["values"]
        self._session = _Session()
        self._addresses = count(1)

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe
        return pipe

    def _read(self) -> dict[str, Any]:
        line = self._pipe(self._process.stdout).readline()
        assert line, f"the stage has ended:\n{self.log()}"
        told: dict[str, Any] = json.loads(line)
        return told

    def put_back(self) -> None:
        """Makes everything as it was at the beginning."""
        pipe = self._pipe(self._process.stdin)
        pipe.write("\n")
        pipe.flush()
        self._read()

    def ask(self, case: schemathesis.Case[Any], person: str) -> schemathesis.Response:
        """What somebody is answered, by the first way in that it is open to, else by any that they have."""
        ways = self.people[person]
        channels: list[str] = case.operation.definition.raw["x-channels"]
        way = next((channel for channel in channels if channel in ways), next(iter(ways), None))
        headers = dict(ways[way]) if way else {}
        if case.method != "GET":
            # Wrong passwords are counted by the address that they come from.
            headers["X-Hopslab-Client-Address"] = f"2001:db8::{next(self._addresses):x}"
        return case.call(session=self._session, headers=headers, timeout=PATIENCE)

    def log(self) -> str:
        """What the server has said: errors only."""
        self._log.seek(0)
        return self._log.read()

    def close(self) -> None:
        """Ends it, and waits until nothing is left of it."""
        self._session.close()
        self._pipe(self._process.stdin).close()
        self._process.wait(PATIENCE)
