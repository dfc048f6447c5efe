"""Where trials keep what they have reached, so that the next attempt goes on from there."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import time
import warnings
from pathlib import Path
from typing import Any

import cloudpickle

OBJECT = "object.pickle"
FILES = "files"
FORGOTTEN_AFTER = 30 * 24 * 3600.0


class Checkpoints:
    """One trial's checkpoints; only the last one is kept.

    They lie in the sandbox's own scratch space: nobody else can put something there that would be unpickled here, and
    it is still there when another kernel resumes the experiment.

    Args:
        folder: The trial's own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, state: Any) -> None:
        """Keep an object, or a copy of the file or folder at a ``Path``; what was kept before goes once it is there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = self._whole()
        number = before[-1][0] + 1 if before else 0
        draft = self._folder / f"{number}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        if isinstance(state, Path):
            _copy(state, draft / FILES)
        else:
            with (draft / OBJECT).open("wb") as file:
                cloudpickle.dump(state, file)  # takes classes of the notebook, too
                file.flush()
                os.fsync(file.fileno())
        draft.rename(self._folder / str(number))
        for _number, old in before:
            shutil.rmtree(old, ignore_errors=True)

    def load(self) -> Any:
        """The object, or the ``Path`` of the copy, that was kept last; None where nothing was."""
        for _number, kept in reversed(self._whole()):
            files = kept / FILES
            if files.is_dir():
                return next(files.iterdir(), None)
            try:
                with (kept / OBJECT).open("rb") as file:
                    return pickle.load(file)
            except Exception as error:  # whatever unpickling raises, such as where a class has changed since
                warnings.warn(f"The checkpoint cannot be read and is passed over: {error}", stacklevel=3)
        return None

    @property
    def there(self) -> bool:
        """Whether anything is kept."""
        return bool(self._whole())

    @property
    def latest(self) -> int:
        """The number of what was kept last, which grows with each; -1 where nothing is."""
        whole = self._whole()
        return whole[-1][0] if whole else -1

    def files(self) -> Path | None:
        """The copy of the file or folder that was kept last; None where that was an object, or nothing."""
        whole = self._whole()
        files = whole[-1][1] / FILES if whole else None
        return next(files.iterdir(), None) if files is not None and files.is_dir() else None

    def forget(self) -> None:
        """The trial has ended."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _whole(self) -> list[tuple[int, Path]]:
        """Those that were written to their end, in order."""
        with contextlib.suppress(OSError):
            return sorted((int(one.name), one) for one in self._folder.iterdir() if one.name.isdecimal())
        return []


def _copy(source: Path, target: Path) -> None:
    """Into a folder, under the name it has."""
    target.mkdir()
    if source.is_dir():
        shutil.copytree(source, target / source.name, symlinks=True)
    else:
        shutil.copy2(source, target / source.name)


def forget_old(folder: Path) -> None:
    """Remove what experiments left that nobody has resumed for a month."""
    with contextlib.suppress(OSError):
        for one in folder.iterdir():
            if time.time() - one.stat().st_mtime > FORGOTTEN_AFTER:
                shutil.rmtree(one, ignore_errors=True)
