"""The experiment that a program has begun by itself."""

from __future__ import annotations

import atexit
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.by_hand import ByHand
from hopslab.settings import read_settings

_open: list[ByHand] = []


def nothing_open() -> None:
    """Nothing else may be started within.

    Raises:
        HopslabError: ``experiment.running``.
    """
    if _open:
        raise HopslabError(
            "experiment.running", "An experiment is running in this program; call experiment.end() first."
        )


def begin(name: str, description: str) -> ByHand:
    """Begin it."""
    nothing_open()
    begun = ByHand(read_settings(), name, description)
    _open.append(begun)
    return begun


def end(metric: Any) -> None:
    """End it.

    Raises:
        HopslabError: ``experiment.none``.
    """
    if not _open:
        raise HopslabError("experiment.none", "No experiment is running; call experiment.begin() first.")
    _open.pop().end(metric)


@atexit.register
def _abandoned() -> None:
    while _open:
        _open.pop().end(state="stopped", reason="The program ended without experiment.end().")
