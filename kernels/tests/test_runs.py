"""A real Jupyter server with the extension, and kernels of ours."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Settings, eventually, variables
from hopslab.settings import MIB
from platform_double import Platform

WAITING = """\
import pathlib, time
here = pathlib.Path(__file__).parent

def train(x=1.0):
    while not (here / "go").exists():
        time.sleep(0.01)
    print("printed by a trial")
    return {"score": x}
"""


class Server:
    """A notebook server on a socket."""

    def __init__(self, folder: Path, platform: Platform) -> None:
        self.platform = platform
        self.root = folder / "root"
        self.socket = folder / "j.sock"
        for each in ("root/Jupyter", "root/Experiments", "data/kernels/hopslab", "home"):
            (folder / each).mkdir(parents=True)
        spec = {
            "argv": [sys.executable, "-P", "-m", "hopslab.kernel", "-f", "{connection_file}"],
            "display_name": "Hopslab (Python)",
            "language": "python",
        }
        (folder / "data/kernels/hopslab/kernel.json").write_text(json.dumps(spec))
        settings = Settings("demo", "ada", platform.socket, 0, 2, 512 * MIB, 0, folder)
        options = {
            "sock": self.socket,
            "root_dir": self.root,
            "jpserver_extensions": "{'hopslab_server.runs': True}",
            "disable_check_xsrf": True,
        }
        flags = [f"--ServerApp.{name}={value}" for name, value in options.items()]
        flags += ["--IdentityProvider.token=", "--no-browser", "--allow-root"]
        flags += [
            "--MappingKernelManager.cull_idle_timeout=5",
            "--MappingKernelManager.cull_interval=1",
            "--MappingKernelManager.cull_connected=True",
        ]
        environment = {
            **os.environ,
            **variables(settings),
            "HOME": str(folder / "home"),
            "JUPYTER_PATH": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_NO_CONFIG": "1",
        }
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "jupyter_server", *flags]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        eventually(self.answers)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return self.ask("GET", "/api")[0] == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("localhost", timeout=120)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(120)
        try:
            connection.sock.connect(str(self.socket))
            text = body if isinstance(body, str) or body is None else json.dumps(body)
            connection.request(method, path, text)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(said) if said else None

    def own(self, method: str, what: str, body: Any = None) -> tuple[int, Any]:
        return self.ask(method, f"/hopslab/experiments/{what}", body)

    def ended(self, run: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def has_ended() -> bool:
            found.update(self.own("GET", f"runs/{run['id']}")[1])
            return found["state"] not in ("starting", "running")

        eventually(has_ended)
        return found

    def kernels(self) -> list[str]:
        return [one["id"] for one in self.ask("GET", "/api/kernels")[1]]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Short: a unix socket's path has to fit into 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hk-"))
    platform = Platform(folder / "api.sock")
    platform.open()
    opened = Server(folder, platform)
    yield opened
    opened.close()
    platform.close()
    shutil.rmtree(folder, ignore_errors=True)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "path": "Jupyter/wait.py",
        "function": "train",
        "cell": None,
        "space": {"x": {"kind": "uniform", "low": 0, "high": 1}},
        "metric": "score",
        "trials": 3,
        "parallel": 2,
        "name": "From a form!",
        **changes,
    }


def test_a_forms_run_outlives_idleness_and_everybody_who_looks_on(server: Server) -> None:
    (server.root / "Jupyter/wait.py").write_text(WAITING)
    status, found = server.own("POST", "find", {"path": "Jupyter/wait.py"})
    assert (status, [one["name"] for one in found["functions"]]) == (200, ["train"])
    assert server.own("POST", "check", form(trials=0))[1]["faults"][0]["field"] == "trials"
    status, faults = server.own("POST", "runs", form(trials=0))
    assert status == 422 and faults["faults"]

    status, run = server.own("POST", "runs", form())
    assert status == 201
    (session,) = server.ask("GET", "/api/sessions")[1]
    assert session["name"] == "From a form! (experiment)"
    assert session["path"] == run["log"] == f"Experiments/from-a-form-{run['id'][:8]}.log"
    running: dict[str, Any] = {}

    def is_running() -> bool:
        running.update(server.own("GET", f"runs/{run['id']}")[1])
        assert running["state"] != "failed", running
        return running["state"] == "running" and bool(running["experiment"])

    eventually(is_running)
    assert running["experiment"] in server.platform.experiments

    # An idle kernel beside it is ended by the time; whoever has done that has looked at the run's too.
    idle = server.ask("POST", "/api/kernels", {"name": "hopslab"})[1]["id"]
    eventually(lambda: idle not in server.kernels())
    assert server.kernels() == [session["kernel"]["id"]]

    (server.root / "Jupyter/go").touch()
    ended = server.ended(run)
    assert ended["state"] == "complete", ended
    kept = server.platform.experiments[ended["experiment"]]
    assert kept["body"]["name"] == "From a form!"
    assert kept["ended"]["state"] == "complete"
    eventually(lambda: server.kernels() == [])
    log = (server.root / run["log"]).read_text()
    assert "From a form!: complete, 3 trials" in log
    assert server.own("GET", "runs")[1]["items"][0]["id"] == run["id"]
    assert server.platform.faults == []


def test_what_fails_before_there_is_an_experiment_is_told_with_its_lines(server: Server) -> None:
    (server.root / "Jupyter/a.py").write_text("import nothing_such\n\ndef train(x=1.0):\n    return x\n")
    run = server.own("POST", "runs", form(path="Jupyter/a.py"))[1]
    failed = server.ended(run)
    assert failed["state"] == "failed"
    assert failed["detail"] == "a.py raised ModuleNotFoundError: No module named 'nothing_such'."
    assert 'a.py", line 1' in failed["traceback"]
    assert "experiment" not in failed
    assert "nothing_such" in (server.root / run["log"]).read_text()

    # A kernel that somebody ends is told too.
    (server.root / "Jupyter/ended.py").write_text(WAITING.replace("go", "never"))
    run = server.own("POST", "runs", form(path="Jupyter/ended.py"))[1]
    for kernel in server.kernels():
        server.ask("DELETE", f"/api/kernels/{kernel}")
    failed = server.ended(run)
    assert failed["state"] == "failed" and failed["detail"].startswith("Its kernel ended")


def test_a_notebooks_function_runs_with_the_cells_above_it(server: Server) -> None:
    sources = [
        "%matplotlib --list\noffset = 1",
        "%%experiment --trials 99\ny = uniform(0, 1)\ndef other(y): return y",
        "raise_later = 1",
        "%%experiment --metric score\nx = uniform(0, 1)\ndef train(x):\n    return {'score': x + offset}",
        "raise RuntimeError('below')",
    ]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    (server.root / "Jupyter/a.ipynb").write_text(json.dumps({"cells": cells}))
    run = server.own("POST", "runs", form(path="Jupyter/a.ipynb", cell=4))[1]
    ended = server.ended(run)
    assert ended["state"] == "complete", ended
    kept = server.platform.experiments[ended["experiment"]]
    assert kept["body"]["planned"] == 3
    assert all(trial["value"] > 1 for trial in kept["trials"].values())
    assert kept["body"]["code"] == sources[3].partition("\n")[2]
    assert kept["made of"]["before"] == [sources[0], sources[2]]
    assert kept["made of"]["program"].endswith("Jupyter/a.ipynb")


def test_bad_requests_are_refused(server: Server) -> None:
    for what, body, status in [
        ("find", {"path": "../etc/passwd"}, 400),
        ("find", {"path": ""}, 400),
        ("find", {"path": 5}, 400),
        ("find", "[]", 400),
        ("find", "{", 400),
        ("find", json.dumps({"path": "a" * 2**20}), 413),
        ("check", {"path": "Jupyter/a.py"}, 200),
        ("runs", {"path": "Jupyter/none.py", **{k: v for k, v in form().items() if k != "path"}}, 422),
    ]:
        assert server.own("POST", what, body)[0] == status, (what, body)
    assert server.own("GET", f"runs/{'0' * 32}")[0] == 404


def test_a_model_that_cannot_be_registered_is_told_in_words(server: Server) -> None:
    asked = {"experiment": "none such", "trial": 1, "name": "digits", "description": ""}
    status, said = server.own("POST", "models", asked)
    assert (status, said["refused"]["code"]) == (200, "experiment.unknown")
    assert said["refused"]["detail"] == "There is no experiment 'none such' in demo."
    for wrong in ({**asked, "trial": "1"}, {**asked, "trial": True}, {**asked, "name": None}, {}):
        assert server.own("POST", "models", wrong)[0] == 400, wrong
