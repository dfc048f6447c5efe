"""Rank 0's last checkpoint, kept with the experiment's other files."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from hopslab.experiment.checkpoints import Checkpoints

NAME = "checkpoint"


def keep(checkpoints: Path, folder: Path) -> None:
    """Copy the file or folder that was kept last to ``checkpoint`` in the trial's folder.

    An object is not: it would be unpickled by whoever opens it, and every member may write to that folder. Nor is any
    link followed there.
    """
    files = Checkpoints(checkpoints).files()
    if files is None:
        return
    try:
        with _held(folder.parent) as experiment, _held(experiment / folder.name) as trial:
            draft = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=trial))
            try:
                with _held(draft) as target:
                    _copy(files, target / files.name)
                draft.chmod(0o755)
                _take_away(trial / NAME)
                draft.rename(trial / NAME)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        warnings.warn(f"The last checkpoint could not be copied to {folder / NAME}: {error}", stacklevel=2)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """A way to a folder that stays the same whatever somebody puts in its place; made where there is none.

    Raises:
        OSError: it is a link, or no folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield Path("/proc/self/fd", str(descriptor))
    finally:
        os.close(descriptor)


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
