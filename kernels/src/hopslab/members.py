"""Who is in the project.

Changes are for data owners, from outside (``hopslab.connect`` with a token that may ``manage``): no notebook acts in
somebody's name.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hopslab.pending import PendingAct, done_or_held
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


def put(user: str, role: str) -> Member | PendingAct:
    """Add a member, or change their role; what they run in the project may stop with it.

    Args:
        user: Their username.
        role: ``data_owner`` or ``data_scientist``.

    Returns:
        The member, or what waits for a click on the hub.

    Raises:
        RefusedError: you are no data owner, your token may not ``manage``, or this is a sandbox.
        NotFoundError: ``user.unknown``.
        HopslabError: ``member.last-owner``: at least one data owner always remains.
        UnreachableError: the platform does not answer just now.
    """
    rest = platform()
    answer = rest.repeated(lambda: rest.in_project("PUT", f"/members/{segment(user)}", {"role": role}))
    return done_or_held(answer, _member)


def add(roles: Mapping[str, str]) -> list[Member] | PendingAct:
    """Add many at once, all or none; whoever is a member already keeps their role.

    Args:
        roles: Each username with its role, 1,000 at most.

    Raises:
        RefusedError, NotFoundError, UnreachableError: as ``put``.
    """
    body = {"members": [{"user": user, "role": role} for user, role in roles.items()]}
    answer = platform().in_project("POST", "/members", body, idempotency_key=str(uuid.uuid4()))
    return done_or_held(answer, lambda told: [_member(one) for one in told["items"]])


def remove(user: str) -> PendingAct | None:
    """Remove a member, or leave the project yourself: whatever they run in it is stopped at once.

    Raises:
        RefusedError, UnreachableError: as ``put``.
        NotFoundError: ``member.unknown``.
        HopslabError: ``member.last-owner``.
    """
    return done_or_held(platform().in_project("DELETE", f"/members/{segment(user)}"), lambda _nothing: None)
