"""Folders, ports and names of installations beside each other."""

import os
from pathlib import Path

import pytest

from launcher.data import Owner, Owners, check_data_folder, prepare
from launcher.faults import Fault
from launcher.layout import Layout, base_folder, layout, open_to_others, run_folder


def at(folder: Path, port: int | None = None) -> Layout:
    return layout(str(folder), port)


def test_two_installations_share_the_tools_and_nothing_else(tmp_path: Path) -> None:
    one, other = at(tmp_path / "one", 9101), at(tmp_path / "other", 9102)
    assert one.tools == other.tools
    assert one.run != other.run
    assert one.url == "https://hopslab-9101.localhost:9101"
    assert other.domain == "hopslab-9102.localhost"


def test_the_default_port_has_the_short_name(tmp_path: Path) -> None:
    assert at(tmp_path).url == "https://hopslab.localhost:8443"


def test_the_port_of_a_data_folder_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("9103\n")
    assert at(tmp_path).port == 9103
    assert at(tmp_path, 9104).port == 9104


def test_a_port_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("soon")
    with pytest.raises(Fault, match="not a data folder"):
        at(tmp_path)


def test_sockets_have_short_paths_wherever_the_data_is(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    for root in (True, False):
        assert len(str(run_folder(deep, root) / "s" / ("x" * 40) / "web" / "jupyter.sock")) < 100


def test_a_closed_checkout_of_root_has_its_tools_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not open_to_others(closed)
    assert base_folder(closed, root=False) == closed / ".hopslab"
    elsewhere = base_folder(closed, root=True)
    assert elsewhere.parent == Path("/var/lib/hopslab")
    assert len(elsewhere.name) == 12


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match="is a file"):
        check_data_folder(tmp_path / "file", root=False)


def test_a_data_folder_below_a_closed_one_is_refused_as_root(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Fault, match=r"chmod o\+x"):
        check_data_folder(closed / "data", root=True)


def test_a_data_folder_without_rights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read everything, so the kernel's answer is given by hand.
    monkeypatch.setattr("launcher.data.os.access", lambda _path, _mode: False)
    with pytest.raises(Fault, match="no right to read and write"):
        check_data_folder(tmp_path / "data", root=False)


def test_secrets_are_for_their_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "absent"))
    me = Owner(os.getuid(), os.getgid())
    where = Layout(tmp_path, tmp_path, tmp_path / "data", tmp_path / "run", 9105)
    prepare(where, Owners(me, me, root=False))
    prepare(where, Owners(me, me, root=False))
    assert (where.data / "secrets").stat().st_mode & 0o777 == 0o700
    assert (where.data / "secrets" / "database-url").stat().st_mode & 0o777 == 0o600
    assert (where.data / "port").read_text() == "9105\n"


def test_a_run_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    me = Owner(os.getuid(), os.getgid())
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    where = Layout(tmp_path, tmp_path, tmp_path / "data", tmp_path / "run", 9105)
    with pytest.raises(Fault, match="belongs to another user"):
        prepare(where, Owners(me, me, root=False))
