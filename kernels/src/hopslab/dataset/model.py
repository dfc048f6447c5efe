"""What datasets and what is in them are told as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hopslab.dataset.paths import folder_of

Progress = Callable[[int, int], None]
"""Called with how many bytes are done, and how many there are; from any thread, a few times a second at most."""


@dataclass(frozen=True)
class Dataset:
    """``name`` is ``owner::name`` where another project shares it; ``folder`` is where it lies in a sandbox."""

    name: str
    description: str
    built_in: bool
    folder: Path
    editable: bool = False
    public: bool = False
    bytes: int = 0
    files: int = 0

    @classmethod
    def told(cls, answer: dict[str, Any]) -> Dataset:
        """As the platform tells it."""
        return cls(
            answer["name"],
            answer["description"],
            answer["builtIn"],
            folder_of(answer["name"]),
            answer["editable"],
            answer["public"],
            answer["bytes"],
            answer["files"],
        )


@dataclass(frozen=True)
class Entry:
    """What is at a path: ``kind`` is ``file``, ``folder`` or ``other``, such as a link; ``size`` is in bytes."""

    name: str
    kind: str
    size: int
    modified_at: datetime

    @classmethod
    def told(cls, answer: dict[str, Any]) -> Entry:
        """As the platform tells it."""
        at = datetime.fromisoformat(answer["modifiedAt"])
        return cls(answer["name"], answer["kind"], answer["size"], at)


@dataclass(frozen=True)
class Carried:
    """What was uploaded or downloaded; ``left_out`` names links and the like, which are never followed."""

    files: int
    bytes: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """A whole small file, and the ``tag`` of this very version of it, for ``if_match``."""

    data: bytes
    tag: str


@dataclass(frozen=True)
class Trashed:
    """Something deleted that can be brought back until ``until``; ``path`` is where it was."""

    id: str
    dataset: str
    path: str
    kind: str
    bytes: int
    files: int
    deleted_by: str
    deleted_at: datetime
    until: datetime

    @classmethod
    def told(cls, answer: dict[str, Any]) -> Trashed:
        """As the platform tells it."""
        return cls(
            answer["id"],
            answer["dataset"],
            answer["path"],
            answer["kind"],
            answer["bytes"],
            answer["files"],
            answer["deletedBy"],
            datetime.fromisoformat(answer["deletedAt"]),
            datetime.fromisoformat(answer["until"]),
        )
