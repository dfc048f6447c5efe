"""Whose Node is used."""

from pathlib import Path

import pytest

from launcher.install_node import machine_node
from launcher.layout import Layout


@pytest.fixture
def at(tmp_path: Path) -> Layout:
    return Layout(tmp_path, tmp_path, tmp_path / "data", tmp_path / "run", 9108)


def put(folder: Path, version: str, names: tuple[str, ...] = ("node", "npm", "npx")) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_machines_own_is_used_where_it_is_new_enough(at: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(put(tmp_path / "bin", "v24.1.0")))
    assert machine_node(at) == {name: tmp_path / "bin" / name for name in ("node", "npm", "npx")}


@pytest.mark.parametrize(("version", "names"), [("v20.20.2", ("node", "npm", "npx")), ("v26.0.0", ("node",))])
def test_one_that_is_too_old_or_has_no_npm_is_not(
    at: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PATH", str(put(tmp_path / "bin", version, names)))
    assert machine_node(at) is None


def test_our_own_is_not_the_machines(at: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(put(at.tools / "node" / "bin", "v24.19.0")))
    assert machine_node(at) is None
