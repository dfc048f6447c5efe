"""Where experiments and their trials put files: the project's ``Experiments`` dataset."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path

from hopslab.held import held
from hopslab.settings import Settings

_DATASET = Path("/project/Experiments")
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


def experiment_folder(settings: Settings, name: str, experiment: str) -> Path:
    """An experiment's own folder, such as ``/project/Experiments/digits-3f2a9c1b``; not made by this.

    Outside a sandbox it lies in this machine's scratch folder.

    Args:
        settings: Of this process.
        name: The experiment's name.
        experiment: Its id.
    """
    readable = _OTHER.sub("-", name).strip("-.")[:60].rstrip("-.") or "experiment"
    root = _DATASET if _DATASET.is_dir() else settings.state / "experiments"
    return root / f"{readable}-{experiment[:8]}"


def trial_folder(experiment: Path, number: int) -> Path:
    """The folder of a trial in its experiment's, such as ``trial-00007``; not made by this."""
    return experiment / f"trial-{number:05d}"


def held_trial(trial: Path, *, make: bool = False) -> AbstractContextManager[Path]:
    """A trial's folder by a path that leads to this very folder in here, and through no link of another member's.

    Args:
        trial: From ``trial_folder``, or that of a worker in it.
        make: Whether it is made where it is not there.

    Raises:
        OSError: as ``held`` does.
    """
    root = trial.parents[2 if trial.name.startswith("worker-") else 1]
    if make:
        root.mkdir(parents=True, exist_ok=True)
    return held(root, trial, make=make)
