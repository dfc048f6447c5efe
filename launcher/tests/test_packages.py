"""Packages of the system: brought where we may, told in one command where we may not."""

from pathlib import Path

import pytest

from launcher.faults import Fault
from launcher.packages import Need, apt_command, install, missing, system_python
from launcher.progress import Progress
from launcher.steps import Work

ABSENT = Need("no-such-package", "the test", lambda: False)


def test_what_is_there_is_not_missing() -> None:
    assert missing((Need("here", "", lambda: True), ABSENT)) == [ABSENT]


def test_the_interpreter_is_one_that_spark_runs_with() -> None:
    assert Path(system_python()).exists()


def test_an_ordinary_user_without_sudo_is_told_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.packages.os.geteuid", lambda: 1000)
    monkeypatch.setattr("launcher.packages.shutil.which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    with pytest.raises(Fault) as told:
        install([ABSENT], Work(tmp_path / "log", Progress(quiet=True)))
    assert apt_command([ABSENT]) in str(told.value)
    assert "sudo apt-get install --yes --no-install-recommends no-such-package" in str(told.value)


def test_a_machine_without_apt_is_told_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.packages.shutil.which", lambda _name: None)
    with pytest.raises(Fault, match=r"no apt-get.*no-such-package \(the test\)"):
        install([ABSENT], Work(tmp_path / "log", Progress(quiet=True)))
