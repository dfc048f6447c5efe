"""Who is in this notebook's project. Changes are made on the hub, where no program acts in somebody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hopslab.rest import platform, segment


@dataclass(frozen=True)
class Member:
    """One member: ``role`` is ``data_owner`` or ``data_scientist``."""

    user: str
    display_name: str
    role: str
    since: datetime


def _member(answer: dict[str, Any]) -> Member:
    return Member(
        answer["user"], answer["displayName"], answer["role"], datetime.fromisoformat(answer["since"])
    )


def listed() -> list[Member]:
    """Every member, by username.

    Raises:
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    return [_member(answer) for answer in platform().listed("/members")]


def get(user: str) -> Member:
    """One member.

    Raises:
        NotFoundError: ``member.unknown``.
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    return _member(platform().in_project("GET", f"/members/{segment(user)}"))
