"""Sandboxes are found by what their shims wrote, which is not believed beyond what the kernel says."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.layout import Layout
from launcher.sandboxes import Running, end_sandboxes, running_sandboxes


@pytest.fixture
def at(tmp_path: Path) -> Layout:
    return Layout(tmp_path, tmp_path, tmp_path / "data", tmp_path / "run", 9108)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(["sleep", "1000"])
    yield child
    child.kill()
    child.wait()


def start_time(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def told(at: Layout, name: str, record: dict[str, object]) -> Path:
    folder = at.run / "s" / name
    (folder / "shim").mkdir(parents=True)
    (folder / "files").mkdir()
    (folder / "files" / "0").write_text("root:x:0:0::/:/bin/false\ndemo__ada:x:1000:1000::/scratch/home:/bin/bash\n")
    (folder / "shim" / "state.json").write_text(json.dumps(record))
    return folder


def test_a_running_one_is_found_and_ended(at: Layout, sleeper: subprocess.Popen[bytes]) -> None:
    told(at, "one", {"pid": sleeper.pid, "startTime": start_time(sleeper.pid)})
    found = running_sandboxes(at)
    assert found == [Running("one", sleeper.pid, "demo__ada")]
    end_sandboxes(found)
    assert running_sandboxes(at) == []


def test_one_whose_number_is_another_process_by_now_is_none(at: Layout, sleeper: subprocess.Popen[bytes]) -> None:
    told(at, "old", {"pid": sleeper.pid, "startTime": "1"})
    assert running_sandboxes(at) == []


def test_what_a_sandbox_made_up_is_passed_over(at: Layout, tmp_path: Path) -> None:
    told(at, "odd", {"pid": "soon", "startTime": None})
    told(at, "init", {"pid": 1, "startTime": start_time(1)})
    link = told(at, "link", {}) / "shim" / "state.json"
    link.unlink()
    (tmp_path / "mine.json").write_text(json.dumps({"pid": os.getpid(), "startTime": start_time(os.getpid())}))
    link.symlink_to(tmp_path / "mine.json")
    assert running_sandboxes(at) == []
