"""Hopslab in Python: sweeps on the project's executors, its Spark session and its REST API."""

from typing import TYPE_CHECKING

from hopslab.errors import HopslabError

if TYPE_CHECKING:
    from hopslab.outside import connect

__version__ = "0.1.0"
__all__ = ["HopslabError", "__version__", "connect"]


def __getattr__(name: str) -> object:
    # Kernels and trials never need it, and begin sooner without TLS.
    if name == "connect":
        from hopslab.outside import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
