"""Files on their way in and out, over connections that break at any byte."""

from __future__ import annotations

import io
import os
import random
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import hopslab
from hopslab import dataset
from hopslab.dataset import uploading
from hopslab.dataset.local import Tree
from hopslab.errors import HopslabError, NotFoundError, RefusedError, StaleError, UnreachableError
from outside_double import TOKEN, OutsidePlatform

SIZE = 700_000


def noise(size: int = SIZE) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.fixture
def genes(
    there: OutsidePlatform,
    authority: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[OutsidePlatform]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("hopslab.rest.patience._FIRST", 0.01)
    client = hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "ca.pem", patience=20)
    there.asked.clear()
    yield there
    client.close()


@pytest.fixture
def reads(tmp_path: Path) -> Path:
    path = tmp_path / "reads.bin"
    path.write_bytes(noise())
    return path


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".hopslab")]


def test_a_file_goes_in_and_out(genes: OutsidePlatform, reads: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    carried = dataset.upload(reads, "genes", "2026/", progress=lambda done, of: told.append((done, of)))
    assert carried == dataset.Carried(1, SIZE)
    assert genes.files == {"2026/reads.bin": noise()}
    assert told[-1] == (SIZE, SIZE)
    there = tmp_path / "back"
    dataset.download("genes", "2026/reads.bin", there, progress=lambda done, of: told.append((done, of)))
    assert there.read_bytes() == noise()
    assert told[-1] == (SIZE, SIZE)
    assert stat.S_IMODE(there.stat().st_mode) == stat.S_IMODE(reads.stat().st_mode)
    assert not leftovers(tmp_path)


def test_an_empty_file_is_one(genes: OutsidePlatform, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    dataset.upload(tmp_path / "empty", "genes")
    assert genes.files == {"empty": b""}
    dataset.download("genes", "empty", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b""


@pytest.mark.parametrize("cuts", [[0, 0, 1], [1, SIZE - 2], [65_536, 300_000, 7, SIZE // 3], [1] * 12])
def test_what_is_cut_off_goes_on(
    genes: OutsidePlatform, reads: Path, tmp_path: Path, cuts: list[int]
) -> None:
    genes.cuts[:] = cuts
    dataset.upload(reads, "genes")
    assert genes.files["reads.bin"] == noise()
    assert not genes.cuts
    genes.cuts[:] = cuts
    dataset.download("genes", "reads.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == noise()
    assert not genes.cuts
    assert not leftovers(tmp_path)


def test_a_platform_that_is_started_anew_is_waited_for(
    genes: OutsidePlatform, reads: Path, tmp_path: Path
) -> None:
    def restart() -> None:
        genes.between = lambda: None
        genes.close()
        genes.open()

    genes.cuts, genes.between = [300_000], restart
    dataset.upload(reads, "genes")
    assert genes.files["reads.bin"] == noise()
    genes.cuts, genes.between = [300_000], restart
    dataset.download("genes", "reads.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == noise()


def test_another_run_goes_on_where_one_ended(
    genes: OutsidePlatform, reads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = hopslab.rest.platform()
    monkeypatch.setattr(used, "patience", 0)
    genes.cuts = [400_000]
    with pytest.raises(UnreachableError):
        dataset.upload(reads, "genes")
    dataset.upload(reads, "genes")
    assert [line.split("/")[0] for line in genes.asked].count("POST ") == 1
    assert len(genes.uploads) == 1
    genes.asked.clear()
    genes.cuts = [400_000]
    with pytest.raises(UnreachableError):
        dataset.download("genes", "reads.bin", tmp_path / "back")
    assert len(leftovers(tmp_path)) == 1
    dataset.download("genes", "reads.bin", tmp_path / "back")
    assert genes.headers[-1]["Range"].startswith("bytes=")
    assert (tmp_path / "back").read_bytes() == noise()
    assert not leftovers(tmp_path)


def test_another_content_begins_anew(
    genes: OutsidePlatform, reads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hopslab.rest.platform(), "patience", 0)
    genes.cuts = [400_000]
    with pytest.raises(UnreachableError):
        dataset.upload(reads, "genes")
    reads.write_bytes(noise()[::-1])
    dataset.upload(reads, "genes")
    assert genes.files["reads.bin"] == noise()[::-1]


def test_an_upload_that_is_forgotten_meanwhile_begins_anew(
    genes: OutsidePlatform, reads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hopslab.rest.platform(), "patience", 0)
    genes.cuts = [400_000]
    with pytest.raises(UnreachableError):
        dataset.upload(reads, "genes")
    genes.uploads.clear()
    dataset.upload(reads, "genes")
    assert genes.files["reads.bin"] == noise()


def test_bytes_that_arrive_as_others_are_not_placed(genes: OutsidePlatform, reads: Path) -> None:
    genes.spoil = True
    with pytest.raises(HopslabError) as changed:
        dataset.upload(reads, "genes")
    assert changed.value.code == "file.changed"
    assert genes.files == {}


def test_a_file_that_is_cut_while_it_is_sent_is_not_placed(genes: OutsidePlatform, reads: Path) -> None:
    genes.cuts, genes.between = [300_000], lambda: os.truncate(reads, 400_000)
    with pytest.raises(HopslabError) as changed:
        dataset.upload(reads, "genes")
    assert changed.value.code == "file.changed"
    assert genes.files == {}


def test_never_half_of_two_versions(genes: OutsidePlatform, tmp_path: Path) -> None:
    genes.files["reads.bin"] = noise()

    def change() -> None:
        genes.files["reads.bin"] = noise(SIZE + 1)

    genes.cuts, genes.between = [400_000], change
    dataset.download("genes", "reads.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == noise(SIZE + 1)
    assert not leftovers(tmp_path)


def test_what_is_there_stays_until_the_new_one_is_whole(
    genes: OutsidePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hopslab.rest.platform(), "patience", 0)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (tmp_path / "back").symlink_to(outside)
    genes.files["reads.bin"] = noise()
    genes.cuts = [400_000]
    with pytest.raises(UnreachableError):
        dataset.download("genes", "reads.bin", tmp_path / "back")
    assert (tmp_path / "back").read_text() == "mine"
    dataset.download("genes", "reads.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == noise()
    assert outside.read_text() == "mine", "a link is replaced, not written through"


def test_nothing_is_replaced_unless_it_is_said(genes: OutsidePlatform, reads: Path) -> None:
    genes.files["reads.bin"] = b"theirs"
    with pytest.raises(StaleError):
        dataset.upload(reads, "genes")
    assert genes.files["reads.bin"] == b"theirs"
    dataset.upload(reads, "genes", replace=True)
    assert genes.files["reads.bin"] == noise()
    dataset.upload(reads, "genes", if_match='"x"')
    assert '"x"' in [headers.get("If-Match") for headers in genes.headers]


def test_a_refusal_is_said_in_the_platforms_words(genes: OutsidePlatform, reads: Path) -> None:
    refusal = b'{"code": "access.denied", "detail": "Data owners upload data; ask ada."}'
    genes.answers.append((403, {}, refusal))
    with pytest.raises(RefusedError, match="ask ada"):
        dataset.upload(reads, "genes")
    with pytest.raises(NotFoundError):
        dataset.download("genes", "none")


def test_an_answer_that_is_lost_changes_nothing_twice(genes: OutsidePlatform, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a").write_text("a")
    genes.lose = [False, True]
    dataset.upload(folder, "genes")
    keys = [h["Idempotency-Key"] for h in genes.headers if "Idempotency-Key" in h]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert genes.files == {"in/a": b"a"}


def test_a_folder_goes_in_whole(genes: OutsidePlatform, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "none").mkdir()
    (folder / "large.bin").write_bytes(noise(5_000_000))
    (folder / "deep" / "er" / "n\nl.txt").write_text("named")
    (folder / "deep" / ("x" * 250)).write_text("long")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "deep" / "there").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"\xff")).write_text("no text")
    told: list[tuple[int, int]] = []
    carried = dataset.upload(folder, "genes", "all", progress=lambda done, of: told.append((done, of)))
    assert set(carried.left_out) == {"link", "deep/there", "pipe", ascii("\udcff")}
    assert genes.files == {
        "all/large.bin": noise(5_000_000),
        "all/deep/er/n\nl.txt": b"named",
        f"all/deep/{'x' * 250}": b"long",
    }
    assert {"all", "all/none", "all/deep", "all/deep/er"} <= genes.folders
    assert carried.files == 3
    assert carried.bytes == told[-1][0] == told[-1][1] == 5_000_009
    assert not [line for line in genes.asked if "/batch" in line][1:], "one batch is enough"


def test_a_file_that_becomes_a_link_meanwhile_is_not_followed(
    genes: OutsidePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (folder / "a").write_text("secret")
    looked = uploading.gathered

    def swapped(root: Path) -> Tree:
        tree = looked(root)
        (folder / "a").unlink()
        (folder / "a").symlink_to(tmp_path / "secret")
        return tree

    monkeypatch.setattr(uploading, "gathered", swapped)
    for replace in (False, True):
        (folder / "a").unlink()
        (folder / "a").write_text("secret")
        with pytest.raises(HopslabError) as link:
            dataset.upload(folder, "genes", replace=replace)
        assert link.value.code == "file.local"
    assert genes.files == {}
    (tmp_path / "named").symlink_to(tmp_path / "secret")
    dataset.upload(tmp_path / "named", "genes")
    assert genes.files == {"named": b"secret"}


def test_a_folder_is_replaced_file_by_file(genes: OutsidePlatform, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(20):
        (folder / str(number)).write_text(str(number))
    genes.files["in/3"] = b"old"
    dataset.upload(folder, "genes", replace=True)
    assert genes.files == {f"in/{number}": str(number).encode() for number in range(20)}


def zipped(*names: str | zipfile.ZipInfo) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            plain = name if isinstance(name, str) else name.filename
            archive.writestr(name, b"" if plain.endswith("/") else plain.encode())
    return file.getvalue()


LEFT_OUT = "LEFT OUT OF THIS ARCHIVE.txt"


def test_a_folder_comes_out_whole(genes: OutsidePlatform, tmp_path: Path) -> None:
    left_out = io.BytesIO(zipped("raw/", "raw/a.txt", "raw/deep/b.txt", "raw/none/"))
    with zipfile.ZipFile(left_out, "a") as archive:
        archive.writestr(LEFT_OUT, 'These were not packed:\n\n"raw/link"\n')
    genes.archive = left_out.getvalue()
    genes.cuts = [0, 100]
    carried = dataset.download("genes", "2026/raw", tmp_path / "here")
    assert carried == dataset.Carried(2, len("raw/a.txt" + "raw/deep/b.txt"), ("raw/link",))
    assert sorted(str(path.relative_to(tmp_path / "here")) for path in (tmp_path / "here").rglob("*")) == [
        *("a.txt", "deep", "deep/b.txt", "none"),
    ]
    dataset.download("genes", "2026/raw", tmp_path / "here" / "none")
    assert (tmp_path / "here" / "none" / "raw" / "a.txt").read_text() == "raw/a.txt"
    with pytest.raises(HopslabError) as there:
        dataset.download("genes", "2026/raw", tmp_path / "here" / "none")
    assert there.value.code == "file.exists"
    genes.archive = zipped("raw/a.txt", "b.txt")
    dataset.download("genes", "", tmp_path)
    assert (tmp_path / "genes" / "b.txt").read_text() == "b.txt"
    assert not leftovers(tmp_path)


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "names",
    [
        ["../evil"],
        ["raw/../../evil"],
        ["/evil"],
        ["raw//evil"],
        ["raw/./evil"],
        ["raw\\..\\evil"],
        [link("raw/evil")],
        [link("raw/evil"), "raw/evil/x"],
        ["raw/a", "raw/a/evil"],
        ["raw/a/evil", "raw/a"],
        ["raw/evil/", "raw/evil"],
        ["other/evil"],
        ["raw"],
    ],
    ids=str,
)
def test_an_archive_that_would_write_elsewhere_is_refused_whole(
    genes: OutsidePlatform, tmp_path: Path, names: list[str | zipfile.ZipInfo]
) -> None:
    genes.archive = zipped("raw/good", *names)
    (tmp_path / "in").mkdir()
    with pytest.raises(HopslabError) as refused:
        dataset.download("genes", "raw", tmp_path / "in" / "raw")
    assert refused.value.code == "archive.refused"
    assert list(tmp_path.rglob("*evil*")) == []
    assert list((tmp_path / "in").iterdir()) == []


def test_a_name_twice_is_refused(genes: OutsidePlatform, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        genes.archive = zipped("raw/a", "raw/a")
    with pytest.raises(HopslabError) as refused:
        dataset.download("genes", "raw", tmp_path / "back")
    assert refused.value.code == "archive.refused"


@pytest.mark.parametrize(
    "archive", [b"no zip", zipped("raw/a")[:-10], zipped("raw/a").replace(b"raw/a", b"raw/b", 1)]
)
def test_what_is_no_sound_archive_is_refused(genes: OutsidePlatform, tmp_path: Path, archive: bytes) -> None:
    genes.archive = archive
    with pytest.raises(HopslabError) as refused:
        dataset.download("genes", "raw", tmp_path / "back")
    assert refused.value.code == "archive.refused"
    assert not (tmp_path / "back").exists()


def test_there_has_to_be_room_for_what_is_unpacked(
    genes: OutsidePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genes.archive = zipped("raw/a")
    monkeypatch.setattr("hopslab.dataset.unpacking.shutil.disk_usage", lambda _path: _Room(free=3))
    with pytest.raises(HopslabError, match="has 3 bytes left"):
        dataset.download("genes", "raw", tmp_path / "back")


class _Room:
    def __init__(self, free: int) -> None:
        self.free = free


def test_what_cannot_be_read_or_written_here_is_said(genes: OutsidePlatform, tmp_path: Path) -> None:
    with pytest.raises(HopslabError) as none:
        dataset.upload(tmp_path / "none", "genes")
    assert none.value.code == "file.local"
    genes.files["a"] = b"a"
    with pytest.raises(HopslabError) as nowhere:
        dataset.download("genes", "a", tmp_path / "none" / "a")
    assert nowhere.value.code == "file.local"


def test_small_files_are_read_with_their_tag(genes: OutsidePlatform) -> None:
    genes.files["a"] = b"small"
    assert dataset.read("genes", "a") == dataset.Content(b"small", genes.tag("a"))
    with pytest.raises(HopslabError) as large:
        dataset.read("genes", "a", most=4)
    assert large.value.code == "file.too-large"
