"""Registering models: a version is reserved, its folder written unseen, put in its place at once, and registered."""

from __future__ import annotations

import contextlib
import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError
from hopslab.model.catalogue import Model
from hopslab.model.keeping import keep, sha256_of
from hopslab.model.places import check_name, folder_of, make_draft, put, remove
from hopslab.rest import Rest, platform
from hopslab.settings import read_settings

# While the server is started again, nothing is lost.
PATIENCE = 60.0


@dataclass(frozen=True)
class About:
    """What a version is registered with."""

    description: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    experiment: str | None = None
    trial: int | None = None

    def to_contract(self, sha256: str | None) -> dict[str, Any]:
        """As the REST API takes it."""
        return {
            "description": self.description,
            "metrics": dict(self.metrics),
            "experiment": self.experiment,
            "trial": self.trial,
            "sha256": sha256,
        }


def numbers(metrics: Mapping[str, Any] | None) -> dict[str, float]:
    """The metrics as plain numbers.

    Raises:
        HopslabError: ``model.invalid`` with each that is none.
    """
    faults, found = [], {}
    for name, value in (metrics or {}).items():
        try:
            found[str(name)] = float(value)
        except (TypeError, ValueError):
            faults.append(f"{name} is {value!r:.60}; give a number.")
            continue
        if not math.isfinite(found[str(name)]):
            faults.append(f"{name} is {value!r:.60}; give a finite number.")
    if faults:
        raise HopslabError("model.invalid", "The metrics are not numbers.", faults=faults)
    return found


def _patient() -> Rest:
    rest = platform()
    rest.patience = max(rest.patience, PATIENCE)
    return rest


def _key() -> str:
    return str(uuid.uuid4())


def _reserve(rest: Rest, name: str, version: int | None, overwrite: bool) -> dict[str, Any]:
    body = {"overwrite": overwrite} | ({} if version is None else {"version": version})
    answer: dict[str, Any] = rest.in_project("POST", f"/models/{name}/versions", body, idempotency_key=_key())
    return answer


def _register(rest: Rest, name: str, version: int, about: About, sha256: str | None) -> Model:
    path = f"/models/{name}/versions/{version}"
    body = about.to_contract(sha256)
    # The key says that it may be said again: registering twice is registering once.
    return Model.told(rest.in_project("PUT", path, body, idempotency_key=_key()))


def _proof(name: str, version: int) -> Path:
    return read_settings().state / "models" / name / str(version)


def _vouch(name: str, version: int, sha256: str | None) -> None:
    """Note, where nobody else can write, which object is about to be registered; None once it is."""
    proof = _proof(name, version)
    with contextlib.suppress(OSError):  # then it has to be trusted by name
        if sha256 is None:
            proof.unlink(missing_ok=True)
        else:
            proof.parent.mkdir(parents=True, exist_ok=True)
            proof.write_text(sha256, encoding="ascii")


def _known_object(reserved: Mapping[str, Any], name: str, version: int) -> str | None:
    """The hash of the object that is in the folder, where it is the one that I have put there.

    Every member writes to ``Models``: of any other, whoever loads it has to say that it is trusted.
    """
    folder = folder_of(name, version)
    sha256 = sha256_of(folder) if folder.is_dir() else None
    if sha256 is None:
        return None
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if _proof(name, version).read_text(encoding="ascii") == sha256:
            return sha256
    mine = reserved["state"] == "ready" and reserved["createdBy"] == read_settings().user
    return sha256 if mine and reserved["sha256"] == sha256 else None


def publish(
    name: str, version: int | None, write: Callable[[Path], str | None], about: About, *, overwrite: bool
) -> Model:
    """Register what ``write`` puts into a folder; it answers the SHA-256 of a pickled object, or None."""
    rest = _patient()
    reserved = _reserve(rest, check_name(name), version, overwrite)
    number, was_there = int(reserved["version"]), reserved["state"] == "ready"
    try:
        draft = make_draft(name, number)
        try:
            sha256 = write(draft)
            _vouch(name, number, sha256)
            put(draft, folder_of(name, number), replace=was_there or overwrite)
        except BaseException:
            remove(draft)
            raise
    except BaseException:
        if not was_there:
            rest.patience = 0
            with contextlib.suppress(HopslabError):
                rest.in_project("DELETE", f"/models/{name}/versions/{number}")
        raise
    try:
        registered = _register(rest, name, number, about, sha256)
        _vouch(name, number, None)
        return registered
    except HopslabError as error:
        error.add_note(
            f"Its files are in {folder_of(name, number)}; register them with"
            f" hopslab.model.register({name!r}, {number})."
        )
        raise


def export(
    model: Any,
    name: str,
    version: int | None = None,
    *,
    metrics: Mapping[str, Any] | None = None,
    description: str = "",
    experiment: str | None = None,
    trial: int | None = None,
    overwrite: bool = False,
) -> Model:
    """Register a model in the project's ``Models`` dataset, where every member finds it.

    A version appears whole or not at all: it may be stopped at any moment, and while others register the same name.

    Args:
        model: The path of a file or folder (a ``str`` or ``Path``), of which a copy is kept; or an object, which is
            pickled, such as an estimator of scikit-learn.
        name: Letters, digits, ``_`` and ``-``, beginning with a letter.
        version: Its number; the next free one where none is given.
        metrics: Numbers to find the best one by.
        description: A sentence for others.
        experiment: The id of the experiment that it came of.
        trial: The number of its trial.
        overwrite: Whether a version of yours that is there is replaced.

    Raises:
        HopslabError: ``model.invalid``, ``model.files``, ``model.object``; ``model.version-taken`` where it is there;
            ``model.exists`` where something not registered is in its place; ``model.outside``; ``experiment.unknown``.
        RefusedError: the version is somebody else's.
        UnreachableError: the platform has not answered for a minute.
    """
    about = About(description, numbers(metrics), experiment, trial)
    return publish(name, version, lambda draft: keep(model, draft), about, overwrite=overwrite)


def register(
    name: str,
    version: int,
    *,
    metrics: Mapping[str, Any] | None = None,
    description: str = "",
    experiment: str | None = None,
    trial: int | None = None,
) -> Model:
    """Register what is in the folder ``Models/<name>/<version>`` already, or describe a version of yours anew.

    A pickled object that you have not put there by ``export`` is registered as a mere file: anybody may have written
    it, so who loads it has to say ``trust=True``.

    Args and errors are those of ``export``; ``model.files`` where there is nothing, or a link.
    """
    rest = _patient()
    about = About(description, numbers(metrics), experiment, trial)
    reserved = _reserve(rest, check_name(name), version, overwrite=True)
    return _register(rest, name, version, about, _known_object(reserved, name, version))
