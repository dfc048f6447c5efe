"""Programs that were written for the package ``hops`` run here as they are.

What they start are experiments of :mod:`hopslab.experiment`: shown in the panel, with retries and everything else.

>>> from hops import devices, experiment, model, tensorboard, util
"""

from __future__ import annotations

__all__ = ["devices", "experiment", "model", "tensorboard", "util"]

_INSTEAD = {
    "dataset": "hopslab.dataset has the project's files",
    "hdfs": "the project's datasets are folders below /project, for open() and pandas as they are",
    "project": "hopslab.project tells about the project",
}
_LATER = (
    "beam",
    "elasticsearch",
    "featurestore",
    "hive",
    "jobs",
    "kafka",
    "numpy_helper",
    "pandas_helper",
    "secret",
    "serving",
    "tls",
    "xattr",
)


def __getattr__(name: str) -> object:
    if name in _INSTEAD:
        raise ImportError(f"hops.{name} is not here; {_INSTEAD[name]}.")
    if name in _LATER:
        raise ImportError(f"hops.{name} is not here yet; of hops there is: {', '.join(__all__)}.")
    raise AttributeError(f"module 'hops' has no attribute {name!r}; it has: {', '.join(__all__)}.")
