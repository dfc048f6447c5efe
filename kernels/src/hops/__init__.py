"""Programs that were written for the package ``hops`` run here as they are.

What they start are experiments of :mod:`hopslab.experiment`: shown in the panel, with retries and everything else.

>>> from hops import devices, experiment, model, tensorboard, util
"""

from __future__ import annotations

from hopslab.classic.absent import explain

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


def _words(name: str) -> str:
    if name in _INSTEAD:
        return f"hops.{name} is not here; {_INSTEAD[name]}."
    yet = " yet" if name in _LATER else ""
    return f"hops.{name} is not here{yet}; of hops there is: {', '.join(__all__)}."


def __getattr__(name: str) -> object:
    if name in _INSTEAD or name in _LATER:
        raise ImportError(_words(name))
    raise AttributeError(f"module 'hops' has no attribute {name!r}; it has: {', '.join(__all__)}.")


explain(__name__, _words)  # also to ``import hops.hdfs``
