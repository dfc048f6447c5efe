"""Datasets as a notebook sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hopslab import dataset
from hopslab.errors import HopslabError, NotFoundError, RefusedError
from hopslab.settings import Settings
from platform_double import Platform
from test_project import lay

GENES = {
    "name": "genes",
    "description": "From the lab",
    "builtIn": False,
    "editable": False,
    "public": False,
    "bytes": 2048,
    "files": 2,
    "countedAt": "2026-11-01T08:01:00.000Z",
    "createdAt": "2026-11-01T08:00:00.000Z",
}
SHARED = {**GENES, "name": "lab::genes", "sharedBy": "lab", "permission": "read_only"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("hopslab.dataset.paths.ROOT", tmp_path)
    (tmp_path / "genes" / "2026").mkdir(parents=True)
    (tmp_path / "genes" / "2026" / "reads.csv").write_text("1")
    (tmp_path / "shared" / "lab::genes").mkdir(parents=True)
    return tmp_path


def test_datasets_are_told_with_their_folders(environment: Settings, platform: Platform) -> None:
    answer = {"items": [GENES, SHARED], "nextCursor": None}
    lay(platform, "/projects/demo/datasets?limit=1000", "/projects/{p}/datasets", answer)
    own, shared = dataset.listed()
    assert (own.name, own.description, own.built_in) == ("genes", "From the lab", False)
    assert own.folder == Path("/project/genes")
    assert shared.folder == Path("/project/shared/lab::genes")


def test_a_path_is_below_the_datasets_folder(root: Path) -> None:
    assert dataset.path("genes") == root / "genes"
    assert dataset.path("genes", "2026/reads.csv").read_text() == "1"
    assert dataset.path("genes", "not/yet.csv") == root / "genes" / "not" / "yet.csv"
    assert dataset.path("lab::genes") == root / "shared" / "lab::genes"


@pytest.mark.parametrize("inside", ["..", "../x", "2026/../../x", "/etc/passwd"])
def test_no_path_leads_out(root: Path, inside: str) -> None:
    with pytest.raises(HopslabError) as refused:
        dataset.path("genes", inside)
    assert refused.value.code == "file.path"


@pytest.mark.parametrize("name", ["", ".", "..", "nothing", "shared", "genes/2026", "lab::nothing"])
def test_what_is_not_here_is_said(root: Path, name: str) -> None:
    with pytest.raises(NotFoundError) as unknown:
        dataset.path(name)
    assert unknown.value.code == "dataset.unknown"
    assert not dataset.exists(name)


def test_what_is_here_is_told(root: Path) -> None:
    assert dataset.exists("genes")
    assert dataset.exists("genes", "2026/reads.csv")
    assert not dataset.exists("genes", "2027")


def test_in_a_sandbox_files_are_not_carried_and_what_is_there_instead_is_said(
    environment: Settings, platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "a").write_text("a")
    platform.refuse = (403, "auth.hub-only")
    for act in (
        lambda: dataset.upload(tmp_path / "a", "genes"),
        lambda: dataset.download("genes", "a", tmp_path),
    ):
        with pytest.raises(RefusedError, match=r"refused by the test.* /project/genes"):
            act()
