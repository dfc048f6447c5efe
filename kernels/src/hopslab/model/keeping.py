"""How a model is written into a folder, and read again."""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
import shutil
import sys
from pathlib import Path
from typing import Any

import cloudpickle

from hopslab.errors import HopslabError

OBJECT = "model.pkl"
ABOUT = "model.json"
_BLOCK = 1 << 20


class _Hashing:
    """A file that is written, and hashed while it is."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        return int(self._file.write(data))


def keep(what: Any, folder: Path) -> str | None:
    """Write a model into a folder that is there: the file or what is in the folder at a path, else the object.

    An object is pickled by value where its class is the notebook's (``model.pkl``), with what it was made by beside it
    (``model.json``).

    Returns:
        The SHA-256 of the pickled object; None of files.

    Raises:
        HopslabError: ``model.files``: there is nothing at the path, or what is no file; ``model.object``: the object
            cannot be pickled.
    """
    if isinstance(what, str | Path):
        _copy(Path(what), folder)
        return None
    try:
        with (folder / OBJECT).open("xb") as file:
            hashing = _Hashing(file)
            cloudpickle.dump(what, hashing)
    except OSError:
        raise
    except Exception as error:  # whatever an object's own __reduce__ raises
        raise HopslabError(
            "model.object",
            f"A {type(what).__name__} cannot be pickled ({error}); save it with its own framework, and give the path"
            " of the file or folder.",
        ) from error
    about = json.dumps(_about(what), indent=2, sort_keys=True)
    with (folder / ABOUT).open("x", encoding="utf-8") as file:  # through no link of somebody's
        file.write(about + "\n")
    return hashing.sha256.hexdigest()


def is_object(folder: Path) -> bool:
    """Whether a folder holds a pickled object."""
    return (folder / OBJECT).is_file() and (folder / ABOUT).is_file()


def sha256_of(folder: Path) -> str | None:
    """The SHA-256 of the object in a folder; None where it holds files."""
    if not is_object(folder):
        return None
    sha256 = hashlib.sha256()
    with (folder / OBJECT).open("rb") as file:
        while data := file.read(_BLOCK):
            sha256.update(data)
    return sha256.hexdigest()


def unpickle(folder: Path, sha256: str | None) -> Any:
    """The object in a folder; where its hash is known, nothing else is unpickled.

    Raises:
        HopslabError: ``model.changed``: it is not what was registered; ``model.unreadable``.
    """
    data = (folder / OBJECT).read_bytes()
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise HopslabError(
            "model.changed",
            f"{folder / OBJECT} is not what was registered: somebody has changed it since. If it is to be trusted,"
            " register it again, or load it with trust=True.",
        )
    try:
        return pickle.loads(data)
    except Exception as error:  # whatever unpickling raises, such as where a library is another version
        made_by = ""
        if (folder / ABOUT).is_file():
            made_by = (
                f" It was made with {(folder / ABOUT).read_text(encoding='utf-8', errors='replace')[:500]}"
            )
        raise HopslabError(
            "model.unreadable",
            f"{folder / OBJECT} cannot be read: {type(error).__name__}: {error}.{made_by}",
        ) from error


def _about(what: Any) -> dict[str, Any]:
    module = type(what).__module__
    framework = module.partition(".")[0]
    versions = {"python": platform.python_version(), "cloudpickle": cloudpickle.__version__}
    version = getattr(sys.modules.get(framework), "__version__", None)
    if isinstance(version, str):
        versions[framework] = version
    return {
        "class": f"{module}.{type(what).__qualname__}",
        "framework": framework,
        "object": OBJECT,
        "versions": versions,
    }


def _copy(source: Path, folder: Path) -> None:
    if not source.exists():
        raise HopslabError("model.files", f"There is nothing at {source}; give the path of a file or folder.")
    try:
        if source.is_dir():
            # What links lead to is kept, since they would lead nowhere in another sandbox.
            shutil.copytree(source, folder, dirs_exist_ok=True)
        else:
            shutil.copy2(source, folder / source.name)
    except (shutil.Error, shutil.SpecialFileError) as error:
        faults = error.args[0] if isinstance(error.args[0], list) else [("", "", str(error))]
        raise HopslabError(
            "model.files",
            f"Not everything in {source} can be kept.",
            faults=[f"{name}: {why}" for name, _target, why in faults[:20]],
        ) from error
