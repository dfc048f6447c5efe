"""The project's models, in its ``Models`` dataset: registered with a version, metrics, and where they came from.

>>> from hopslab import model
>>> model.export(classifier, "digits", metrics={"accuracy": 0.98})  # doctest: +SKIP
>>> model.load("digits").predict(images)  # doctest: +SKIP
>>> model.get_best_model("digits", "accuracy").version  # doctest: +SKIP
"""

from hopslab.model.catalogue import Model, get_best_model, get_model, listed, versions
from hopslab.model.loading import download_model, load
from hopslab.model.publishing import export, register

__all__ = [
    "Model",
    "download_model",
    "export",
    "get_best_model",
    "get_model",
    "listed",
    "load",
    "register",
    "versions",
]
