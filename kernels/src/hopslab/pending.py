"""Acts that wait for a click on the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class PendingAct:
    """Something that is done once its person confirms it at ``url``, until ``expires_at``; ``summary`` says what."""

    id: str
    url: str
    summary: str
    expires_at: datetime


def done_or_held(answer: Any, read: Callable[[Any], _T]) -> _T | PendingAct:
    """What an act was answered: as ``read`` takes it where it is done, else what it waits for."""
    if not isinstance(answer, dict) or set(answer) != {"pending"}:
        return read(answer)
    held = answer["pending"]
    return PendingAct(held["id"], held["url"], held["summary"], datetime.fromisoformat(held["expiresAt"]))
