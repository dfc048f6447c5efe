"""Rank 0's checkpoints: by attempt, so that all workers restore the same; the last one stays with the experiment."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

from hopslab.experiment.checkpoints import Checkpoints
from hopslab.experiment.folders import held_trial
from hopslab.held import held

NAME = "checkpoint"
_ATTEMPT = "attempt-"


class AttemptCheckpoints(Checkpoints):
    """What an attempt keeps, and what it begins from: a worker that is late finds what the others found.

    Args:
        folder: This attempt's.
        earlier: Of which it begins.
    """

    def __init__(self, folder: Path, earlier: Path) -> None:
        super().__init__(folder)
        self._earlier = Checkpoints(earlier)

    def load(self) -> Any:
        """What was kept last before this attempt; None where nothing was."""
        return self._earlier.load()


def of_attempt(training: Path, attempt: int) -> Path:
    """Where an attempt at a training keeps its checkpoints."""
    return training / f"{_ATTEMPT}{attempt}"


def latest(training: Path) -> Path | None:
    """Where the last attempt at a training that kept anything kept it."""
    folders = sorted(training.glob(f"{_ATTEMPT}*"), key=lambda one: int(one.name.removeprefix(_ATTEMPT)))
    return next((one for one in reversed(folders) if Checkpoints(one).there), None)


def keep(training: Path, folder: Path) -> None:
    """Copy the file or folder that was kept last to ``checkpoint`` in the trial's folder.

    An object is not: it would be unpickled by whoever opens it, and every member may write to that folder. Nor is any
    link followed there.
    """
    last = latest(training)
    files = Checkpoints(last).files() if last is not None else None
    if files is None:
        return
    try:
        with held_trial(folder, make=True) as trial:
            draft = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=trial))
            try:
                with held(trial, trial / draft.name) as target:
                    _copy(files, target / files.name)
                draft.chmod(0o755)
                _take_away(trial / NAME)
                draft.rename(trial / NAME)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        warnings.warn(f"The last checkpoint could not be copied to {folder / NAME}: {error}", stacklevel=2)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def _take_away(old: Path) -> None:
    if old.is_symlink() or old.is_file():
        old.unlink()
    else:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(old)
