"""What is in datasets: looked at, read, written, moved, copied and deleted."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from hopslab.dataset.model import Content, Dataset, Entry, Trashed
from hopslab.dataset.uploading import conditions
from hopslab.errors import HopslabError
from hopslab.rest import Rest, platform, segment

_SMALL = 64 * 1024 * 1024
_LONGEST_PAUSE = 1.0


def listed() -> list[Dataset]:
    """Every dataset of the project, by name, then those that are shared with it.

    Raises:
        RefusedError: you are not a member of the project any more.
        UnreachableError: the platform does not answer just now.
    """
    return [Dataset.told(answer) for answer in platform().listed("/datasets")]


def create(name: str, description: str = "", *, editable: bool = False) -> Dataset:
    """Make a dataset; ``editable``: programs of data scientists may write to it.

    Raises:
        RefusedError: you are no data owner, or a program in a sandbox.
        HopslabError: ``dataset.name-taken``, ``request.invalid``.
        UnreachableError: the platform does not answer just now.
    """
    body = {"name": name, "description": description, "editable": editable}
    return Dataset.told(platform().in_project("POST", "/datasets", body, idempotency_key=str(uuid.uuid4())))


def entries(name: str, inside: str = "", *, containing: str = "") -> Iterator[Entry]:
    """What a folder of a dataset holds, by name, fetched page by page while it is read.

    Args:
        name: The dataset.
        inside: The folder in it; else the dataset itself.
        containing: Only names with this in them, in whatever case.

    Raises:
        NotFoundError: ``dataset.unknown``, ``file.unknown``.
        HopslabError: ``file.path``: the path leads elsewhere, or is no folder.
        UnreachableError: the platform does not answer just now.
    """
    query = {"path": inside} | ({"q": containing} if containing else {})
    for answer in platform().listed(f"/datasets/{segment(name)}/entries", query):
        yield Entry.told(answer)


def entry(name: str, inside: str = "") -> Entry:
    """What is at a path.

    Raises:
        NotFoundError: ``dataset.unknown``, ``file.unknown``.
        UnreachableError: the platform does not answer just now.
    """
    query = urlencode({"path": inside})
    return Entry.told(platform().in_project("GET", f"/datasets/{segment(name)}/entry?{query}"))


def _at(name: str, inside: str, what: str = "files") -> str:
    return f"/datasets/{segment(name)}/{what}/{segment(inside)}"


def read(name: str, inside: str, *, most: int = _SMALL) -> Content:
    """A small file as it is now, whole; larger ones are for ``download``.

    Args:
        name: The dataset.
        inside: The file in it.
        most: How many bytes it may have.

    Raises:
        RefusedError, NotFoundError, UnreachableError: as ``download``.
        HopslabError: ``file.too-large``: it has more than ``most``.
    """
    rest = platform()

    def once() -> Content:
        with rest.open("GET", _at(name, inside)) as answer:
            if int(answer.headers.get("Content-Length") or 0) > most:
                raise HopslabError("file.too-large", f"{inside} has more than {most} bytes; download it.")
            return Content(answer.whole(), answer.headers.get("ETag") or "")

    return rest.repeated(once)


def write(name: str, inside: str, data: bytes, *, replace: bool = False, if_match: str | None = None) -> str:
    """Write a small file whole, and answer its tag.

    Args:
        name: The dataset.
        inside: The file in it.
        data: All that it holds.
        replace: Whether a file that is there is replaced.
        if_match: The ``tag`` of the version that it may replace.

    Raises:
        RefusedError, NotFoundError: as ``upload``.
        StaleError: there is a file of that name, or another version of it.
        UnreachableError: the platform does not answer, or its answer was lost: look whether it is there.
    """
    rest = platform()
    headers = {"Content-Type": "application/octet-stream", **conditions(replace, if_match)}

    def once() -> str:
        with rest.open("PUT", _at(name, inside), headers, data) as answer:
            answer.whole()
            return answer.headers.get("ETag") or ""

    # With a condition the second time would be refused for what the first one did.
    return rest.repeated(once, safe=replace and if_match is None)


def make_folder(name: str, inside: str) -> None:
    """Make a folder and those above it; one that is there stays as it is.

    Raises:
        RefusedError, NotFoundError, UnreachableError: as ``upload``.
    """
    rest = platform()
    rest.repeated(lambda: rest.in_project("PUT", _at(name, inside, "folders")))


def move(name: str, inside: str, to: str, *, dataset: str | None = None) -> Entry:
    """Move or rename a file or folder within the project; nothing is ever replaced.

    Args:
        name: The dataset.
        inside: What, in it.
        to: Its new path.
        dataset: The dataset that it goes to; else the same one.

    Raises:
        RefusedError, NotFoundError, UnreachableError: as ``upload``.
        HopslabError: ``file.exists``.
    """
    place = {"path": to} | ({"dataset": dataset} if dataset is not None else {})
    return Entry.told(platform().in_project("PATCH", _at(name, inside), {"to": place}))


def copy(name: str, inside: str, to: str, *, dataset: str | None = None) -> None:
    """Copy a file or folder to a name that is free, and wait until it is done; it appears whole or not at all.

    Args:
        name: The dataset.
        inside: What, in it.
        to: The path of the copy.
        dataset: The dataset that it goes to; else the same one.

    Raises:
        RefusedError, NotFoundError, UnreachableError: as ``upload``.
        HopslabError: ``file.exists``, ``quota.storage-full``; ``operation.failed``, ``operation.stopped``.
    """
    rest = platform()
    place = {"path": to} | ({"dataset": dataset} if dataset is not None else {})
    body = {"path": inside, "to": place}
    begun = rest.in_project(
        "POST", f"/datasets/{segment(name)}/copy", body, idempotency_key=str(uuid.uuid4())
    )
    _await(rest, begun)


def _await(rest: Rest, told: dict[str, Any]) -> None:
    pause = 0.05
    while told["state"] == "running":
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
        told = rest.in_project("GET", f"/operations/{segment(told['id'])}")
    if told["state"] != "done":
        reason = told["reason"] or f"The work on {told['path']} was {told['state']}; nothing of it was kept."
        raise HopslabError(f"operation.{told['state']}", reason)


def delete(name: str, inside: str, *, recursive: bool = False, permanent: bool = False) -> None:
    """Move a file or folder to the trash, which it can be restored from.

    Args:
        name: The dataset.
        inside: What, in it.
        recursive: Also a folder that holds something.
        permanent: For good instead.

    Raises:
        RefusedError, NotFoundError, UnreachableError: as ``upload``.
        HopslabError: ``file.folder-not-empty``.
    """
    asked = {"recursive": str(recursive).lower(), "permanent": str(permanent).lower()}
    platform().in_project("DELETE", f"{_at(name, inside)}?{urlencode(asked)}")


def trash() -> list[Trashed]:
    """What was deleted from the project's datasets and can be brought back, the latest first.

    Raises:
        UnreachableError: the platform does not answer just now.
    """
    return [Trashed.told(answer) for answer in platform().listed("/trash")]


def restore(item: str | Trashed) -> str:
    """Bring something back to where it was, and answer its path there; nothing is replaced.

    Args:
        item: What ``trash`` told of, or its id.

    Raises:
        RefusedError: data is brought back by data owners.
        NotFoundError: ``trash.unknown``.
        HopslabError: ``file.exists``: there is something else now.
        UnreachableError: the platform does not answer just now.
    """
    number = item.id if isinstance(item, Trashed) else item
    return str(platform().in_project("POST", f"/trash/{segment(number)}/restore", {})["path"])
