"""What takes folders out of a sandbox, as far as it needs none; the whole is in the contract of the server's port."""

from __future__ import annotations

import json
import mmap
import os
import subprocess
import sys
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


def test_nothing_is_done_for_a_process_that_is_not_the_shim_s() -> None:
    package = Path(unmount.__file__).parent
    request = {"first": os.getpid(), "shim": 2**30, "uid": None, "gid": None, "targets": ["/proc"]}
    command = [sys.executable, "-I", "-S", "-E", str(package), "unmount"]
    said = subprocess.run(command, input=json.dumps(request).encode(), check=False, capture_output=True)
    assert said.returncode == 1
    assert unmount.mounts_of(os.getpid(), ["/proc"])
