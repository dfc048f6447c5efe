"""Copies of the resources that a program wants to be kept with its experiment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hopslab.classic.files import copied
from hopslab.classic.programs import invalid

_PROJECT = Path("/project")
FOLDER = "versioned_resources"


def versioned(resources: object) -> list[Path]:
    """Where the resources are, each by its path or by that in the project.

    Raises:
        HopslabError: ``experiment.invalid`` where one is not there.
    """
    if resources is None:
        return []
    if isinstance(resources, (str, bytes)) or not isinstance(resources, Sequence):
        raise invalid([f"versioned_resources is {resources!r:.60}; give a list of paths."])
    found = [_found(str(one)) for one in resources]
    missing = [str(one) for one, path in zip(resources, found, strict=True) if path is None]
    if missing:
        raise invalid(
            [f"versioned_resources: there is no {one!r:.200}; give paths in the project." for one in missing]
        )
    return [path for path in found if path is not None]


def _found(resource: str) -> Path | None:
    return next((path for path in (Path(resource), _PROJECT / resource.lstrip("/")) if path.exists()), None)


def keep(resources: list[Path], experiment: Path) -> None:
    """Copy them into the experiment's folder."""
    target = experiment / FOLDER
    for resource in resources:
        target.mkdir(parents=True, exist_ok=True)
        copied(resource, target / resource.name)
