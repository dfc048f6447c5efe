"""Whether an experiment can be made again here: what it was made of, beside what there is now."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.provenance import installed
from hopslab.experiment.reads import to_contract
from hopslab.rest import Rest, connect, segment
from hopslab.settings import read_settings

_BLOCK = 1024 * 1024


def made_of(experiment: str) -> dict[str, Any]:
    """What an experiment is made of: ``code``, ``before``, ``packages``, ``resources``, ``files`` and who ran it.

    Args:
        experiment: Its id.

    Raises:
        HopslabError: ``experiment.unknown``, ``provenance.none``, or there is no platform here.
    """
    rest: Rest | None = connect(read_settings())
    if rest is None:
        raise HopslabError("platform.none", "There is no platform here: ask in a notebook of its project.")
    found: dict[str, Any] = rest.in_project("GET", f"/experiments/{segment(experiment)}/provenance")
    return found


def check(experiment: str) -> list[str]:
    """What is not as it was when the experiment ran: Python, packages, files; printed, and empty where all is.

    Args:
        experiment: Its id.

    Raises:
        HopslabError: as ``made_of``.
    """
    found = differences(made_of(experiment))
    print("\n".join(found) or "Python, packages and files are as they were.")  # noqa: T201
    return found


def differences(made: Mapping[str, Any]) -> list[str]:
    """The differences between what an experiment was made of and what is here, in words."""
    found = []
    if made["python"] != platform.python_version():
        found.append(f"Python was {made['python']} and is {platform.python_version()}.")
    now = installed()
    for name, version in made["packages"].items():
        if now.get(name) != version:
            found.append(f"{name} was {version} and is {now.get(name, 'not installed')}.")
    found += [f"{name} {now[name]} was not installed." for name in now if name not in made["packages"]]
    for file in made["files"]:
        found += _changed(file)
    if made["filesLeftOut"]:
        found.append(f"{made['filesLeftOut']} more files were read, of which nothing is kept.")
    return found


def _changed(file: Mapping[str, Any]) -> list[str]:
    try:
        found = Path(file["path"]).stat()
    except OSError:
        return [f"{file['path']} is not there any more."]
    now = to_contract((file["path"], found.st_size, found.st_mtime_ns))
    if now["size"] != file["size"]:
        return [f"{file['path']} had {file['size']} bytes and has {now['size']}."]
    if now["modifiedAt"][:23] != file["modifiedAt"][:23]:
        return [f"{file['path']} was changed at {now['modifiedAt']}, and before at {file['modifiedAt']}."]
    return []


def checksum(path: str | Path) -> str:
    """The SHA-256 of a file as it is now, in hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
