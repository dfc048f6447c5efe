"""Hopslab in Python: sweeps on the project's executors, its Spark session and its REST API."""

from hopslab.errors import HopslabError

__version__ = "0.1.0"
__all__ = ["HopslabError", "__version__"]
