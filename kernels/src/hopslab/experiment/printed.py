"""What a trial prints: shown as ever, and kept in its folder."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from hopslab.experiment.bounded import Bounded
from hopslab.experiment.folders import held_trial

LOG = "output.log"
# Bytes that are kept of one trial, whatever it prints.
MOST = 4 * 1024 * 1024
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_THERE = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK


def _open(folder: Path, *, again: bool) -> TextIO:
    """The log, new or ``again`` that of the attempt before.

    Other members write to the dataset, too: a link of theirs would lead elsewhere, and a pipe would not end.
    """
    with held_trial(folder, make=True) as inside:
        log: int | None = None
        if again:
            with contextlib.suppress(OSError):
                log = os.open(inside / LOG, _THERE)
                if not stat.S_ISREG(os.fstat(log).st_mode):
                    os.close(log)
                    log = None
        if log is None:
            (inside / LOG).unlink(missing_ok=True)
            log = os.open(inside / LOG, _NEW, 0o666)
    return os.fdopen(log, "a", encoding="utf-8", errors="backslashreplace")


class Log(Bounded):
    """A trial's log; there is none before the first words, and none where it cannot be written.

    Args:
        folder: The trial's, made with the first words.
        again: Whether this is a further attempt, which goes on with the log.
    """

    def __init__(self, folder: Path, *, again: bool = False) -> None:
        super().__init__(lambda: _open(folder, again=again), MOST)
        self.folder = folder


class _Both:
    """A stream that is written to a log, too."""

    def __init__(self, stream: TextIO, log: Log) -> None:
        self._stream = stream
        self._log = log

    def write(self, text: str) -> int:
        self._log.write(text)
        return self._stream.write(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


_open_now: list[Log] = []


@contextlib.contextmanager
def printing(folder: Path, *, again: bool = False) -> Iterator[Log]:
    """What is printed in here goes to the log of this folder, too; inside another one of the same folder it is that.

    Args:
        folder: The trial's.
        again: Whether this is a further attempt.
    """
    if _open_now and _open_now[-1].folder == folder:
        yield _open_now[-1]
        return
    log = Log(folder, again=again)
    _open_now.append(log)
    try:
        with (
            contextlib.redirect_stdout(_Both(sys.stdout, log)),
            contextlib.redirect_stderr(_Both(sys.stderr, log)),
        ):
            yield log
    finally:
        _open_now.remove(log)
        log.close()
