from __future__ import annotations

from pathlib import Path

import pytest

from hopslab import HopslabError, tensorboard
from hopslab.experiment.folders import experiment_folder
from hopslab.settings import Settings
from platform_double import Platform
from sweeps import states, swept


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("digits", "digits"),
        ("My best, 3rd/try", "My-best-3rd-try"),
        ("../../etc/passwd\n", "etc-passwd"),
        ("Größe", "Gr-e"),
        ("…", "experiment"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_name_of_any_kind_makes_one_folder(settings: Settings, name: str, readable: str) -> None:
    folder = experiment_folder(settings, name, "3f2a9c1b-0000-4000-8000-000000000000")
    assert folder == settings.state / "experiments" / f"{readable}-3f2a9c1b"


def test_trials_that_ask_have_folders_that_stay(inside: Settings, platform: Platform) -> None:
    def train(C: float, trial: object) -> float:  # noqa: N803
        number = trial.number  # type: ignore[attr-defined]
        if number % 2:
            Path(tensorboard.logdir(), "notes.txt").write_text(str(number))
            assert Path(tensorboard.logdir()) == trial.logdir  # type: ignore[attr-defined]
        return C

    result = swept(inside, train, trials=4)
    assert states(result) == ["complete"] * 4
    assert result.id in platform.experiments
    assert result.folder.name == f"digits-{(result.id or '')[:8]}"
    assert sorted(str(path.relative_to(result.folder)) for path in result.folder.rglob("*.txt")) == [
        "trial-00001/notes.txt",
        "trial-00003/notes.txt",
    ]


def test_outside_of_a_trial_there_is_none(settings: Settings) -> None:
    with pytest.raises(HopslabError, match="inside the function") as caught:
        tensorboard.logdir()
    assert caught.value.code == "experiment.no-trial"
    assert swept(settings, lambda C: C, trials=1).state == "complete"  # noqa: N803
    with pytest.raises(HopslabError):
        tensorboard.logdir()
