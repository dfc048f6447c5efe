"""Disks, mounts and the folder of sockets."""

from dataclasses import replace
from pathlib import Path

import pytest

from launcher.doctor.finding import GIB, Finding
from launcher.doctor.machine import Space
from launcher.doctor.storage import storage
from launcher.layout import Layout
from launcher.tests.doctor.pretended import Pretended

AT = Layout(Path("/opt/src"), Path("/opt/src/.hopslab"), Path("/srv/data"), Path("/run/hopslab/12345678"), 8443)
PRESENT = frozenset({"/", "/srv", "/opt", str(AT.node)})


def mountinfo(*mounts: tuple[str, str, str]) -> dict[str, str]:
    lines = [
        f"{20 + n} 1 8:{n} / {point} {options} shared:1 - {kind} /dev/x rw" for n, (point, kind, options) in enumerate(mounts)
    ]
    return {"/proc/self/mountinfo": "\n".join(lines)}


ROOT = ("/", "ext4", "rw,relatime")


def looked(machine: Pretended, at: Layout = AT) -> dict[str, Finding]:
    return {one.name: one for one in storage(machine, at)}


def test_one_disk_with_room_is_well() -> None:
    found = looked(Pretended(present=PRESENT, texts=mountinfo(ROOT), programs={}))
    assert found["disk"].told == "50 GiB of 100 GiB free at /"
    assert {name: one.state for name, one in found.items() if name != "data folder"} == {"disk": "ok", "sockets": "ok"}


@pytest.mark.parametrize(
    ("free", "installed", "state"), [(4, True, "ok"), (1, True, "weak"), (4, False, "weak"), (2, False, "missing")]
)
def test_room_is_asked_for_the_installation_and_above_the_floor(free: int, installed: bool, state: str) -> None:
    present = PRESENT if installed else PRESENT - {str(AT.node)}
    space = Space(free * GIB, 100 * GIB, 10**6, 10**7)
    found = looked(Pretended(present=present, texts=mountinfo(ROOT), spaces={"/srv": space, "/opt": space}))["disk"]
    assert (found.state, "du -xh" in found.mend) == (state, state != "ok")


def test_the_reserve_is_the_one_that_is_configured() -> None:
    space = Space(4 * GIB, 100 * GIB, 10**6, 10**7)
    machine = Pretended(present=PRESENT, texts=mountinfo(ROOT), spaces={"/srv": space})
    assert looked(machine)["disk"].state == "ok"
    assert looked(replace(machine, environment={"HOPSLAB_DISK_RESERVE": str(5 * GIB)}))["disk"].state == "weak"


def test_two_disks_are_looked_at_each_for_itself() -> None:
    spaces = {"/srv": Space(GIB, 10 * GIB, 10**6, 10**7)}
    found = looked(Pretended(present=PRESENT, texts=mountinfo(ROOT, ("/srv", "xfs", "rw")), spaces=spaces))
    assert (found["disk"].state, found["disk of tools"].state) == ("weak", "ok")


@pytest.mark.parametrize(("left", "state"), [(10_000, "weak"), (10, "missing")])
def test_files_that_run_out_are_told(left: int, state: str) -> None:
    found = looked(Pretended(present=PRESENT, texts=mountinfo(ROOT), spaces={"/srv": Space(50 * GIB, 99 * GIB, left, 10**6)}))
    assert (found["files of data"].state, "--inodes" in found["files of data"].mend) == (state, True)


def test_a_file_system_that_does_not_count_files_has_enough() -> None:
    found = looked(Pretended(present=PRESENT, texts=mountinfo(ROOT), spaces={"/srv": Space(50 * GIB, 99 * GIB, 0, 0)}))
    assert "files of data" not in found


@pytest.mark.parametrize(
    ("mount", "name", "state", "mend"),
    [
        (("/opt", "ext4", "rw,noexec"), "mount of tools", "missing", "remount,exec /opt"),
        (("/srv", "ext4", "rw,noexec"), "mount of data", "weak", "remount,exec /srv"),
        (("/srv", "ext4", "ro"), "mount of data", "missing", "remount,rw /srv"),
        (("/srv", "nfs4", "rw"), "mount of data", "weak", "--data"),
        (("/srv", "tmpfs", "rw"), "mount of data", "weak", "--data"),
    ],
)
def test_mounts_that_are_not_fit(mount: tuple[str, str, str], name: str, state: str, mend: str) -> None:
    found = looked(Pretended(present=PRESENT, texts=mountinfo(ROOT, mount)))[name]
    assert (found.state, mend in found.mend) == (state, True)


def test_nosuid_is_no_fault() -> None:
    assert "mount of data" not in looked(Pretended(present=PRESENT, texts=mountinfo(("/", "ext4", "rw,nosuid,nodev"))))


def test_the_containers_own_layer_is_weak() -> None:
    machine = Pretended(present=PRESENT | {"/.dockerenv"}, texts=mountinfo(("/", "overlay", "rw")))
    assert "volume" in looked(machine)["mount of data"].mend


def test_a_path_too_long_for_sockets_is_missing() -> None:
    found = looked(Pretended(present=PRESENT), replace(AT, run=Path("/run/user/1000/" + "x" * 40)))["sockets"]
    assert (found.state, "unset XDG_RUNTIME_DIR" in found.mend) == ("missing", True)


def test_a_session_that_ends_takes_the_sockets_with_it_unless_the_user_lingers() -> None:
    at, environment = replace(AT, run=Path("/run/user/1000/hopslab-12345678")), {"XDG_RUNTIME_DIR": "/run/user/1000"}
    machine = Pretended(present=PRESENT, environment=environment, installed=frozenset({"loginctl"}))
    assert looked(machine, at)["sockets"].mend == "sudo loginctl enable-linger ada"
    lingers = replace(machine, present=PRESENT | {"/var/lib/systemd/linger/ada"})
    assert looked(lingers, at)["sockets"].state == "ok"


def test_a_data_folder_that_cannot_be_used_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    at = replace(AT, data=tmp_path / "file")
    found = looked(Pretended(present=PRESENT), at)["data folder"]
    assert (found.state, "is a file" in found.told, found.mend) == ("missing", True, "")
    roots = looked(Pretended(present=PRESENT, owners={str(at.data): 0}), at)["data folder"]
    assert roots.mend == f"sudo ./hopslab doctor --data {at.data}"
