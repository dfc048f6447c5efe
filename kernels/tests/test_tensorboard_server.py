"""TensorBoard below the notebook server: the real one of Jupyter, with the real TensorBoard."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import eventually, variables
from hopslab.settings import Settings
from platform_double import Platform
from recorded import put, trial

ROOT = "/base/hopslab/tensorboard"
UNKNOWN = "11111111-1111-1111-1111-111111111111"


class Jupyter:
    """A notebook server that listens in a folder, and what its TensorBoards leave there."""

    def __init__(self, settings: Settings, folder: Path, **options: object) -> None:
        self.folder = folder
        folder.mkdir()
        boards = {"command": [sys.executable, "-P", "-m", "hopslab.tensorboard"], **options}
        (folder / "config.json").write_text(json.dumps({"Boards": boards}))
        flags = {
            "ServerApp.sock": folder / "jupyter.sock",
            "ServerApp.base_url": "/base/",
            "ServerApp.root_dir": folder,
            "ServerApp.jpserver_extensions": "hopslab_server.tensorboard=True",
            "ServerApp.disable_check_xsrf": True,
            "IdentityProvider.token": "",
        }
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"]
                + [f"--config={folder / 'config.json'}"]
                + [f"--{name}={value}" for name, value in flags.items()],
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    **variables(settings),
                    "HOME": str(folder),
                    "TMPDIR": str(folder),
                    "JUPYTER_PLATFORM_DIRS": "1",
                },
            )
        eventually(lambda: self.process.poll() is not None or self._answers())
        assert self.process.poll() is None, self.log

    def _answers(self) -> bool:
        try:
            return bool(self.ask("GET", "/base/api")[0] == 200)
        except OSError:
            return False

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("localhost", timeout=300)
        with contextlib.closing(connection):
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(300)
            connection.sock.connect(str(self.folder / "jupyter.sock"))
            sent = body if isinstance(body, str | None) else json.dumps(body)
            connection.request(method, path, body=sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def start(self, of: object, **more: object) -> Any:
        status, _, body = self.ask("POST", f"{ROOT}/start", {"of": of, **more})
        return {"status": status, **json.loads(body)}

    def ready(self, of: str) -> str:
        """Where it is, once it is ready."""
        told: dict[str, Any] = {}

        def there() -> bool:
            told.update(self.start(of))
            assert told["status"] == 200, (told, self.log)
            return told["state"] != "starting"

        eventually(there)
        assert told["state"] == "ready", told
        return str(told["url"])

    def groups(self, url: str) -> set[str]:
        asked = {"experimentName": "", "allowedStatuses": ["STATUS_SUCCESS"], "sliceSize": 10}
        status, _, body = self.ask("POST", f"{url}data/plugin/hparams/session_groups", asked)
        assert status == 200, self.log
        return {group["name"] for group in json.loads(body)["sessionGroups"]}

    def boards(self) -> set[Path]:
        return set(self.folder.glob("hopslab-tensorboard-*"))

    def pids(self) -> dict[int, str]:
        """Processes of its TensorBoards, and what they are."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_bytes().split(b"\0")
                if any(str(self.folder).encode() + b"/hopslab-tensorboard-" in word for word in words):
                    found[int(path.parent.name)] = " ".join(word.decode() for word in words)
        return found

    def main_pid(self) -> int:
        (pid,) = [pid for pid, words in self.pids().items() if "hopslab.tensorboard" in words]
        return pid

    def close(self) -> None:
        """Ended the hard way: its TensorBoards have to see it by themselves."""
        self.process.kill()
        self.process.wait(timeout=60)
        eventually(lambda: not self.pids())


@pytest.fixture
def jupyter(inside: Settings, scratch: Path) -> Iterator[Any]:
    with contextlib.ExitStack() as stack:

        def start(**options: object) -> Jupyter:
            server = Jupyter(inside, scratch / "j", **options)
            stack.callback(server.close)
            return server

        yield start


def test_it_starts_serves_comes_back_and_a_few_run_at_once(platform: Platform, jupyter: Any) -> None:
    one, two, three = put(platform), put(platform, "two"), put(platform, "three")
    for each in (one, two, three):
        each["trials"] = {n: trial(n) for n in range(3)}
    server = jupyter(most=2)

    # The page changes nothing and says only what it is itself.
    status, headers, page = server.ask("GET", f"{ROOT}/open?of=<script>")
    assert status == 200
    assert b"<script>" not in page.replace(b"</script>", b"").split(b"<body>")[0]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert server.boards() == set()

    url = server.ready(f"{one['id']}.0.2")
    assert server.groups(url) == {"trial-00000", "trial-00002"}
    status, headers, page = server.ask("GET", url)
    assert status == 200
    assert b"</html>" in page
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert server.ask("GET", url.rstrip("/"))[1]["Location"] == url
    status, headers, _ = server.ask("GET", f"{url}index.js")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/javascript")
    assert server.ask("GET", f"{url}nothing/here")[0] == 404

    # A dead one is started again by the next who looks at its page.
    dead = server.main_pid()
    os.kill(dead, signal.SIGKILL)
    eventually(lambda: dead not in server.pids())
    assert server.groups(url) == {"trial-00000", "trial-00002"}
    assert server.main_pid() != dead

    # Asked for once more it is the same; of three the one not used for longest ends.
    second = server.ready(two["id"])
    assert server.ready(f"{one['id']}.0.2") == url
    assert len(server.boards()) == 2
    server.ready(three["id"])
    eventually(lambda: len(server.boards()) == 2)
    assert server.groups(url) == {"trial-00000", "trial-00002"}
    eventually(lambda: len(server.boards()) == 2)
    # And comes back where its page is still open.
    assert server.groups(second) == {f"trial-0000{n}" for n in range(3)}


def test_what_makes_no_sense_is_refused_and_what_fails_says_why(platform: Platform, jupyter: Any) -> None:
    server = jupyter()
    many = ",".join([UNKNOWN] * 21)
    trials = UNKNOWN + ".1" * 501
    for of in (
        "",
        "x",
        f"{UNKNOWN},",
        f"{UNKNOWN}.-1",
        "../..",
        f"--help,{UNKNOWN}",
        f"{UNKNOWN}\n",
        many,
        trials,
        7,
    ):
        told = server.start(of)
        assert told["status"] == 400, of
        assert told["message"]
    for body in ("", "[]", "{", '{"of": null}', '{"of": "x", "again": 1}', "7"):
        assert server.ask("POST", f"{ROOT}/start", body)[0] == 400
    assert server.ask("GET", f"{ROOT}/{'0' * 20}/")[0] == 404
    assert server.boards() == set()

    eventually(lambda: server.start(UNKNOWN)["state"] == "failed")
    told = server.start(UNKNOWN)
    assert told["progress"].startswith("member.unknown")
    assert any("member.unknown" in line for line in told["log"])
    assert server.ask("GET", told["url"])[0] == 502
    # Only who asks for it has it tried again.
    assert server.start(UNKNOWN, again=True)["state"] == "starting"


def test_one_that_nobody_looks_at_ends(platform: Platform, jupyter: Any) -> None:
    one = put(platform)
    one["trials"] = {0: trial(0)}
    server = jupyter(idle_seconds=2.0)
    url = server.ready(one["id"])
    eventually(lambda: not server.pids() and not server.boards())
    assert server.groups(url) == {"trial-00000"}


def test_without_its_program_it_says_so(jupyter: Any) -> None:
    server = jupyter(command=["/nowhere/python"])
    told = server.start(UNKNOWN)
    assert (told["status"], told["message"]) == (
        503,
        "TensorBoard cannot be started: No such file or directory.",
    )
