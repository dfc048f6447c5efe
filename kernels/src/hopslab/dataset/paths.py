"""Where datasets are in a sandbox: each is a folder, read and written like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from hopslab.errors import HopslabError, NotFoundError, RefusedError
from hopslab.rest import Rest

ROOT = Path("/project")


def folder_of(name: str) -> Path:
    """The folder of a dataset, there or not."""
    return ROOT / "shared" / name if "::" in name else ROOT / name


def path(name: str, inside: str = "") -> Path:
    """Where a dataset is in this sandbox, or a path inside it, there already or not.

    Args:
        name: The dataset's name, such as ``genome`` or ``owner::genome``.
        inside: A path relative to the dataset, such as ``2026/reads.parquet``.

    Raises:
        NotFoundError: ``dataset.unknown``: this sandbox has no such dataset.
        HopslabError: ``file.path``: the path leads out of the dataset.
    """
    folder = folder_of(name)
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


@contextmanager
def carried_from_outside(rest: Rest, name: str) -> Iterator[None]:
    """Who is refused because they are in a sandbox is told what is there instead."""
    try:
        yield
    except RefusedError as refused:
        if not rest.inside or refused.code != "auth.hub-only":
            raise
        raise RefusedError(
            refused.code,
            f"{refused.detail} In a notebook the dataset is the folder {folder_of(name)}: copy from it and to it,"
            " where you may.",
        ) from refused
