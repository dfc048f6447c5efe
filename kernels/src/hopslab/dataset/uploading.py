"""Files and folders of this machine into a dataset."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from hopslab.dataset.local import Source, Tree, gathered
from hopslab.dataset.meter import Meter
from hopslab.dataset.model import Carried, Progress
from hopslab.dataset.packing import Pack, packs
from hopslab.dataset.paths import carried_from_outside
from hopslab.dataset.sending import send
from hopslab.errors import HopslabError
from hopslab.rest import Rest, platform, segment

# Above this a file is worth requests of its own, by which it goes on after a lost connection.
_SMALL = 4 * 1024 * 1024
_AT_ONCE = 4
_ONLY_NEW = {"If-None-Match": "*"}


def conditions(replace: bool, if_match: str | None) -> Mapping[str, str]:
    """What has to be true of what is at a place before something comes there."""
    if if_match is not None:
        return {"If-Match": if_match}
    return {} if replace else _ONLY_NEW


def _place(inside: str, local: Path) -> str:
    name = local.resolve().name if local.name in ("", ".", "..") else local.name
    return f"{inside}{name}" if inside == "" or inside.endswith("/") else inside


def upload(
    local: str | Path,
    name: str,
    inside: str = "",
    *,
    replace: bool = False,
    if_match: str | None = None,
    progress: Progress | None = None,
) -> Carried:
    """Upload a file, or a folder with all that is in it. Each file is there whole or not at all.

    Large files go on where they were after a lost connection, a restart of the platform, or one of this program with
    the same file. Small ones of a folder go many at a time, and of those all appear or none. Links are left out.
    After a fault, what had arrived of a folder stays; ``replace=True`` sends it again.

    Args:
        local: The file or folder here.
        name: The dataset, such as ``genome`` or ``owner::genome``.
        inside: Where it goes in the dataset: its path there, or with a slash at its end the folder that it goes into
            under its own name; else into the dataset itself. Of a folder, one that is there is merged into.
        replace: Whether files that are there are replaced; of a folder, each file goes by itself then.
        if_match: The ``tag`` of the version that a file may replace.
        progress: Called with how many bytes are done and how many there are; from other threads, too.

    Raises:
        RefusedError: data may be carried by data owners only, and from outside a sandbox; ``detail`` says what is
            missing.
        StaleError: there is a file of that name, or it is another version than ``if_match``.
        NotFoundError: ``dataset.unknown``.
        HopslabError: ``quota.storage-full``, ``file.path``, ``file.exists``; ``file.local``: something cannot be read
            here; ``file.changed``: it changed while it was uploaded.
        UnreachableError: nothing has moved for as long as the ``patience`` of ``connect``.
    """
    rest = platform()
    with carried_from_outside(rest, name):
        return _upload(rest, Path(local), (name, inside), (replace, if_match), progress)


def _upload(
    rest: Rest,
    path: Path,
    where: tuple[str, str],
    asked: tuple[bool, str | None],
    progress: Progress | None,
) -> Carried:
    name, place = where[0], _place(where[1], path)
    replace, if_match = asked
    if not path.is_dir():
        meter = Meter(path.stat().st_size if path.is_file() else 0, progress)
        size = send(rest, name, place, path, conditions(replace, if_match), meter, follow=True)
        meter.ended()
        return Carried(1, size)
    if if_match is not None:
        raise HopslabError("settings.invalid", "if_match is about one file; this is a folder.")
    tree = gathered(path)
    total = sum(file.size for file in tree.files)
    meter = Meter(total, progress)
    _Folder(rest, name, place, meter).send(tree, replace)
    meter.ended()
    return Carried(len(tree.files), total, tree.left_out)


class _Folder:
    def __init__(self, rest: Rest, name: str, place: str, meter: Meter) -> None:
        self._rest = rest
        self._name = name
        self._place = place.rstrip("/")
        self._meter = meter

    def send(self, tree: Tree, replace: bool) -> None:
        path = f"/datasets/{segment(self._name)}/folders/{segment(self._place)}"
        self._rest.repeated(lambda: self._rest.in_project("PUT", path))
        small = [] if replace else [file for file in tree.files if file.size <= _SMALL]
        for pack in packs(tree.folders, small):
            self._send_pack(pack)
        alone = [file for file in tree.files if replace or file.size > _SMALL]
        self._send_alone(alone, conditions(replace, None))

    def _send_pack(self, pack: Pack) -> None:
        path = f"/datasets/{segment(self._name)}/batch?{urlencode({'path': self._place})}"
        headers = {
            "Content-Type": "application/x-tar",
            "Content-Length": str(pack.length),
            # The same for each time that it is sent again.
            "Idempotency-Key": str(uuid.uuid4()),
        }

        def once() -> None:
            moved = 0

            def move(amount: int) -> None:
                nonlocal moved
                moved += amount
                self._meter.moved(amount)

            try:
                with self._rest.open("POST", path, headers, pack.stream(move)) as answer:
                    answer.whole()
            except BaseException:
                self._meter.moved(-moved)
                raise

        self._rest.repeated(once)

    def _send_alone(self, files: Iterable[Source], asked: Mapping[str, str]) -> None:
        """A few at a time; after a fault those that are on their way are the last."""
        waiting = iter(files)
        with ThreadPoolExecutor(_AT_ONCE, "hopslab-upload") as pool:

            def begin(file: Source) -> object:
                place = f"{self._place}/{file.name}"
                return send(self._rest, self._name, place, file.path, asked, self._meter)

            going = {pool.submit(begin, file) for file in islice(waiting, _AT_ONCE)}
            while going:
                done, going = wait(going, return_when=FIRST_COMPLETED)
                for one in done:
                    one.result()
                    following = next(waiting, None)
                    if following is not None:
                        going.add(pool.submit(begin, following))
