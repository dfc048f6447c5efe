from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hopslab import experiment
from hopslab.experiment import checkpoints as module
from hopslab.experiment import uniform
from hopslab.experiment.checkpoints import Checkpoints, forget_old
from hopslab.settings import Settings
from platform_double import Platform
from sweeps import states, swept


def test_the_last_object_is_kept_and_nothing_once_the_trial_has_ended(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "0")
    assert kept.load() is None
    for epoch in range(3):
        kept.save({"epoch": epoch})
    assert Checkpoints(tmp_path / "0").load() == {"epoch": 2}
    assert len(list((tmp_path / "0").iterdir())) == 1
    kept.forget()
    assert not (tmp_path / "0").exists()


def test_files_and_folders_are_copied(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "kept")
    model = tmp_path / "model.bin"
    model.write_bytes(b"1")
    kept.save(model)
    model.write_bytes(b"2")
    assert kept.load().read_bytes() == b"1"
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights").write_text("w")
    (folder / "link").symlink_to("/etc/passwd")
    kept.save(folder)
    found = kept.load()
    assert found.name == "model"
    assert (found / "weights").read_text() == "w"
    assert (found / "link").is_symlink()


def test_what_was_cut_off_or_cannot_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Checkpoints(tmp_path / "0")
    kept.save(1)
    (tmp_path / "0" / "1.draft").mkdir()
    (tmp_path / "0" / "1.draft" / module.OBJECT).write_bytes(b"\x80")
    assert kept.load() == 1
    with pytest.raises(TypeError, match="pickle"):
        kept.save(threading.Lock())

    def full(_file: int) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            kept.save(2)
    assert kept.load() == 1
    kept.save(3)
    assert kept.load() == 3


def test_one_that_cannot_be_read_is_passed_over_with_a_word(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "0")
    kept.save(1)
    next((tmp_path / "0").iterdir()).joinpath(module.OBJECT).write_bytes(b"cno_such_module\nx\n.")
    with pytest.warns(UserWarning, match="passed over"):
        assert kept.load() is None


def test_what_nobody_resumed_for_a_month_goes(tmp_path: Path) -> None:
    for name in "old", "new":
        Checkpoints(tmp_path / name / "0").save(1)
    month = time.time() - 31 * 24 * 3600
    os.utime(tmp_path / "old", (month, month))
    forget_old(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["new"]


def test_a_trial_whose_process_is_killed_goes_on_from_its_checkpoint(settings: Settings) -> None:
    def train(C: float, trial: Any) -> dict[str, float]:  # noqa: N803
        begun = trial.restore(default=0)
        for epoch in range(begun, 5):
            trial.checkpoint(epoch + 1)
            if trial.number == 1 and trial.attempt == 1 and epoch == 3:
                os.kill(os.getpid(), signal.SIGKILL)
        return {"accuracy": C, "begun": begun}

    result = swept(settings, train, trials=3)
    assert states(result) == ["complete"] * 3
    assert [trial.metrics["begun"] for trial in result.trials] == [0.0, 4.0, 0.0]
    assert list((settings.state / "checkpoints").iterdir()) == []


def test_a_resumed_experiment_goes_on_from_its_checkpoints(environment: Settings, platform: Platform) -> None:
    marker = environment.scratch / "go"

    def train(C: float, trial: Any) -> dict[str, float]:  # noqa: N803
        begun = trial.restore(default=0)
        trial.checkpoint(7)
        while trial.number == 1 and not marker.exists():
            time.sleep(0.01)
        return {"accuracy": C, "begun": begun}

    def interrupt(progress: experiment.Progress) -> None:
        counts = progress.stand.counts
        waiting = list((environment.state / "checkpoints").glob("*/1/0"))
        if progress.stand.stopping is None and counts.get("complete") == 1 and waiting:
            os.kill(os.getpid(), signal.SIGINT)

    given: dict[str, Any] = {"metric": "accuracy", "algorithm": "random", "name": "kept"}
    first = experiment.run(train, {"C": uniform(0, 1)}, trials=2, on_progress=interrupt, **given)
    assert states(first) == ["complete", "stopped"]
    marker.touch()
    result = experiment.resume("kept", train)
    assert [trial.metrics["begun"] for trial in result.trials] == [0.0, 7.0]
    assert list((environment.state / "checkpoints").iterdir()) == []
