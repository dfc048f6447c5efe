"""The project that is worked in: what it is, what it may use, and who can do what with what is in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from hopslab.rest import platform


@dataclass(frozen=True)
class Project:
    """``role`` is mine in it; ``state`` is ``active`` or ``archived``; ``members`` counts them."""

    name: str
    description: str
    role: str
    state: str
    services: tuple[str, ...]
    members: int
    created_at: datetime


@dataclass(frozen=True)
class Access:
    """What a member may do with an asset: each right and the grant that gives it, such as ``role``."""

    user: str
    role: str
    rights: Mapping[str, str]


def about() -> Project:
    """The project as it is now.

    Raises:
        RefusedError: you are not a member of it any more.
        UnreachableError: the platform does not answer just now.
    """
    answer = platform().in_project("GET", "")
    return Project(
        answer["name"],
        answer["description"],
        answer["role"],
        answer["state"],
        tuple(answer["services"]),
        answer["members"],
        datetime.fromisoformat(answer["createdAt"]),
    )


@dataclass(frozen=True)
class Egress:
    """``enabled`` is the project's setting, for its data owners; ``here`` says whether this notebook can use it now."""

    enabled: bool
    here: bool


def egress() -> Egress:
    """Whether programs reach the internet.

    A notebook server that began before it was switched on has to be started again to use it.

    Raises:
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    enabled = bool(platform().in_project("GET", "/egress")["enabled"])
    return Egress(enabled, enabled and "HTTPS_PROXY" in os.environ)


def access(asset: str) -> list[Access]:
    """Who can do what with an asset: ``dataset:genes``, ``file:genes/a.csv``, ``experiment:ID``, ``member:ana``.

    Raises:
        NotFoundError: there is no such asset.
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    return [
        Access(one["user"], one["role"], {right["action"]: right["by"] for right in one["rights"]})
        for one in platform().listed("/access", {"asset": asset})
    ]


@dataclass(frozen=True)
class Amounts:
    """What is held at once: ``memory`` is in bytes, ``servers`` are notebook servers."""

    cores: int
    memory: int
    gpus: int
    servers: int


@dataclass(frozen=True)
class Part:
    """What may be held, and what is."""

    limit: Amounts
    used: Amounts


@dataclass(frozen=True)
class Quota:
    """What the project and I in it may hold and do hold, and what is stored, in bytes and files.

    ``core_hours`` and ``gpu_hours`` are what the project has used in this month, ``limits`` the limits of that and of
    what is stored, None where there is none. ``warnings`` says in words what is used up and what comes of it.
    """

    project: Part
    mine: Part
    bytes: int
    files: int
    core_hours: float
    gpu_hours: float
    limits: Mapping[str, float | None]
    warnings: tuple[str, ...]


_OF_TIME = {"coreHours": "core_hours", "gpuHours": "gpu_hours", "bytes": "bytes", "files": "files"}


def _part(answer: Mapping[str, Mapping[str, int]]) -> Part:
    return Part(Amounts(**answer["limit"]), Amounts(**answer["used"]))


def quota() -> Quota:
    """What may be held and stored, and what is.

    Raises:
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    answer = platform().in_project("GET", "/quota")
    month = answer["month"]["project"]
    return Quota(
        _part(answer["project"]),
        _part(answer["user"]),
        answer["storage"]["bytes"],
        answer["storage"]["files"],
        month["coreHours"],
        month["gpuHours"],
        {name: answer["limits"][told] for told, name in _OF_TIME.items()},
        tuple(one["words"] for one in answer["warnings"]),
    )


@dataclass(frozen=True)
class Usage:
    """What was used by somebody or on a day, which ``of`` says; ``memory_hours`` in GiB, ``gpu_hours`` by type."""

    of: str
    core_hours: float
    memory_hours: float
    gpu_hours: Mapping[str, float]


def usage(since: date | None = None, until: date | None = None, *, by: str = "day") -> list[Usage]:
    """What the project has used.

    Args:
        since: The first day (UTC); else that of this month.
        until: The last day; else today.
        by: ``day`` or ``user``.

    Raises:
        RefusedError: you are not a member of the project any more.
        HopslabError: ``request.invalid``: the days are not in order.
        UnreachableError: the platform does not answer just now.
    """
    days = {"from": since and since.isoformat(), "to": until and until.isoformat()}
    query = {"by": by} | {name: day for name, day in days.items() if day is not None}
    items = platform().in_project("GET", f"/usage?{urlencode(query)}")["items"]
    return [Usage(one["of"], one["coreHours"], one["memoryHours"], dict(one["gpuHours"])) for one in items]


def describe(description: str) -> None:
    """Change the project's description.

    Raises:
        RefusedError: you are no data owner, or this is a sandbox.
        UnreachableError: the platform does not answer just now.
    """
    platform().in_project("PATCH", "", {"description": description})
