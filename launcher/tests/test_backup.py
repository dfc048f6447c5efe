"""Copies, their manifest, and what is refused; a whole backup is made and put back in the server's fault tests."""

import hashlib
import os
import socket
import subprocess
from pathlib import Path

import pytest

from launcher.copies import Entry, copy_folder
from launcher.data import Owner, Owners
from launcher.faults import Fault
from launcher.main import main
from launcher.manifest import NAME, read_manifest, write_manifest
from launcher.restore import fill


def copied(
    source: Path, to: Path, skip: tuple[str, ...] = (), hollow: tuple[str, ...] = (), users: bool = False
) -> dict[str, Entry]:
    found = copy_folder(source, to, name=Path("top"), skip=skip, hollow=hollow, users=users)
    return {entry.path: entry for entry in found}


def test_a_link_is_copied_as_a_link_and_never_followed(tmp_path: Path) -> None:
    source, secret = tmp_path / "source", tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("secret")
    (source / "inner").mkdir(parents=True)
    (source / "file").symlink_to(secret / "key")
    (source / "inner" / "folder").symlink_to(secret)
    found = copied(source, tmp_path / "copy")
    assert found.keys() == {"top", "top/inner", "top/file", "top/inner/folder"}
    assert found["top/inner/folder"].target == str(secret)
    assert (tmp_path / "copy" / "file").readlink() == secret / "key"


def test_files_come_with_mode_and_hash_and_only_we_can_read_the_copy(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "b\udce9").write_bytes(b"abc")
    (source / "b\udce9").chmod(0o640)
    entry = copied(source, tmp_path / "copy")["top/b\udce9"]
    assert (entry.mode, entry.size, entry.sha256) == (0o640, 3, hashlib.sha256(b"abc").hexdigest())
    assert (tmp_path / "copy" / "b\udce9").stat().st_mode & 0o777 == 0o600
    write_manifest(tmp_path, {}, [entry])
    assert read_manifest(tmp_path)[1] == [entry]


def test_what_is_no_file_is_left_out_and_so_is_what_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    (source / "hollow").mkdir(parents=True)
    (source / "hollow" / "one").write_text("")
    (source / "skipped").mkdir()
    (source / "skipped" / "two").write_text("")
    os.mkfifo(source / "pipe")
    monkeypatch.chdir(source)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found = copied(source, tmp_path / "copy", skip=("skipped",), hollow=("hollow",))
    assert found.keys() == {"top", "top/hollow"}


def manifest(folder: Path) -> Path:
    entries = [Entry("a", "folder", 0o700, 0), Entry("a/b", "file", 0o600, 0, 1, "00")]
    assert write_manifest(folder, {"madeAt": "now"}, entries) == (1, 1, [])
    assert read_manifest(folder) == ({"format": 1, "madeAt": "now"}, entries)
    return folder / NAME


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
def test_a_manifest_that_was_cut_off_is_no_backup(tmp_path: Path, keep: int) -> None:
    path = manifest(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:keep]))
    with pytest.raises(Fault, match="not whole"):
        read_manifest(tmp_path)


def test_a_manifest_that_was_changed_is_no_backup(tmp_path: Path) -> None:
    path = manifest(tmp_path)
    path.write_text(path.read_text().replace("a/b", "a/c"))
    with pytest.raises(Fault, match="not whole"):
        read_manifest(tmp_path)


def test_a_hole_takes_no_room_and_is_there_again(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    with (source / "large").open("wb") as file:
        file.truncate(64 << 20)
        file.seek(32 << 20)
        file.write(b"in the middle")
    entry = copied(source, tmp_path / "copy")["top/large"]
    copy = tmp_path / "copy" / "large"
    assert copy.read_bytes() == (source / "large").read_bytes()
    assert entry.size == copy.stat().st_size == 64 << 20
    assert copy.stat().st_blocks * 512 < 4 << 20


def test_a_file_with_many_names_is_copied_once_and_has_them_again(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for project in ("one", "two"):
        (source / project).mkdir(parents=True)
    (source / "one" / "a").write_text("x")
    for name in ("one/b", "one/c", "two/a"):
        os.link(source / "one" / "a", source / name)
    found = copied(source, tmp_path / "top")
    assert sorted(entry.kind for entry in found.values()) == ["file", "file", *["folder"] * 3, "same", "same"]
    write_manifest(tmp_path, {}, found.values())
    me = Owner(os.getuid(), os.getgid())
    fill(tmp_path, tmp_path / "fresh", read_manifest(tmp_path)[1], Owners(me, me, False))
    for place in (tmp_path / "top", tmp_path / "fresh" / "top"):
        copies = [place / "one" / name for name in "abc"]
        assert {copy.read_text() for copy in copies} == {"x"}
        assert len({copy.stat().st_ino for copy in copies}) == 1
        # Nothing of one project is another's.
        assert (place / "two" / "a").stat().st_nlink == 1


@pytest.mark.parametrize(("name", "levels"), [("d" * 200, 25), ("d", 1500)])
def test_what_lies_too_deep_is_lost_alone_and_told(tmp_path: Path, name: str, levels: int) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "kept").write_text("1")
    here = os.open(source, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    with pytest.raises(Fault, match="too"):
        copied(source, tmp_path / "strict")
    found = copied(source, tmp_path / "copy", users=True)
    assert "top/kept" in found
    [lost] = [entry.path for entry in found.values() if entry.kind == "lost"]
    assert write_manifest(tmp_path, {}, found.values())[2] == [lost]
    # pytest's own way of removing it would go too deep as well.
    subprocess.run(["rm", "-r", str(source)], check=True)


def test_only_what_users_made_keeps_the_bits_that_lend_rights(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    entries = [Entry(path, "file", 0o4755, 0, 1, digest) for path in ("projects/a", "secrets/a")]
    for entry in entries:
        (tmp_path / entry.path).parent.mkdir()
        (tmp_path / entry.path).write_bytes(b"x")
    me = Owner(os.geteuid(), os.getegid())
    fill(tmp_path, tmp_path / "fresh", entries, Owners(me, me, False))
    modes = [(tmp_path / "fresh" / entry.path).stat().st_mode & 0o7777 for entry in entries]
    assert modes == [0o4755, 0o755]


@pytest.mark.parametrize("path", ["../a", "/a", "link/a", "", "tools/node/bin/node", "./logs"])
def test_a_path_outside_is_refused(tmp_path: Path, path: str) -> None:
    write_manifest(tmp_path, {}, [Entry("link", "link", 0o777, 0, target="/etc"), Entry(path, "folder", 0o700, 0)])
    with pytest.raises(Fault, match="lies outside"):
        read_manifest(tmp_path)


def test_a_backup_of_what_does_not_run_and_a_restore_of_no_backup_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["admin", "backup", str(tmp_path / "new"), "--data", str(tmp_path)]) == 1
    assert "./hopslab up" in capsys.readouterr().err
    assert main(["admin", "restore", str(tmp_path), "--data", str(tmp_path / "data")]) == 1
    assert "is no backup" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
