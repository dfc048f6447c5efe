from __future__ import annotations

import hashlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hopslab import HopslabError, model
from hopslab.errors import NotFoundError
from hopslab.model import places
from hopslab.settings import Settings
from models_double import Models
from platform_double import Platform


class Doubling:
    def predict(self, x: int) -> int:
        return 2 * x


def code_of(caught: pytest.ExceptionInfo[HopslabError]) -> str:
    return caught.value.code


def left(root: Path | None) -> list[str]:
    assert root is not None
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_an_object_is_registered_found_and_loaded(models: Models, platform: Platform) -> None:
    first = model.export(Doubling(), "digits", metrics={"accuracy": 0.9}, description="doubles")
    second = model.export({"weights": [1, 2]}, "digits", metrics={"accuracy": 0.8})
    assert (first.version, second.version) == (1, 2)
    assert first.folder == models.root / "digits" / "1"  # type: ignore[operator]
    assert left(models.root) == [f"digits/{v}/{name}" for v in (1, 2) for name in ("model.json", "model.pkl")]
    assert first.sha256 == hashlib.sha256((first.folder / "model.pkl").read_bytes()).hexdigest()
    assert model.load("digits") == {"weights": [1, 2]}
    assert model.load("digits", 1).predict(4) == 8
    assert model.get_best_model("digits", "accuracy") == first
    assert model.get_best_model("digits", "accuracy", "minimize") == second
    assert [one.version for one in model.versions("digits")] == [2, 1]
    assert [one.name for one in model.listed()] == ["digits"]
    assert model.get_model("digits").description == ""
    assert platform.faults == []


def test_files_and_folders_are_copied_and_links_are_kept_as_what_they_lead_to(
    models: Models, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    (folder / "variables").mkdir(parents=True)
    (folder / "variables" / "data").write_text("weights")
    (tmp_path / "vocabulary").write_text("a b c")
    (folder / "assets").symlink_to(tmp_path / "vocabulary")
    one = model.export(folder, "bert")
    assert left(models.root) == ["bert/1/assets", "bert/1/variables/data"]
    assert not (one.folder / "assets").is_symlink()
    two = model.export(str(tmp_path / "vocabulary"), "bert")
    assert (two.folder / "vocabulary").read_text() == "a b c"
    assert model.load("bert") == two.folder == model.download_model("bert")
    copy = model.download_model("bert", 1, tmp_path / "copy")
    assert (copy / "variables" / "data").read_text() == "weights"
    with pytest.raises(HopslabError) as caught:
        model.download_model("bert", 1, copy)
    assert code_of(caught) == "file.exists"


@pytest.mark.parametrize("name", ["", "1digits", "a/b", "../x", "a\nb", "x" * 64, "модель", None])
def test_names_that_are_none_are_refused_before_anything_is_asked(models: Models, name: str) -> None:
    with pytest.raises(HopslabError) as caught:
        model.export({}, name)
    assert code_of(caught) == "model.invalid"
    assert models.rows == {}


def test_what_cannot_be_registered_leaves_nothing(models: Models, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for wrong, code in [
        (tmp_path / "nothing", "model.files"),
        (threading.Lock(), "model.object"),
        (tmp_path, "model.files"),
    ]:
        with pytest.raises(HopslabError) as caught:
            model.export(wrong, "digits")
        assert code_of(caught) == code
    with pytest.raises(HopslabError, match="accuracy is 'high'") as caught:
        model.export({}, "digits", metrics={"accuracy": "high", "loss": float("nan"), "f1": 1})
    assert len(caught.value.faults) == 2
    assert models.rows == {}
    assert list((models.root / "digits").iterdir()) == []  # type: ignore[operator]


def test_a_version_is_overwritten_only_where_that_is_asked_for_and_at_once(models: Models) -> None:
    model.export([1], "digits")
    with pytest.raises(HopslabError) as caught:
        model.export([2], "digits", 1)
    assert code_of(caught) == "model.version-taken"
    assert model.load("digits") == [1]
    model.export([2], "digits", 1, overwrite=True)
    assert model.load("digits") == [2]
    (models.root / "digits" / "7").mkdir()  # type: ignore[operator]
    (models.root / "digits" / "7" / "notes").write_text("by hand")  # type: ignore[operator]
    with pytest.raises(HopslabError) as caught:
        model.export([3], "digits", 7)
    assert code_of(caught) == "model.exists"
    assert (models.root / "digits" / "7" / "notes").read_text() == "by hand"  # type: ignore[operator]
    assert model.register("digits", 7, metrics={"f1": 1}).metrics == {"f1": 1.0}
    assert left(models.root) == ["digits/1/model.json", "digits/1/model.pkl", "digits/7/notes"]


def test_without_exchange_a_version_is_replaced_in_two_steps(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_exchange", lambda *_paths: False)
    model.export([1], "digits")
    model.export([2], "digits", 1, overwrite=True)
    assert model.load("digits") == [2]
    assert left(models.root) == ["digits/1/model.json", "digits/1/model.pkl"]


def test_only_what_is_mine_and_unchanged_is_unpickled(models: Models, tmp_path: Path) -> None:
    mine = model.export([1], "digits")
    ran = tmp_path / "ran"

    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (ran,))

    (mine.folder / "model.pkl").write_bytes(pickle.dumps(Hostile()))
    with pytest.raises(HopslabError, match="changed") as caught:
        model.load("digits")
    assert code_of(caught) == "model.changed"
    models.user = "eve"
    model.export([2], "digits")
    with pytest.raises(HopslabError, match="registered by eve") as caught:
        model.load("digits")
    assert code_of(caught) == "model.untrusted"
    assert model.load("digits", trust=True) == [2]
    assert not ran.exists()


def test_to_describe_a_version_anew_trusts_nothing_that_was_put_there_since(models: Models) -> None:
    mine = model.export([1], "digits")
    assert model.register("digits", 1, description="better words").sha256 == mine.sha256
    assert model.load("digits") == [1]
    (mine.folder / "model.pkl").write_bytes(pickle.dumps(["another one's"]))
    assert model.register("digits", 1, description="once more").sha256 is None
    with pytest.raises(HopslabError, match="mere files") as caught:
        model.load("digits")
    assert code_of(caught) == "model.untrusted"


def test_a_data_owner_who_describes_anothers_version_does_not_vouch_for_it(models: Models) -> None:
    models.user = "eve"
    model.export([1], "digits")
    models.user = "ada"
    assert model.register("digits", 1, description="a fine one").created_by == "ada"
    with pytest.raises(HopslabError) as caught:
        model.load("digits")
    assert code_of(caught) == "model.untrusted"


def test_a_pickle_in_a_folder_that_is_registered_as_it_is_may_be_anybodys(models: Models) -> None:
    theirs = model.export([1], "other").folder
    theirs.rename(theirs.parents[1] / "digits")
    (theirs.parents[1] / "digits").rename(theirs.parents[1] / "7")
    (theirs.parents[1] / "digits").mkdir()
    (theirs.parents[1] / "7").rename(theirs.parents[1] / "digits" / "7")
    assert model.register("digits", 7).sha256 is None
    with pytest.raises(HopslabError) as caught:
        model.load("digits")
    assert code_of(caught) == "model.untrusted"


def test_what_was_deleted_is_told_as_missing(models: Models) -> None:
    (model.export([1], "digits").folder / "model.pkl").unlink()
    (models.root / "digits" / "1" / "model.json").unlink()  # type: ignore[operator]
    (models.root / "digits" / "1").rmdir()  # type: ignore[operator]
    assert model.get_model("digits").missing
    with pytest.raises(NotFoundError, match="trash"):
        model.load("digits")
    with pytest.raises(NotFoundError):
        model.load("nothing")


def test_a_server_that_is_away_loses_no_model(models: Models, platform: Platform) -> None:
    platform.close()
    done: list[model.Model] = []
    exporting = threading.Thread(target=lambda: done.append(model.export([1], "digits")))
    exporting.start()
    platform.open()
    exporting.join(60)
    assert [one.version for one in done] == [1]
    models.refuse_put = (409, "experiment.unknown")
    with pytest.raises(HopslabError) as caught:
        model.export([2], "digits")
    assert "hopslab.model.register('digits', 2)" in caught.value.__notes__[0]
    models.refuse_put = None
    model.register("digits", 2)
    assert model.load("digits") == [2]


def test_programs_of_hops_find_their_models(models: Models, tmp_path: Path) -> None:
    from hops import model as classic

    (tmp_path / "weights").write_text("1")
    for accuracy in (0.9, 0.8):
        classic.export(str(tmp_path), "mnist", metrics={"accuracy": accuracy}, description="net")
    best = classic.get_best_model("mnist", "accuracy", classic.Metric.MAX)
    assert (best["name"], best["version"], best["metrics"]) == ("mnist", 1, {"accuracy": 0.9})
    assert classic.get_best_model("mnist", "accuracy", classic.Metric.MIN)["version"] == 2
    assert classic.get_model("mnist", 1, "demo")["description"] == "net"
    assert (Path(classic.download_model("mnist", 1)) / "weights").read_text() == "1"
    classic.export(str(tmp_path), "mnist", model_version=1, overwrite=True)
    with pytest.raises(HopslabError, match="of borea"):
        classic.get_model("mnist", 1, "borea")
    with pytest.raises(HopslabError, match=r"Metric\.MAX"):
        classic.get_best_model("mnist", "accuracy", "up")


KILLED = """
import os, sys
from pathlib import Path
from hopslab import model
from hopslab.model import places
places.ROOT = Path(sys.argv[1])
class Slow:
    def __reduce__(self):
        os.write(1, b"writing")
        import time
        time.sleep(600)
model.export(Slow(), "digits")
"""


def test_a_kernel_that_is_killed_leaves_nothing_that_anybody_sees(
    models: Models, environment: Settings
) -> None:
    command = [sys.executable, "-c", KILLED, str(models.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as one:
        assert one.stdout is not None
        assert one.stdout.read(7) == b"writing"
        one.send_signal(signal.SIGKILL)
    assert model.listed() == []
    assert model.export([1], "digits").version == 2
    hidden = [path.name for path in (models.root / "digits").iterdir() if path.name != "2"]  # type: ignore[operator]
    assert [name[:9] for name in hidden] == [".draft-1-"]
    assert model.load("digits") == [1]
