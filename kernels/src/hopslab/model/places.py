"""Where models lie in a sandbox, and how a folder gets there whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import secrets
import shutil
from pathlib import Path

from hopslab.errors import HopslabError

ROOT = Path("/project/Models")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_HERE, _EXCHANGE = -100, 2


def check_name(name: object) -> str:
    """The name, where it is one of a model.

    Raises:
        HopslabError: ``model.invalid``.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise HopslabError(
        "model.invalid",
        f"{name!r} is no name of a model: use letters, digits, _ and -, beginning with a letter, at most 63.",
    )


def home_of(name: str) -> Path:
    """The folder of all versions of a model, there or not."""
    return ROOT / name


def folder_of(name: str, version: int) -> Path:
    """The folder of a version, there or not."""
    return home_of(name) / str(version)


def make_draft(name: str, version: int) -> Path:
    """A new folder that a version is written in. Should this process die, the platform removes it after a day.

    Raises:
        HopslabError: ``model.outside``: this is no sandbox of a project.
    """
    if not ROOT.is_dir():
        raise HopslabError(
            "model.outside",
            "Models are registered from a notebook of the project. From outside, a data owner uploads the files with"
            " hopslab.dataset.upload to Models/<name>/<version> and calls hopslab.model.register.",
        )
    draft = home_of(name) / f".draft-{version}-{secrets.token_hex(4)}"
    draft.mkdir(parents=True)
    return draft


def put(draft: Path, folder: Path, *, replace: bool) -> None:
    """Give a draft its final name; with ``replace`` it takes the place of what is there, at once.

    Raises:
        HopslabError: ``model.exists``: something is there.
    """
    try:
        draft.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise
        if not replace:
            raise HopslabError(
                "model.exists",
                f"There is something at {folder} already, which is not registered. Move it away, register it as it is"
                " with hopslab.model.register, or leave the version out for the next one.",
            ) from None
        if not _exchange(draft, folder):
            aside = draft.with_name(f"{draft.name}-before")
            folder.rename(aside)
            draft.rename(folder)
            draft = aside
        remove(draft)


def remove(path: Path) -> None:
    """Remove a folder, a file or a link, whatever is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once; False where this file system cannot."""
    exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return exchange is not None and (
        exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
    )
