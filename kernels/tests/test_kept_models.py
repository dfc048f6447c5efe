from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pytest

from hopslab import HopslabError, experiment, model
from hopslab.experiment.asking import answer
from hopslab.experiment.kept_models import KeptModels, forget, save
from hopslab.experiment.records import TrialRecord
from hopslab.settings import Settings
from models_double import Models
from platform_double import Platform
from sweeps import states, swept


def keeping() -> Any:
    """Of this function's own, so that workers need not import the tests."""

    def train(C: float, trial: Any) -> dict[str, float]:  # noqa: N803
        trial.save_model({"C": C, "half": True})
        trial.save_model({"C": C})
        if trial.number == 1:
            raise ValueError("diverged")
        return {"accuracy": C, "loss": 1 - C}

    return train


def test_the_best_trials_model_is_registered_and_no_other_is_left(inside: Settings, models: Models) -> None:
    result = swept(inside, keeping(), trials=8, model="digits")
    best = result.best_trial
    assert best is not None
    assert states(result).count("complete") == 7
    registered = result.model
    assert registered is not None
    assert (registered.version, registered.experiment, registered.trial) == (1, result.id, best.number)
    assert registered.metrics == {"accuracy": best.value, "loss": best.metrics["loss"]}
    assert model.load("digits") == {"C": best.params["C"]}
    kept = [path.relative_to(result.folder).as_posix() for path in result.folder.rglob("model.pkl")]
    assert kept == [f"trial-{best.number:05d}/kept-model/model.pkl"]
    assert [path.name for path in result.folder.iterdir()] == [f"trial-{best.number:05d}"]
    again = result.register_model("digits", description="once more")
    assert (again.version, again.description) == (2, "once more")


def test_it_is_registered_from_another_kernel_too(
    inside: Settings, models: Models, platform: Platform
) -> None:
    result = swept(inside, keeping(), trials=4)
    best = result.best_trial
    assert best is not None
    assert result.id is not None
    shown = platform.shown
    told = {"number": best.number, "value": best.value, "params": best.params}
    platform.shown = lambda number: {**shown(number), "best": told}  # type: ignore[method-assign]
    registered = experiment.register_model("digits", "best", description="later")
    assert (registered.trial, registered.experiment, registered.description) == (
        best.number,
        result.id,
        "later",
    )
    assert model.load("best") == {"C": best.params["C"]}
    platform.shown = lambda number: {**shown(number), "best": None}  # type: ignore[method-assign]
    with pytest.raises(HopslabError, match="No trial of digits is complete"):
        experiment.register_model(result.id, "best")


def test_a_trials_model_is_registered_from_jupyterlab(inside: Settings, models: Models) -> None:
    result = swept(inside, keeping(), trials=4)
    best = result.best_trial
    assert best is not None
    asked = {"what": "register", "experiment": result.id, "name": "seen", "description": "by a click"}
    assert answer({**asked, "trial": best.number}) == {"name": "seen", "version": 1}
    registered = model.get_model("seen")
    assert (registered.trial, registered.description) == (best.number, "by a click")
    assert model.load("seen") == {"C": best.params["C"]}
    with pytest.raises(HopslabError, match=r"Trial 1.* has kept no model"):
        answer({**asked, "trial": 1})
    with pytest.raises(HopslabError, match="There is no trial 99"):
        answer({**asked, "trial": 99})
    assert [one.version for one in model.versions("seen")] == [1]


def test_a_pickle_that_is_not_the_trials_own_is_not_taken_for_it(inside: Settings, models: Models) -> None:
    result = swept(inside, keeping(), trials=2)
    assert result.model is None
    best = result.best_trial
    assert best is not None
    save(result.folder / f"trial-{best.number:05d}", None, ["another one's"])
    assert result.register_model("digits").sha256 is None
    with pytest.raises(HopslabError) as caught:
        model.load("digits")
    assert caught.value.code == "model.untrusted"


def test_no_link_of_another_member_carries_my_own_files_into_a_model(
    inside: Settings, models: Models, tmp_path: Path
) -> None:
    secret = tmp_path / "home"
    secret.mkdir()
    (secret / "token").write_text("hsl_mine")
    result = swept(inside, keeping(), trials=2)
    best = result.best_trial
    assert best is not None
    trial = result.folder / f"trial-{best.number:05d}"
    kept = trial / "kept-model"

    def refused() -> str:
        with pytest.raises(HopslabError) as caught:
            result.register_model("digits")
        assert caught.value.code == "model.files"
        assert models.root is not None
        assert [path.name for path in models.root.rglob("token")] == []
        return " ".join([str(caught.value), *caught.value.faults])

    (kept / "notes").symlink_to(secret / "token")
    (kept / "more").symlink_to(secret)
    os.mkfifo(kept / "pipe")
    assert "more, notes, pipe" in refused()
    kept.rename(trial / "before")
    kept.symlink_to(secret)
    assert "link" in refused()
    kept.unlink()
    trial.rename(trial.with_name("before"))
    (secret / "kept-model").mkdir()
    (secret / "kept-model" / "token").write_text("hsl_mine")
    trial.symlink_to(secret)
    assert "link" in refused()


def test_a_model_is_kept_through_no_link(tmp_path: Path) -> None:
    theirs = tmp_path / "elsewhere"
    theirs.mkdir()
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "trial-00000").symlink_to(theirs)
    with pytest.raises(OSError, match="trial-00000"):
        save(tmp_path / "sweep" / "trial-00000", None, [1])
    assert list(theirs.iterdir()) == []
    (theirs / "kept-model").mkdir()
    forget(tmp_path / "sweep" / "trial-00000")
    assert (theirs / "kept-model").is_dir()


def test_where_nothing_was_kept_the_results_are_still_there(inside: Settings, models: Models) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = swept(inside, lambda C: C, trials=2, model="digits")  # noqa: N803
    assert result.state == "complete"
    assert result.model is None
    assert any("has kept no model" in str(one.message) for one in told)
    with pytest.raises(HopslabError) as caught:
        swept(inside, keeping(), model="no name")
    assert "model: 'no name' is no name of a model" in str(caught.value)


def test_of_a_resumed_sweep_the_best_of_all_stays(tmp_path: Path) -> None:
    def trial(number: int, value: float | None, state: Any = "complete") -> TrialRecord:
        return TrialRecord(number=number, state=state, params={}, value=value)

    def there() -> list[str]:
        return sorted(path.parent.name for path in tmp_path.glob("*/kept-model"))

    for number in range(6):
        save(tmp_path / f"trial-{number:05d}", None, number)
    (tmp_path / "trial-00000" / "events").write_text("stays")
    known = [trial(0, 0.5), trial(1, 0.4), trial(2, None, "failed"), trial(3, None, "running")]
    kept = KeptModels(tmp_path, maximize=False, known=known)
    kept.tidy()
    assert there() == ["trial-00001", "trial-00003", "trial-00004", "trial-00005"]
    for record in [trial(3, 0.4), trial(4, 0.45), trial(5, 0.1)]:
        kept.ended(record)
    kept.tidy()
    assert there() == ["trial-00005"]
    assert (tmp_path / "trial-00000" / "events").exists()
