"""Files and folders of a dataset onto this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from hopslab.dataset.fetching import Fetch
from hopslab.dataset.local import BLOCK, fault
from hopslab.dataset.meter import Meter
from hopslab.dataset.model import Carried, Progress
from hopslab.dataset.paths import carried_from_outside
from hopslab.dataset.unpacking import unpack
from hopslab.errors import HopslabError
from hopslab.rest import Rest, platform, segment


def _last(inside: str) -> str:
    name = inside.rsplit("/", 1)[-1]
    if name in ("", ".", ".."):
        raise HopslabError("file.path", f"{inside!r} is no path in a dataset.")
    return name


def _place(to: str | Path, name: str) -> Path:
    """The place itself, or of that name in a folder that is there."""
    place = Path(to)
    return place / name if place.is_dir() else place


def _fetch_archive(rest: Rest, name: str, inside: str, to: Path, meter: Meter) -> Carried:
    query = f"?{urlencode({'path': inside})}" if inside else ""

    def once() -> Carried:
        # Made while it is sent, so it cannot be gone on with; it is no file of anybody's until it is whole.
        with tempfile.NamedTemporaryFile(prefix=".hopslab-", suffix=".zip", dir=to.parent) as file:
            came = 0
            try:
                with rest.open("GET", f"/datasets/{segment(name)}/archive{query}") as answer:
                    while data := answer.read(BLOCK):
                        file.write(data)
                        came += len(data)
                        meter.moved(len(data))
                file.flush()
                return unpack(Path(file.name), _last(inside) if inside else None, to)
            except HopslabError:
                meter.moved(-came)
                raise

    try:
        return rest.repeated(once)
    except OSError as error:
        raise fault(to, error) from error


def download(
    name: str, inside: str = "", to: str | Path = ".", *, progress: Progress | None = None
) -> Carried:
    """Download a file, or a folder with all that is in it. It is at its place whole or not at all.

    A file goes on where it was after a lost connection, or with the next run; a file that is there is replaced once
    the new one is whole, and never is half of it another version. A folder begins anew after a lost connection, and
    goes into a new folder only, or an empty one.

    Args:
        name: The dataset, such as ``genome`` or ``owner::genome``.
        inside: The file or folder in it; else the whole dataset.
        to: Where it goes here: its path, or a folder that is there and gets it under its own name.
        progress: Called with how many bytes are done and how many there are; of a folder the packed ones, and 0.

    Raises:
        RefusedError: data may be carried by data owners only, and from outside a sandbox; ``detail`` says what is
            missing.
        NotFoundError: ``dataset.unknown``, ``file.unknown``.
        HopslabError: ``file.exists``: there is something at the folder's place; ``file.local``: it cannot be written
            here; ``archive.refused``: what came would write elsewhere; ``operation.too-much``: 100,000 files at most.
        UnreachableError: nothing has moved for as long as the ``patience`` of ``connect``.
    """
    rest = platform()
    with carried_from_outside(rest, name):
        return _download(rest, name, inside.strip("/"), to, Meter(0, progress))


def _download(rest: Rest, name: str, inside: str, to: str | Path, meter: Meter) -> Carried:
    query = urlencode({"path": inside})
    folder = rest.in_project("GET", f"/datasets/{segment(name)}/entry?{query}")["kind"] == "folder"
    own = _last(inside) if inside else name.rsplit("::", 1)[-1]
    place = _place(to, own)
    if folder:
        if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
            raise HopslabError("file.exists", f"There is something at {place} already; name another place.")
        carried = _fetch_archive(rest, name, inside, place, meter)
    else:
        path = f"/datasets/{segment(name)}/files/{segment(inside)}"
        carried = Carried(1, Fetch(rest, path, place, meter).run())
    meter.ended()
    return carried
