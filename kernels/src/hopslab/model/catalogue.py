"""The project's registered models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from hopslab.errors import NotFoundError
from hopslab.model.places import check_name, folder_of
from hopslab.rest import platform

Direction = Literal["maximize", "minimize"]


@dataclass(frozen=True)
class Model:
    """One version of a model.

    Attributes:
        metrics: The numbers that it was registered with.
        experiment: The id of the experiment that it came of, and ``trial`` its trial's number; or None.
        folder: Where its files are in a sandbox.
        size: Of all its files, in bytes.
        missing: Its folder is not there any more.
        sha256: Of the pickled object, as it was registered; None of files.
    """

    name: str
    version: int
    description: str
    metrics: dict[str, float]
    experiment: str | None
    trial: int | None
    folder: Path
    size: int
    files: int
    sha256: str | None
    missing: bool
    created_by: str
    created_at: datetime

    @classmethod
    def told(cls, answer: dict[str, Any]) -> Model:
        """As the platform tells it."""
        return cls(
            name=answer["name"],
            version=answer["version"],
            description=answer["description"],
            metrics=dict(answer["metrics"]),
            experiment=answer["experiment"],
            trial=answer["trial"],
            folder=folder_of(answer["name"], answer["version"]),
            size=answer["bytes"],
            files=answer["files"],
            sha256=answer["sha256"],
            missing=answer["missing"],
            created_by=answer["createdBy"],
            created_at=datetime.fromisoformat(answer["createdAt"]),
        )


def listed() -> list[Model]:
    """The newest version of each model, by name.

    Raises:
        UnreachableError: the platform does not answer just now.
    """
    return [Model.told(answer["newest"]) for answer in platform().listed("/models")]


def versions(name: str) -> Iterator[Model]:
    """The versions of a model, newest first, fetched page by page while they are read.

    Raises:
        NotFoundError: ``model.unknown``.
        UnreachableError: the platform does not answer just now.
    """
    for answer in platform().listed(f"/models/{check_name(name)}"):
        yield Model.told(answer)


def get_model(name: str, version: int | None = None) -> Model:
    """A version of a model; the newest where none is given.

    Raises:
        NotFoundError: ``model.unknown``.
        UnreachableError: the platform does not answer just now.
    """
    check_name(name)
    if version is not None:
        return Model.told(platform().in_project("GET", f"/models/{name}/versions/{int(version)}"))
    newest = platform().in_project("GET", f"/models/{name}?limit=1")["items"]
    if not newest:
        raise NotFoundError("model.unknown", f"There is no model {name}.")
    return Model.told(newest[0])


def get_best_model(name: str, metric: str, direction: Direction = "maximize") -> Model:
    """The version with the best value of a metric; of equals the newest.

    Args:
        name: The model.
        metric: One of the numbers that it was registered with, such as ``accuracy``.
        direction: ``maximize`` or ``minimize``.

    Raises:
        NotFoundError: ``model.unknown``: there is no such model, or none of its versions has the metric.
        UnreachableError: the platform does not answer just now.
    """
    query = urlencode({"metric": metric, "direction": direction})
    return Model.told(platform().in_project("GET", f"/models/{check_name(name)}/best?{query}"))
