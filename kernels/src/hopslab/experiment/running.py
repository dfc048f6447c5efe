"""Which trial this process runs, for what has no parameter to be told by."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hopslab.experiment.trial import Trial

_running: list[Trial] = []


@contextlib.contextmanager
def running(trial: Trial) -> Iterator[None]:
    """The trial runs in here, in whichever thread of the process."""
    _running.append(trial)
    try:
        yield
    finally:
        _running.remove(trial)


def current() -> Trial | None:
    """The trial that this process runs, or None."""
    return _running[-1] if _running else None
