"""The shim as a process, with real bubblewrap, and its parts that need none."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hopslab_shim import bubblewrap, memory, processes, records, seccomp
from hopslab_shim.logfile import BoundedLog
from hopslab_shim.spec import parse

PACKAGE = Path(__file__).parent.parent / "src" / "hopslab_shim"
SYSTEM = ["--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib"]
ISOLATION = ["--unshare-user", "--unshare-pid", "--unshare-net", "--uid", "1000", "--gid", "1000"]
ROOT = os.getuid() == 0
IDENTITY = 61_236


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not below pytest's own folder, which nobody else may enter.
    path = Path(tempfile.mkdtemp(prefix="hs-"))
    path.chmod(0o755)
    (path / "shim").mkdir()
    if ROOT:
        os.chown(path / "shim", IDENTITY, IDENTITY)
    yield path
    shutil.rmtree(path)


def specification(folder: Path, script: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "folder": str(folder / "shim"),
        "log": str(folder / "log"),
        "log_limit": 1 << 16,
        "uid": IDENTITY if ROOT else None,
        "gid": IDENTITY if ROOT else None,
        "bwrap": "/usr/bin/bwrap",
        "arguments": [
            *ISOLATION,
            *SYSTEM,
            "--symlink",
            "usr/lib64",
            "/lib64",
            "--proc",
            "/proc",
            "--dev",
            "/dev",
        ],
        "command": ["/bin/bash", "-c", script],
        "env": {"PATH": "/usr/bin:/bin"},
        "memory": 1 << 28,
        "memory_folders": ["/dev/shm"],
        "memory_file": str(folder / "limit"),
        "processes": 1000,
        "groups": True,
        "writable": [],
        "own": [],
        "own_limit": 1 << 40,
        "reserve": 0,
        "grace": 2.0,
        **more,
    }


def start(spec: str | dict[str, Any], **env: str) -> subprocess.Popen[bytes]:
    shim = subprocess.Popen(
        ["/usr/bin/python3", "-I", "-S", "-E", str(PACKAGE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    )
    assert shim.stdin is not None
    shim.stdin.write((spec if isinstance(spec, str) else json.dumps(spec)).encode())
    shim.stdin.close()
    return shim


def finish(shim: subprocess.Popen[bytes]) -> int:
    code = shim.wait(30)
    for stream in (shim.stdout, shim.stderr):
        assert stream is not None
        stream.close()
    return code


def ended(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "shim" / records.EXIT).read_text())
    return record


def test_runs_a_command_and_records_its_end(folder: Path) -> None:
    assert finish(start(specification(folder, "echo hello; exit 5"))) == 0
    assert ended(folder)["code"] == 5
    assert ended(folder)["asked"] is False
    assert (folder / "log").read_text() == "hello\n"


def test_passes_nothing_of_its_own_environment_on(folder: Path) -> None:
    finish(start(specification(folder, "env; ls /proc/self/fd | wc -l"), SECRET="canary"))
    log = (folder / "log").read_text()
    assert "canary" not in log
    assert log.splitlines()[-1] == "4"


@pytest.mark.parametrize(
    ("command", "executed"), [(["/bin/echo", "bwrap: a lie"], True), (["/nothing"], False)]
)
def test_tells_the_words_of_a_command_from_those_of_bwrap(
    folder: Path, command: list[str], executed: bool
) -> None:
    started = bubblewrap.start(parse(json.dumps(specification(folder, "", command=command))), None)
    first = bubblewrap.first_process(started)
    assert first
    bubblewrap.let_go(started, first, None)
    os.waitpid(started.pid, 0)
    assert os.read(started.output, 4096).startswith(b"bwrap: ")
    assert bubblewrap.executed(started) is executed
    os.close(started.output)
    os.close(started.status)


def test_keeps_the_log_within_its_limit_and_the_newest_lines(folder: Path) -> None:
    finish(start(specification(folder, "seq 1 500000; echo the end")))
    assert (folder / "log").stat().st_size <= 1 << 16
    assert (folder / "log").read_text().endswith("500000\nthe end\n")


def test_stays_small_and_becomes_the_unprivileged_identity(folder: Path) -> None:
    shim = start(specification(folder, "sleep 60"))
    assert shim.stdout is not None
    assert shim.stdout.readline() == b"running\n"
    status = Path(f"/proc/{shim.pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert int(fields["VmRSS"].split()[0]) < 20 * 1024
    assert set(fields["Uid"].split()) == {str(IDENTITY if ROOT else os.getuid())}
    state = json.loads((folder / "shim" / records.STATE).read_text())
    assert state["pid"] == shim.pid
    assert state["startTime"] == processes.start_time(shim.pid)
    assert state["bootId"] == processes.boot_id()
    shim.send_signal(signal.SIGTERM)
    finish(shim)
    assert ended(folder)["asked"] is True


def test_starts_nothing_from_a_specification_that_was_cut_short(folder: Path) -> None:
    assert finish(start(json.dumps(specification(folder, "true"))[:-20])) != 0
    assert list((folder / "shim").iterdir()) == []


def test_runs_only_once_in_a_folder(folder: Path) -> None:
    first = start(specification(folder, "sleep 60"))
    assert first.stdout is not None
    first.stdout.readline()
    assert finish(start(specification(folder, "echo second"))) == 3
    assert (folder / "log").read_text() == ""
    first.send_signal(signal.SIGTERM)
    finish(first)


def test_survives_the_death_of_whoever_started_it(folder: Path) -> None:
    program = (
        "import subprocess, sys\n"
        f"p = subprocess.Popen(['/usr/bin/python3', '-I', '-S', '-E', {str(PACKAGE)!r}], stdin=subprocess.PIPE,"
        " stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)\n"
        "p.stdin.write(sys.stdin.buffer.read()); p.stdin.close(); p.stdout.readline()\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    spec = json.dumps(specification(folder, "while :; do echo on; sleep 0.05; done"))
    subprocess.run(["/usr/bin/python3", "-c", program], input=spec.encode(), check=False)
    before = (folder / "log").stat().st_size
    deadline = time.monotonic() + 10
    while (folder / "log").stat().st_size <= before:
        assert time.monotonic() < deadline, "the sandbox has stopped"
        time.sleep(0.02)
    pid = json.loads((folder / "shim" / records.STATE).read_text())["pid"]
    os.kill(pid, signal.SIGTERM)
    while not (folder / "shim" / records.EXIT).exists():
        assert time.monotonic() < deadline, "the shim did not end"
        time.sleep(0.02)


def test_a_log_keeps_whole_lines_when_it_is_halved(tmp_path: Path) -> None:
    log = BoundedLog(str(tmp_path / "log"), 100)
    for number in range(30):
        log.append(f"line {number}\n".encode())
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines == [f"line {number}" for number in range(30 - len(lines), 30)]
    assert log.last_line() == "line 29"


def test_a_log_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "log").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic"):
        BoundedLog(str(tmp_path / "log"), 100)


def test_memory_counts_the_whole_tree() -> None:
    hold = "x = b'1' * (64 << 20); print(flush=True); input()"
    launch = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    with subprocess.Popen(
        ["/usr/bin/python3", "-c", launch], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as tree:
        assert tree.stdout is not None
        tree.stdout.readline()
        exact, rough = (memory.used(processes.tree(tree.pid), [], limit) for limit in (1, 1 << 40))
        tree.communicate(b"\n")
    assert 64 << 20 < exact <= rough


def test_sizes_are_told_in_words() -> None:
    assert memory.in_words(3 << 29) == "1.5 GiB"
    assert memory.in_words(2 << 30) == "2 GiB"
    assert memory.in_words(300 << 20) == "300 MiB"


def verdict(program: bytes, number: int, argument: int = 0, arch: int = 0xC000003E) -> int:
    """What the kernel would answer: an interpreter of the few operations that the filter uses."""
    # What the filter asks of a second argument it asks of a first one nowhere.
    data = {0: number, 4: arch, 16: argument, 24: argument}
    lines = list(struct.iter_unpack("=HBBI", program))
    at = held = 0
    while True:
        code, yes, no, k = lines[at]
        at += 1
        if code == 0x20:
            held = data[k]
        elif code == 0x15:
            at += yes if held == k else no
        elif code == 0x35:
            at += yes if held >= k else no
        else:
            assert code == 0x06
            return int(k)


@pytest.mark.parametrize(
    ("number", "argument", "answer"),
    [
        (0, 0, 0x7FFF0000),  # read
        (41, 1, 0x7FFF0000),  # socket(AF_UNIX)
        (41, 2, 0x7FFF0000),  # socket(AF_INET)
        (41, 40, 0x00050000 | errno.EAFNOSUPPORT),  # socket(AF_VSOCK)
        (41, 17, 0x00050000 | errno.EAFNOSUPPORT),  # socket(AF_PACKET)
        (53, 40, 0x00050000 | errno.EAFNOSUPPORT),  # socketpair
        (272, 0, 0x00050000 | errno.EPERM),  # unshare
        (321, 0, 0x00050000 | errno.EPERM),  # bpf
        (103, 0, 0x00050000 | errno.EPERM),  # syslog
        (72, 3, 0x7FFF0000),  # fcntl(F_GETFL)
        (72, 1024, 0x00050000 | errno.EPERM),  # fcntl(F_SETLEASE)
        (72, 1026, 0x00050000 | errno.EPERM),  # fcntl(F_NOTIFY)
        (179, 0, 0x00050000 | errno.EPERM),  # quotactl
        (300, 0, 0x00050000 | errno.EPERM),  # fanotify_init
        (285, 0, 0x00050000 | errno.EOPNOTSUPP),  # fallocate
        (425, 0, 0x00050000 | errno.ENOSYS),  # io_uring_setup
        (0x40000000, 0, 0x00050000 | errno.ENOSYS),  # x32
    ],
)
def test_the_filter_of_system_calls(
    monkeypatch: pytest.MonkeyPatch, number: int, argument: int, answer: int
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    programs = (seccomp.outer(), seccomp.inner())
    # Where several apply, the kernel takes the strictest answer: the smallest action.
    assert min(verdict(program, number, argument) for program in programs if program) == answer


def test_another_architecture_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    program = seccomp.inner()
    assert program is not None
    assert verdict(program, 0, arch=0x40000003) == 0x80000000


def test_a_machine_whose_calls_are_unknown_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert seccomp.inner() is None
