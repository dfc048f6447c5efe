"""The Spark session on this notebook server's executors.

It begins with the kernel; ``session()`` waits for it. In a notebook ``spark`` is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hopslab.display import Status
from hopslab.settings import read_settings
from hopslab.spark.lifecycle import Lifecycle

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["LazySession", "begin", "ready", "session", "stop"]

_lifecycle: Lifecycle | None = None


def _kernels() -> Lifecycle:
    global _lifecycle
    if _lifecycle is None:
        _lifecycle = Lifecycle(read_settings())
    return _lifecycle


def begin() -> None:
    """Begin to start the session and return at once."""
    _kernels().begin()


def session() -> SparkSession:
    """The session; waits for it, with its progress shown.

    Raises:
        HopslabError: ``spark.none`` (the server has no executors), ``spark.held`` (another kernel has them),
            ``spark.java`` or ``spark.start`` (it did not start, with the reason).
    """
    with Status() as status:
        return _kernels().session(lambda step, seconds: status.show(f"Spark: {step} ({seconds:.0f} s)"))


def ready() -> SparkSession | None:
    """The session, if it is there already."""
    return _kernels().ready


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
