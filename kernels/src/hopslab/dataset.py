"""The project's datasets: in a sandbox each is a folder, read and written like any other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from hopslab.errors import HopslabError, NotFoundError
from hopslab.rest import platform

ROOT = Path("/project")


@dataclass(frozen=True)
class Dataset:
    """``name`` is ``owner::name`` where another project shares it; ``folder`` is where it lies in a sandbox."""

    name: str
    description: str
    built_in: bool
    folder: Path


def _folder(name: str) -> Path:
    return ROOT / "shared" / name if "::" in name else ROOT / name


def _dataset(answer: dict[str, Any]) -> Dataset:
    name = answer["name"]
    return Dataset(name, answer["description"], answer["builtIn"], _folder(name))


def listed() -> list[Dataset]:
    """Every dataset of the project, by name, then those that are shared with it.

    Raises:
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    return [_dataset(answer) for answer in platform().listed("/datasets")]


def path(name: str, inside: str = "") -> Path:
    """Where a dataset is in this sandbox, or a path inside it, there already or not.

    Args:
        name: The dataset's name, such as ``genome`` or ``owner::genome``.
        inside: A path relative to the dataset, such as ``2026/reads.parquet``.

    Raises:
        NotFoundError: ``dataset.unknown``: this sandbox has no such dataset.
        HopslabError: ``file.path``: the path leads out of the dataset.
    """
    folder = _folder(name)
    if name in ("", ".", "..", "shared") or "/" in name or not folder.is_dir():
        raise NotFoundError(
            "dataset.unknown",
            f"There is no dataset {name!r} here. One that was made just now is there after the notebook server"
            " is started again.",
        )
    parts = PurePosixPath(inside)
    if parts.is_absolute() or ".." in parts.parts:
        raise HopslabError(
            "file.path", f"{inside!r} leads out of the dataset {name}; write a path inside it."
        )
    return folder / parts


def exists(name: str, inside: str = "") -> bool:
    """Whether this sandbox has a dataset, and something at a path inside it.

    Raises:
        HopslabError: ``file.path``: the path leads out of the dataset.
    """
    try:
        return path(name, inside).exists()
    except NotFoundError:
        return False
