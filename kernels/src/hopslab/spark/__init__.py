"""The Spark session on this notebook server's executors.

It begins with the kernel if they are free; ``session()`` waits for it. In a notebook ``spark`` is the same. A session
that nobody uses gives the executors back, to another notebook at once; the next use starts it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from hopslab.display import Live, Status
from hopslab.settings import read_settings
from hopslab.spark.lifecycle import Lifecycle
from hopslab.spark.share import Share

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["LazySession", "Share", "begin", "cell", "enough", "ready", "session", "share", "stop"]

_lifecycle: Lifecycle | None = None


def _kernels() -> Lifecycle:
    global _lifecycle
    if _lifecycle is None:
        _lifecycle = Lifecycle(read_settings())
    return _lifecycle


def begin() -> None:
    """Begin to start the session if the executors are free, and return at once."""
    _kernels().begin()


def session(tell: Callable[[str], None] = lambda _step: None, *, elastic: bool = False) -> SparkSession:
    """The session; waits for it, with its progress shown.

    Args:
        tell: Called with what is waited for, in words, whenever that is looked at.
        elastic: Wait for one executor only, where it has not begun yet; the others come as they become free.

    Raises:
        HopslabError: ``spark.none`` (the server has no executors), ``spark.java`` or ``spark.start`` (it did not
            start, with the reason), or what the platform refuses.
    """
    kernels = _kernels()
    with Status() as status:

        def show(step: str, seconds: float) -> None:
            status.show(f"Spark: {step} ({seconds:.0f} s)")
            tell(step)

        found = kernels.session(show, elastic=elastic)
    why = kernels.word()
    if why is not None:
        say = f"Spark was started again, because {why}. What it had cached, and temporary views, are gone."
        Live().show(f'<span style="color:var(--jp-ui-font-color2)">{escape(say)}</span>', say)
    return found


def cell(runs: bool) -> None:
    """Say that a cell of this notebook begins, or has ended: in between Spark is in use."""
    _kernels().cell(runs)


def ready() -> SparkSession | None:
    """The session, if it is there already."""
    return _kernels().ready


def share() -> Share | None:
    """The session's share of the executors, which changes while it runs; None where nobody counts them."""
    return _kernels().share


def enough(executors: int) -> None:
    """Wait until the session has so many executors: others may have had some of them since a search ran here."""
    with Status() as status:
        while (lent := share()) is not None and lent.count < min(executors, lent.most):
            status.show(f"Spark: waiting for executors; {lent.count} of {lent.most} are here")
            time.sleep(0.1)


def stop() -> None:
    """Stop the session and let another kernel have the executors."""
    _kernels().stop()


class LazySession:
    """The name ``spark``: the session as soon as anything is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what completion and display look for does not start anything
            raise AttributeError(name)
        return getattr(session(), name)

    def __dir__(self) -> list[str]:
        from pyspark.sql import SparkSession

        return [name for name in dir(SparkSession) if not name.startswith("_")]

    def __repr__(self) -> str:
        return "<the Spark session of this notebook server; it starts by itself>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a Spark session cannot be used inside a trial: executors have none")
