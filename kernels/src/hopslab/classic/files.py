"""What a trial leaves in its folder: its hyperparameters, what it printed and what it returned."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from hopslab.experiment.printed import LOG, Log, printing

HPARAMS = ".hparams.json"
OUTPUTS = ".outputs.json"
METRIC = ".metric"


class Kept:
    """The files of one trial."""

    def __init__(self, folder: Path, log: Log) -> None:
        self.folder = folder
        self._log = log

    def log(self, words: str) -> None:
        """Write a line with the time into the trial's log."""
        self._log.write(f"{datetime.now().astimezone().isoformat()}: {words}\n")

    def outputs(self, returned: Any, key: str) -> dict[str, Any]:
        """Write what was returned, as a dict; files that it names are moved into the folder.

        Args:
            returned: A dict, or the value of ``key``.
            key: What is compared.
        """
        outputs = dict(returned) if isinstance(returned, Mapping) else {key: returned}
        for name, value in outputs.items():
            outputs[name] = self._moved(value) if isinstance(value, (str, Path)) else value
        whole = {str(name): value for name, value in outputs.items()} | {"log": str(self.folder / LOG)}
        _write(self.folder / OUTPUTS, json.dumps(whole, default=_plain))
        if key in outputs:
            _write(self.folder / METRIC, json.dumps(outputs[key], default=_plain))
        return outputs

    def _moved(self, value: str | Path) -> str:
        """Where a file is now that was written by the trial; any other text as it is."""
        path = Path(value)
        with contextlib.suppress(OSError, ValueError):  # a text that is no path at all
            real = path.resolve()
            found = bool(str(value) and path.name) and path.exists()
            own = path.is_file() or real.is_relative_to(Path.cwd())
            if found and own and not real.is_relative_to(self.folder):
                copied(path, self.folder / path.name)
                return str(self.folder / path.name)
        return str(value)


def _new(path: Path) -> TextIO:
    """A file that was not there, for other members write to the dataset, too, and a link of theirs leads elsewhere."""
    new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    return os.fdopen(new, "w", encoding="utf-8", errors="backslashreplace")


def _draft(path: Path) -> Path:
    return path.with_name(f".{uuid.uuid4()}.draft")


def _write(path: Path, text: str) -> None:
    """Whole or not at all: the process may be killed at any time."""
    draft = _draft(path)
    with _new(draft) as file:
        file.write(text)
    draft.replace(path)


def copied(source: Path, target: Path) -> None:
    """A copy of a file or folder, in the place of what was there."""
    draft = _draft(target)
    if source.is_dir():
        shutil.copytree(source, draft, symlinks=True)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
    else:
        with source.open("rb") as given, _new(draft) as file:
            shutil.copyfileobj(given, file.buffer)
    draft.replace(target)


def _plain(value: Any) -> Any:
    """What JSON has for a value that it does not know."""
    for convert in ("item", "tolist"):
        method = getattr(value, convert, None)
        with contextlib.suppress(TypeError, ValueError, RuntimeError):
            if method is not None:
                return method()
    return str(value)


@contextlib.contextmanager
def keeping(folder: Path, params: Mapping[str, Any]) -> Iterator[Kept]:
    """Run a trial in here: what it prints goes to its log, and what it writes to the working folder is its own.

    Args:
        folder: The trial's.
        params: Its hyperparameters.
    """
    _write(folder / HPARAMS, json.dumps(dict(params), default=_plain))
    with (
        printing(folder) as log,
        tempfile.TemporaryDirectory(prefix="trial-", ignore_cleanup_errors=True) as own,
        contextlib.chdir(own),
    ):
        yield Kept(Path(os.path.realpath(folder)), log)


def outputs_of(trial: Path) -> dict[str, Any] | None:
    """What the trial of this folder returned; None where it has returned nothing."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((trial / OUTPUTS).read_text())
        return found if isinstance(found, dict) else None
    return None
