"""Control groups, open files, processes."""

import json
import resource
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import running
from launcher.doctor.finding import Finding
from launcher.doctor.limits import limits
from launcher.doctor.machine import Machine, Ran
from launcher.layout import CHECKOUT, Layout
from launcher.tests.doctor.pretended import Pretended

AT = Layout(Path("/opt/src"), Path("/opt/src/.hopslab"), Path("/srv/data"), Path("/run/hopslab/12345678"), 8443)
KEPT = {"memory": "control groups (version 2)", "pids": "control groups (version 2)", "cpu": "control groups (version 2)"}
WATCHED = {"memory": "watched", "pids": "watched", "cpu": "shared without weights"}


def shim(told: dict[str, str]) -> dict[tuple[str, ...], Ran]:
    return {("/usr/bin/python3",): Ran(0, json.dumps(told))}


def looked(machine: Machine, at: Layout = AT) -> dict[str, Finding]:
    return {one.name: one for one in limits(machine, at)}


def test_limits_that_the_kernel_keeps_are_well() -> None:
    found = looked(Pretended(programs=shim(KEPT)))
    assert found["notebook servers"].told.endswith("(control groups (version 2))")
    assert {one.state for one in found.values()} == {"ok"}


@pytest.mark.parametrize(
    ("euid", "present", "mend"),
    [
        (1000, {"/run/systemd/system"}, "Delegate=yes"),
        (1000, {"/.dockerenv"}, "sudo ./hopslab up"),
        (0, set(), "mount -o remount,rw /sys/fs/cgroup"),
        (0, {"/.dockerenv"}, "start the container with"),
    ],
)
def test_limits_that_are_watched_are_weak(euid: int, present: set[str], mend: str) -> None:
    found = looked(Pretended(euid=euid, programs=shim(WATCHED), present=frozenset(present)))["notebook servers"]
    told = "not kept by the kernel: memory watched, processes watched, processor time shared without weights"
    assert (found.state, found.told, mend in found.mend) == ("weak", told, True)


def test_control_groups_that_are_switched_off_are_told() -> None:
    found = looked(Pretended(environment={"HOPSLAB_CONTROL_GROUPS": "off"}, programs=shim(KEPT)))["notebook servers"]
    assert found.mend == "unset HOPSLAB_CONTROL_GROUPS"


def test_a_running_platform_is_asked_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "supervisor", lambda _at: 42)
    machine = Pretended(programs=shim(KEPT))
    looked(machine)
    assert [command[-2:] for command, _ in machine.asked] == [("limits", "42")]


def test_this_machines_shim_answers() -> None:
    found = looked(Machine(), replace(AT, checkout=CHECKOUT))["notebook servers"]
    assert "cannot be seen" not in found.told


def test_few_open_files_or_processes_are_weak() -> None:
    found = looked(Pretended(programs=shim(KEPT), limits={resource.RLIMIT_NOFILE: 1024, resource.RLIMIT_NPROC: 100}))
    assert "ada - nofile 65536" in found["open files"].mend
    assert "ada - nproc 32768" in found["processes"].mend
