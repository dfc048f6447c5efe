"""Getting at the files of a model, and at the object in them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hopslab import dataset
from hopslab.errors import HopslabError, NotFoundError
from hopslab.model.catalogue import Model, get_model
from hopslab.model.keeping import is_object, unpickle
from hopslab.rest import platform
from hopslab.settings import read_settings


def _folder(model: Model) -> Path:
    if model.folder.is_dir():
        return model.folder
    raise NotFoundError(
        "model.missing",
        f"The files of {model.name}, version {model.version}, are not in {model.folder} any more. A data owner may find"
        " them in the trash of the dataset Models; or load another version.",
    )


def download_model(name: str, version: int | None = None, to: str | Path | None = None) -> Path:
    """The folder with a model's files.

    In a notebook it is the model's own folder, to be read only, or a copy where ``to`` is given. From outside it is
    downloaded, for data owners.

    Args:
        name: The model.
        version: Its number; the newest where none is given.
        to: Where a copy goes: a folder that is made.

    Raises:
        NotFoundError: ``model.unknown``, ``model.missing``.
        RefusedError: data leaves the project by data owners only.
        HopslabError: ``file.exists``: there is something at ``to``.
        UnreachableError: the platform does not answer just now.
    """
    model = get_model(name, version)
    if platform().inside:
        folder = _folder(model)
        if to is None:
            return folder
        if Path(to).exists():
            raise HopslabError("file.exists", f"There is something at {to} already; choose another place.")
        return Path(shutil.copytree(folder, to))
    target = Path(tempfile.mkdtemp(prefix="hopslab-")) / str(model.version) if to is None else Path(to)
    dataset.download("Models", f"{model.name}/{model.version}", target)
    return target


def load(name: str, version: int | None = None, *, trust: bool = False) -> Any:
    """The object that a model was registered as; of files the ``Path`` of their folder.

    To unpickle an object runs what is in it, as you. So only your own are loaded as they are, and only as long as
    nobody has changed them; of others' say that you trust them.

    Args:
        name: The model.
        version: Its number; the newest where none is given.
        trust: Whether to load what somebody else has registered, or changed since.

    Raises:
        NotFoundError: ``model.unknown``, ``model.missing``.
        HopslabError: ``model.untrusted``, ``model.changed``, ``model.unreadable``.
        RefusedError, UnreachableError: as ``download_model``.
    """
    model = get_model(name, version)
    folder = download_model(name, model.version)
    if not is_object(folder):
        return folder
    me = read_settings().user
    if not trust and (model.sha256 is None or model.created_by != me):
        whose = (
            f"was registered by {model.created_by}"
            if model.created_by != me
            else "was registered as mere files"
        )
        raise HopslabError(
            "model.untrusted",
            f"{model.name}, version {model.version}, {whose}, and loading it runs what is in it as you. If you"
            f" trust it: load({model.name!r}, {model.version}, trust=True).",
        )
    return unpickle(folder, None if trust else model.sha256)
