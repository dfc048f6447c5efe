"""Hopslab in Python: sweeps on the project's executors, its Spark session and its REST API."""

from hopslab.errors import HopslabError
from hopslab.outside import connect

__version__ = "0.1.0"
__all__ = ["HopslabError", "__version__", "connect"]
