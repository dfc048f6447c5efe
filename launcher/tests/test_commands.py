"""The command line as a person meets it: real processes of `./hopslab`."""

import fcntl
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import running
from launcher.layout import CHECKOUT, layout
from launcher.main import main
from launcher.running import supervisor


def hopslab(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CHECKOUT / "hopslab"), *arguments], input=given, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice"),
        (["up", "--prot", "1"], "unrecognized arguments: --prot"),
        (["up", "--port", "70000"], "give a number from 1 to 65535"),
        (["up", "--port", "-1"], "--port"),
        (["admin"], "ACT"),
        (["admin", "create-user"], "NAME"),
        (["test", "nonsense"], "there is no part 'nonsense'; there are: types"),
    ],
)
def test_wrong_usage_is_told_in_words_with_exit_code_2(arguments: list[str], told: str) -> None:
    done = hopslab(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_help_names_every_command() -> None:
    done = hopslab("--help")
    assert done.returncode == 0
    for verb in ("up", "down", "trust", "doctor", "service", "check", "test", "admin"):
        assert f"    {verb} " in done.stdout


def test_a_busy_port_is_told_with_its_holder_before_anything_is_installed(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        tmp_path.chmod(0o755)
        done = hopslab("up", "--data", str(open_folder(tmp_path)), "--port", str(port))
    assert done.returncode == 1
    assert f"port {port} is in use by process {os.getpid()}" in done.stderr
    assert "--port" in done.stderr


def open_folder(folder: Path) -> Path:
    """Makes a folder reachable for every user, as a data folder of root must be."""
    for part in [folder, *folder.parents]:
        if part.stat().st_uid == os.geteuid() and part != Path("/"):
            part.chmod(part.stat().st_mode | 0o011)
    return folder


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = hopslab("up", "--data", str(tmp_path / "file"), "--port", "9106")
    assert (done.returncode, "is a file" in done.stderr) == (1, True)


def test_down_where_nothing_runs_is_fine(tmp_path: Path) -> None:
    done = hopslab("down", "--json", "--data", str(tmp_path))
    assert (done.returncode, json.loads(done.stdout)) == (0, {"ended": False, "sandboxes": []})


def test_a_user_is_not_made_where_nothing_runs(tmp_path: Path) -> None:
    done = hopslab("admin", "create-user", "ada", "--password-stdin", "--data", str(tmp_path), given="secret\n")
    assert (done.returncode, "./hopslab up" in done.stderr) == (1, True)


def test_trust_before_the_first_up_is_told(tmp_path: Path) -> None:
    done = hopslab("trust", "--data", str(tmp_path))
    assert (done.returncode, "./hopslab up" in done.stderr) == (1, True)


def test_the_unit_names_this_installation(tmp_path: Path) -> None:
    done = hopslab("service", "--data", str(tmp_path), "--port", "9107")
    assert done.returncode == 0
    assert f'up --data "{tmp_path}" --port 9107' in done.stdout


def test_doctor_answers_programs_too(tmp_path: Path) -> None:
    done = hopslab("doctor", "--json", "--data", str(tmp_path))
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert {"python", "bubblewrap", "namespaces", "memory", "disk", "data folder", "port", "platform"} <= found.keys()
    assert all(one["state"] in ("ok", "weak", "missing") for one in found.values())


def test_the_supervisor_is_known_by_its_lock_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.layout.run_folder", lambda _data, _root: tmp_path)
    at = layout(str(tmp_path), None)
    lock = tmp_path / "supervisor.lock"
    lock.write_text("4242\n")
    assert supervisor(at) is None
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert supervisor(at) == 4242


def test_another_port_of_a_platform_that_runs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "port").write_text("9443\n")
    monkeypatch.setattr(running, "supervisor", lambda _at: 4242)
    assert main(["up", "--data", str(tmp_path), "--port", "9755"]) == 1
    assert "on port 9443 (process 4242)" in capsys.readouterr().err


def test_a_folder_that_is_closed_to_us_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed(_at: object) -> int:
        raise PermissionError(13, "Permission denied", str(tmp_path / "port"))

    monkeypatch.setattr(running, "supervisor", closed)
    assert main(["up", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"hopslab: {tmp_path / 'port'}: Permission denied\n"
