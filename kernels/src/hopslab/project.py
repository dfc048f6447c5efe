"""The project that this notebook is in, and who can do what with what is in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
