"""What a backup holds: a line for each thing, and a last one by which a whole backup is known."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from launcher.copies import Entry
from launcher.faults import Fault

FORMAT = 1
NAME = "manifest.ndjson"

# What of a data folder no backup holds: it may lie beside the tools, which run with more rights than its data.
NOT_SAVED = ("tools", "logs", "scratch", "package.json", "restoring", "replaced")


def write_manifest(folder: Path, about: dict[str, Any], entries: Iterable[Entry]) -> tuple[int, int, list[str]]:
    """Writes the manifest while `entries` come; says how many files there are, their bytes, and what was lost."""
    digest, files, size = hashlib.sha256(), 0, 0
    lost: list[str] = []
    with (folder / NAME).open("x", encoding="ascii") as manifest:
        (folder / NAME).chmod(0o600)

        def say(told: dict[str, Any]) -> None:
            line = json.dumps(told) + "\n"
            digest.update(line.encode())
            manifest.write(line)

        say({"format": FORMAT} | about)
        for entry in entries:
            files += entry.kind == "file"
            size += entry.size
            if entry.kind == "lost":
                lost.append(entry.path)
            say(asdict(entry))
        manifest.write(json.dumps({"end": files, "sha256": digest.hexdigest()}) + "\n")
    return files, size, lost


def read_manifest(folder: Path) -> tuple[dict[str, Any], list[Entry]]:
    """What the backup says of itself, and what it holds. Raises `Fault` where it is not whole."""
    try:
        lines = (folder / NAME).read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise Fault(f"{folder} is no backup: {NAME} cannot be read ({error.strerror})") from error
    try:
        about, *rest = (json.loads(line) for line in lines)
        end = rest.pop()
        whole = end["sha256"] == hashlib.sha256(b"".join(lines[:-1])).hexdigest()
        entries = [Entry(**told) for told in rest] if whole else []
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Fault(f"{folder / NAME} cannot be understood; the backup is not whole") from error
    if not whole:
        raise Fault(f"{folder / NAME} was changed or cut off; the backup is not whole")
    if about.get("format") != FORMAT:
        raise Fault(f"{folder} was made by another version of Hopslab (format {about.get('format')}, we know {FORMAT})")
    return about, list(_within(entries))


def _within(entries: Iterable[Entry]) -> Iterator[Entry]:
    links: set[PurePosixPath] = set()
    files: set[str | None] = set()
    for entry in entries:
        path = PurePosixPath(entry.path)
        if (
            path.is_absolute()
            or not path.parts
            or path.parts[0] in NOT_SAVED
            or ".." in path.parts
            or not links.isdisjoint(path.parents)
            or (entry.kind == "same" and entry.target not in files)
        ):
            raise Fault(f"the backup names {entry.path}, which lies outside of what one holds; nothing was changed")
        if entry.kind == "link":
            links.add(path)
        elif entry.kind == "file":
            files.add(entry.path)
        yield entry
