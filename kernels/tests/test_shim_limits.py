"""What the shim does about limits: with this machine's control groups, without any, and with imagined ones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hopslab_shim import hierarchies
from hopslab_shim.cgroups import Group, chosen
from hopslab_shim.hierarchies import Place
from test_shim import PACKAGE, ended, finish, folder, specification, start

__all__ = ["folder"]

BOMB = "b() { b | b & }; b; sleep 60"
HOG = "exec /usr/bin/python3 -c \"x = b'1' * (400 << 20); import time; time.sleep(60)\""
WAYS = pytest.mark.parametrize("groups", [True, False], ids=["groups", "watched"])


@WAYS
def test_a_fork_bomb_is_ended_in_words(folder: Path, groups: bool) -> None:
    finish(start(specification(folder, BOMB, processes=200, memory=1 << 30, groups=groups)))
    assert str(ended(folder)["reason"]).endswith("may run 200. Start it again, and fewer of them at a time.")


@WAYS
def test_one_that_stays_below_its_processes_goes_on(folder: Path, groups: bool) -> None:
    script = "for n in $(seq 100); do sleep 3 & done; wait; echo whole"
    finish(start(specification(folder, script, processes=200, groups=groups)))
    assert ended(folder)["reason"] is None
    assert (folder / "log").read_text() == "whole\n"


@WAYS
def test_a_memory_hog_is_ended_in_words(folder: Path, groups: bool) -> None:
    finish(start(specification(folder, HOG, groups=groups)))
    assert "the 256 MiB" in ended(folder)["reason"]


@WAYS
def test_ends_before_the_platform_where_the_machine_runs_out_of_memory(folder: Path, groups: bool) -> None:
    finish(start(specification(folder, "cat /proc/self/oom_score_adj", groups=groups)))
    assert (folder / "log").read_text() == "500\n"


def test_says_how_limits_are_kept_here() -> None:
    told = subprocess.run(["/usr/bin/python3", "-I", "-S", "-E", str(PACKAGE), "limits"], capture_output=True)
    assert set(chosen()) == {"memory", "pids", "cpu"}
    assert told.stdout.decode().startswith('{"memory": ')


def imagine(tmp_path: Path, own: str) -> str:
    """A machine with version 2 and nothing else, as /proc tells of it; its files are ordinary ones."""
    proc, tree = tmp_path / "proc", tmp_path / "tree"
    proc.mkdir()
    (proc / "mountinfo").write_text(f"31 23 0:28 / {tree} rw,relatime - cgroup2 cgroup2 rw\n")
    (proc / "cgroup").write_text(f"0::{own}\n")
    for group in (tree, tree / own.strip("/")):
        group.mkdir(parents=True, exist_ok=True)
        (group / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
        (group / "cgroup.subtree_control").write_text("cpu memory pids\n")
        (group / "cgroup.procs").write_text("")
    return str(proc)


def test_version_two_is_used_below_what_was_delegated(tmp_path: Path) -> None:
    proc = imagine(tmp_path, "/user/app.scope")
    home = hierarchies.places(proc, prepare=False)["memory"]
    # Root leaves alone what systemd has not delegated.
    below = tmp_path / "tree" if os.geteuid() == 0 else tmp_path / "tree" / "user" / "app.scope"
    assert home == Place(2, str(below))


def test_version_two_is_used_beside_the_platform_that_has_made_room(tmp_path: Path) -> None:
    proc = imagine(tmp_path, f"/user/app.scope/{hierarchies.PLATFORM}")
    app = tmp_path / "tree" / "user" / "app.scope"
    (app / "cgroup.controllers").write_text("memory pids\n")
    (app / "cgroup.subtree_control").write_text("memory\n")
    assert hierarchies.places(proc, prepare=False) == {
        "memory": Place(2, str(app)),
        "pids": Place(2, str(app)),
    }


def test_a_machine_without_control_groups_has_none(tmp_path: Path) -> None:
    (tmp_path / "mountinfo").write_text("1 0 8:1 / / rw - ext4 /dev/a rw\n")
    (tmp_path / "cgroup").write_text("")
    assert hierarchies.places(str(tmp_path)) == {}
    assert chosen(str(tmp_path))["memory"] == "watched"


def test_version_two_is_told_its_limits_and_tells_its_ends(tmp_path: Path) -> None:
    for name in ("cgroup.procs", "memory.max", "memory.swap.max", "memory.oom.group", "pids.max"):
        (tmp_path / name).write_text("")
    (tmp_path / "memory.events").write_text("low 0\nmax 3\noom 1\noom_kill 0\noom_group_kill 0\n")
    (tmp_path / "pids.current").write_text("7\n")
    place = Place(2, str(tmp_path))
    group = Group({"memory": place, "pids": place}, 1 << 30, 500)
    assert not group.ended_for_memory()
    assert group.running() == 7
    (tmp_path / "memory.events").write_text("low 0\nmax 3\noom 1\noom_kill 4\noom_group_kill 1\n")
    assert group.ended_for_memory()
    told = {name: (tmp_path / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max")}
    assert told == {"memory.max": str(1 << 30), "memory.swap.max": "0", "pids.max": "500"}
