"""The project's registered models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hopslab import model as models
from hopslab.errors import HopslabError
from hopslab.model import Model

_DIRECTIONS = {"max": "maximize", "min": "minimize", "maximize": "maximize", "minimize": "minimize"}


class Metric:
    """Which value of a metric is the best."""

    MAX = "MAX"
    MIN = "MIN"


def _own(project: str | None) -> None:
    from hopslab.rest import platform

    if project not in (None, platform().project):
        raise HopslabError(
            "model.other-project",
            f"Models of {project} are not reached from here; work in a notebook of that project, or have it share its"
            " dataset Models.",
        )


def _told(found: Model) -> dict[str, Any]:
    return {
        "name": found.name,
        "version": found.version,
        "description": found.description,
        "metrics": dict(found.metrics),
        "experimentId": found.experiment,
        "user": found.created_by,
        "created": found.created_at.isoformat(),
        "path": str(found.folder),
    }


def export(
    model_path: str,
    model_name: str,
    model_version: int | None = None,
    overwrite: bool = False,
    metrics: Mapping[str, Any] | None = None,
    description: str | None = None,
    **_others: Any,
) -> dict[str, Any]:
    """Register a copy of the file or folder at ``model_path``; what it is then, as ``get_model`` tells it."""
    found = models.export(
        str(model_path),
        model_name,
        model_version,
        overwrite=overwrite,
        metrics=metrics,
        description=description or "",
    )
    return _told(found)


def get_model(
    model_name: str, model_version: int | None = None, project_name: str | None = None
) -> dict[str, Any]:
    """A version of a model; the newest where none is given."""
    _own(project_name)
    return _told(models.get_model(model_name, model_version))


def get_best_model(
    model_name: str, metric: str, direction: str = Metric.MAX, project: str | None = None
) -> dict[str, Any]:
    """The version with the best value of a metric.

    Args:
        model_name: The model.
        metric: One of its metrics.
        direction: ``Metric.MAX`` or ``Metric.MIN``.
        project: This one.
    """
    _own(project)
    way = _DIRECTIONS.get(str(direction).lower())
    if way is None:
        raise HopslabError("model.invalid", f"direction is {direction!r}; use Metric.MAX or Metric.MIN.")
    return _told(models.get_best_model(model_name, metric, "maximize" if way == "maximize" else "minimize"))


def download_model(model_name: str, model_version: int | None = None, project_name: str | None = None) -> str:
    """The folder with the model's files; in a notebook the model's own."""
    _own(project_name)
    return str(models.download_model(model_name, model_version))
