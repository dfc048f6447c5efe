"""What takes folders out of a sandbox, as far as it needs none; the whole is in the contract of the server's port."""

from __future__ import annotations

import json
import mmap
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hopslab_shim import unmount


def _mount_of(path: Path) -> dict[int, str]:
    """The mount that a folder is on, as if it were one of its own."""
    number = os.open(path, os.O_PATH)
    try:
        told = Path(f"/proc/self/fdinfo/{number}").read_text(encoding="ascii")
    finally:
        os.close(number)
    line = next(line for line in told.splitlines() if line.startswith("mnt_id:"))
    return {int(line.split()[1]): str(path)}


def test_mounts_are_found_by_where_they_are() -> None:
    found = unmount.mounts_of(os.getpid(), ["/proc", "/nowhere"])
    assert set(found.values()) == {"/proc"}
    assert unmount.mounts_of(2**30, ["/proc"]) == {}


def test_a_mapping_alone_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"x" * 4096)
    nowhere = {-1: str(tmp_path)}
    assert not unmount.holds(os.getpid(), nowhere)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ):
        assert unmount.holds(os.getpid(), nowhere)
        assert not unmount.holds(os.getpid(), {-1: str(tmp_path / "y")})


def test_an_open_file_is_seen_by_its_mount(tmp_path: Path) -> None:
    mounts = dict.fromkeys(_mount_of(tmp_path), "/nowhere")
    assert unmount.holds(os.getpid(), mounts)
    assert not unmount.holds(2**30, mounts)


def test_another_view_of_the_mounts_is_none_to_be_trusted() -> None:
    request = unmount.Request(os.getpid(), os.getpid(), None, None, ["/nowhere"])
    assert unmount.gone_everywhere(request)
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "echo there; exec sleep 600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"there\n"
        assert not unmount.gone_everywhere(request)
        other.kill()
    assert unmount.gone_everywhere(request)


def _stands_still(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"


def _eventually(found: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not found() and time.monotonic() < deadline:
        time.sleep(0.01)
    return found()


def test_who_was_made_to_stand_still_goes_on_even_if_we_are_killed() -> None:
    with subprocess.Popen(["sleep", "600"]) as other:
        with unmount.standing_still(other.pid):
            assert _eventually(lambda: _stands_still(other.pid))
        assert _eventually(lambda: not _stands_still(other.pid))
        pid = os.fork()
        if pid == 0:
            with unmount.standing_still(other.pid):
                os.kill(os.getpid(), signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        assert _eventually(lambda: not _stands_still(other.pid))
        other.kill()


def test_nothing_is_done_for_a_process_that_is_not_the_shim_s() -> None:
    package = Path(unmount.__file__).parent
    request = {"first": os.getpid(), "shim": 2**30, "uid": None, "gid": None, "targets": ["/proc"]}
    command = [sys.executable, "-I", "-S", "-E", str(package), "unmount"]
    said = subprocess.run(command, input=json.dumps(request).encode(), check=False, capture_output=True)
    assert said.returncode == 1
    assert unmount.mounts_of(os.getpid(), ["/proc"])
