"""What the shim does about limits: with this machine's control groups, without any, and with imagined ones."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hopslab_shim import hierarchies
from hopslab_shim.cgroups import Group, chosen
from hopslab_shim.hierarchies import Place
from hopslab_shim.measure import measure
from test_shim import IDENTITY, PACKAGE, ended, finish, folder, specification, start

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


def scratch_of(folder: Path) -> list[str]:
    scratch = folder / "scratch"
    scratch.mkdir()
    if os.geteuid() == 0:
        os.chown(scratch, IDENTITY, IDENTITY)
    return ["--bind", str(scratch), "/scratch"]


def with_scratch(folder: Path, script: str, **more: Any) -> dict[str, Any]:
    bind = scratch_of(folder)
    spec = specification(folder, script, writable=[bind[1]], own=[bind[1]], **more)
    spec["arguments"] = [*spec["arguments"], *bind]
    return spec


FILL = "dd if=/dev/zero of=/scratch/a bs=1M count=200 conv=fsync status=none; sleep 60"


@WAYS
def test_one_that_fills_its_folder_is_ended_in_words(folder: Path, groups: bool) -> None:
    finish(start(with_scratch(folder, FILL, own_limit=100 << 20, groups=groups)))
    assert re.match(r"Your folder /scratch held \d+ MiB, and may hold 100 MiB", ended(folder)["reason"])


@WAYS
def test_one_that_writes_where_the_rest_is_kept_is_ended_in_words(folder: Path, groups: bool) -> None:
    """The reserve is more than there is; what a child wrote that has ended by now counts as well."""
    finish(start(with_scratch(folder, "sleep 1; " + FILL, reserve=1 << 60, groups=groups)))
    assert ended(folder)["reason"].startswith("The disk is full: ")


@WAYS
def test_one_that_writes_little_goes_on_where_the_rest_is_kept(folder: Path, groups: bool) -> None:
    script = "dd if=/dev/zero of=/scratch/a bs=1M count=8 conv=fsync status=none; sleep 3; echo whole"
    finish(start(with_scratch(folder, script, reserve=1 << 60, own_limit=1, groups=groups)))
    assert (ended(folder)["reason"], (folder / "log").read_text()) == (None, "whole\n")


def test_who_has_too_much_from_before_may_come_in_and_remove_it(folder: Path) -> None:
    spec = with_scratch(folder, "sleep 3; rm /scratch/before; echo whole", own_limit=1 << 20)
    before = folder / "scratch" / "before"
    before.write_bytes(b"1" * (4 << 20))
    os.chown(before, *([IDENTITY] * 2 if os.geteuid() == 0 else [-1, -1]))
    finish(start(spec))
    assert (ended(folder)["reason"], (folder / "log").read_text()) == (None, "whole\n")


def test_a_folder_is_measured_without_following_links_and_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a").write_bytes(b"1" * (1 << 20))
    (tmp_path / "below" / "b").hardlink_to(tmp_path / "below" / "a")
    (tmp_path / "out").symlink_to("/usr")
    deep = tmp_path
    for _ in range(250):
        deep = deep / "d"
        deep.mkdir()
    held = measure([str(tmp_path)])
    assert 1 << 20 <= held.size < 3 << 20
    assert held.files < 300


def test_space_cannot_be_taken_without_writing(folder: Path) -> None:
    script = "fallocate -l 200M /scratch/a; stat -c %b /scratch/a"
    finish(start(with_scratch(folder, script)))
    assert "Operation not supported" in (folder / "log").read_text()
