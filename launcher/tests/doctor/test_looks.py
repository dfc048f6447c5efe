"""Programs, clock and GPUs."""

from pathlib import Path

import pytest

from launcher.doctor.clock import clock
from launcher.doctor.finding import Finding
from launcher.doctor.gpus import gpus
from launcher.doctor.machine import Ran
from launcher.doctor.programs import programs
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.packages import Need
from launcher.tests.doctor.pretended import NOW, Pretended

AT = Layout(Path("/opt/src"), Path("/opt/src/.hopslab"), Path("/srv/data"), Path("/run/hopslab/12345678"), 8443)
SMI = frozenset({"nvidia-smi"})
CARD = {"/sys/bus/pci/devices/0000:01:00.0/vendor": "0x10de", "/sys/bus/pci/devices/0000:01:00.0/class": "0x030200"}
ON_BUS = frozenset({"/", "/sys/bus/pci/devices/0000:01:00.0"})


def test_a_missing_package_has_its_command_and_one_of_tests_is_nobodys_lack() -> None:
    absent, present = Need("bubblewrap", "the sandboxes", lambda: False), Need("here", "", lambda: True)
    found = {one.name: one for one in programs(Pretended(), AT, (absent, present), (Need("chromium", "tests", lambda: False),))}
    assert (found["bubblewrap"].state, "install --yes" in found["bubblewrap"].mend) == ("missing", True)
    assert (found["here"].state, found["chromium"].state) == ("ok", "ok")


def test_without_a_python_that_fits_the_rest_is_not_asked() -> None:
    def none() -> str:
        raise Fault("Python 3.11 or 3.12 is needed")

    assert [(one.name, one.state) for one in programs(Pretended(), AT, python=none)] == [("python", "missing")]


def only(found: list[Finding]) -> Finding:
    (one,) = found
    return one


def test_a_clock_that_is_kept_is_well_and_one_that_does_not_tell_is_no_fault() -> None:
    assert [only(list(clock(Pretended(kept=kept), AT))).state for kept in (True, None)] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("present", "installed", "mend"),
    [
        ({"/.dockerenv"}, set(), "systemd-timesyncd   (on the machine that runs this container)"),
        (set(), {"timedatectl"}, "sudo timedatectl set-ntp true"),
        (set(), set(), "systemd-timesyncd"),
    ],
)
def test_a_clock_that_nobody_keeps_is_weak(present: set[str], installed: set[str], mend: str) -> None:
    found = only(list(clock(Pretended(kept=False, present=frozenset(present), installed=frozenset(installed)), AT)))
    assert (found.state, mend in found.mend) == ("weak", True)


def test_a_clock_that_was_set_back_is_weak() -> None:
    log = "/srv/data/logs/server.log"
    found = only(list(clock(Pretended(present=frozenset({log}), times={log: NOW + 7300}), AT)))
    assert (found.state, "2 hours" in found.told) == ("weak", True)


def test_no_gpu_is_no_fault() -> None:
    assert only(list(gpus(Pretended(), AT))).state == "ok"
    idle = Pretended(installed=SMI, programs={("nvidia-smi",): Ran(6, "No devices were found")})
    assert only(list(gpus(idle, AT))).state == "ok"


def test_gpus_are_counted_by_type() -> None:
    listed = "GPU 0: NVIDIA L4 (UUID: GPU-1)\n  MIG 1g Device 0: (UUID: MIG-2)\nGPU 1: NVIDIA L4 (UUID: GPU-3)"
    found = only(list(gpus(Pretended(installed=SMI, programs={("nvidia-smi",): Ran(0, listed)}), AT)))
    assert found == Finding("gpus", "ok", "2 x NVIDIA L4")


def test_pretended_gpus_are_said_to_be() -> None:
    found = only(list(gpus(Pretended(environment={"HOPSLAB_PRETEND_GPUS": "NVIDIA A100:2"}), AT)))
    assert (found.state, found.told.split(";")[0]) == ("weak", "pretended: NVIDIA A100:2 (HOPSLAB_PRETEND_GPUS)")


def test_a_gpu_without_a_driver_or_with_one_that_does_not_answer_is_weak() -> None:
    assert "nvidia-driver" in only(list(gpus(Pretended(texts=CARD, present=ON_BUS), AT))).mend
    broken: dict[tuple[str, ...], Ran] = {
        ("nvidia-smi",): Ran(9, "", "NVIDIA-SMI has failed because it couldn't communicate with the driver")
    }
    for programs_ in (broken, {}):
        found = only(list(gpus(Pretended(texts=CARD, present=ON_BUS, installed=SMI, programs=programs_), AT)))
        assert (found.state, "does not answer" in found.told) == ("weak", True)
