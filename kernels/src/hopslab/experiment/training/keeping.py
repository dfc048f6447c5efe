"""Rank 0's last checkpoint, kept with the experiment's other files."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import warnings
from pathlib import Path

from hopslab.experiment.checkpoints import Checkpoints

NAME = "checkpoint"


def keep(checkpoints: Path, folder: Path) -> None:
    """Copy the file or folder that was kept last to ``checkpoint`` in the trial's folder.

    An object is not: it would be unpickled by whoever opens it, and every member may write to that folder.
    """
    files = Checkpoints(checkpoints).files()
    if files is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Under a name that nobody has taken, such as for a link to elsewhere.
        draft = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder))
        draft.chmod(0o755)
        try:
            if files.is_dir():
                shutil.copytree(files, draft / files.name, symlinks=True)
            else:
                shutil.copy2(files, draft / files.name)
            _take_away(folder / NAME)
            draft.rename(folder / NAME)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    except OSError as error:
        warnings.warn(f"The last checkpoint could not be copied to {folder / NAME}: {error}", stacklevel=2)


def _take_away(old: Path) -> None:
    if old.is_symlink():
        old.unlink()
    else:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(old)
