"""One file on its way into a dataset, by tus 1.0 (tus.io/protocols/resumable-upload)."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hopslab.dataset.local import blocks, changed, checksum_of, opened
from hopslab.dataset.memory import Remembered
from hopslab.dataset.meter import Meter
from hopslab.errors import HopslabError
from hopslab.rest import Patience, Rest, segment

_TUS = {"Tus-Resumable": "1.0.0"}


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class _Upload:
    def __init__(
        self,
        rest: Rest,
        place: tuple[str, str],
        source: tuple[Path, io.FileIO, int],
        conditions: Mapping[str, str],
        meter: Meter,
    ) -> None:
        self._rest = rest
        self._path, self._file, self._size = source
        self._uploads = f"/datasets/{segment(place[0])}/uploads"
        self._checksum = checksum_of(self._path, self._file)
        self._conditions = conditions
        self._meter = meter
        self._inside = place[1]
        self._offset = 0
        who = (rest.where, rest.project, *place, self._size, self._checksum, sorted(conditions.items()))
        self._remembered = Remembered(*who)

    def run(self) -> None:
        known = self._remembered.get()
        try:
            if known is not None and self._goes_on(known):
                return
            self._carry(self._begun())
        except HopslabError as error:
            self._meter.moved(-self._offset)
            if not error.retriable:
                self._remembered.forget()
            if error.code == "upload.checksum":
                raise changed(self._path) from error
            raise
        finally:
            self._file.close()

    def _goes_on(self, known: str) -> bool:
        """What an earlier run began; not where it is gone, or had got something else."""
        try:
            self._carry(known)
        except HopslabError as error:
            if error.code not in ("upload.unknown", "upload.checksum"):
                raise
            self._moved_to(0)
            return False
        return True

    def _begun(self) -> str:
        metadata = f"path {_coded(self._inside)},checksum {_coded(self._checksum)}"
        headers = {"Upload-Length": str(self._size), "Upload-Metadata": metadata, **_TUS, **self._conditions}

        def begin() -> str:
            with self._rest.open("POST", self._uploads, headers, b"") as answer:
                return str(answer.json()["id"])

        # One whose answer was lost is given up by the platform in time.
        upload = self._rest.repeated(begin)
        self._remembered.put(upload)
        return upload

    def _moved_to(self, offset: int) -> None:
        self._meter.moved(offset - self._offset)
        self._offset = offset

    def _told(self, upload: str) -> dict[str, Any]:
        told: dict[str, Any] = self._rest.in_project(
            "GET", f"{self._uploads}/{upload}", tus_resumable=_TUS["Tus-Resumable"]
        )
        return told

    def _carry(self, upload: str) -> None:
        """Until it is in its place, through lost connections and restarts of the platform."""
        patience = Patience(self._rest.patience)
        furthest = -1
        while True:
            told = self._told(upload)
            self._moved_to(told["offset"])
            if told["placed"]:
                self._remembered.forget()
                return
            if self._offset > furthest:
                furthest = self._offset
                patience.progressed()
            try:
                self._append(upload)
            except HopslabError as error:
                if error.code != "upload.offset":
                    patience.wait_after(error)

    def _append(self, upload: str) -> None:
        left = self._size - self._offset
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(left),
            "Upload-Offset": str(self._offset),
            **_TUS,
        }
        self._file.seek(self._offset)

        def moved(amount: int) -> None:
            self._moved_to(self._offset + amount)

        body = blocks(self._path, self._file, left, moved)
        with self._rest.open("PATCH", f"{self._uploads}/{upload}", headers, body) as answer:
            answer.whole()


def send(
    rest: Rest,
    name: str,
    inside: str,
    path: Path,
    conditions: Mapping[str, str],
    meter: Meter,
    *,
    follow: bool = False,
) -> int:
    """Bring a file to its place, and answer how many bytes it has; it appears there whole, with its checksum verified.

    Raises:
        HopslabError: ``file.changed``: it changed on the way; ``file.local``: it cannot be read; what the
            platform refuses.
    """
    file = opened(path, follow=follow)
    size = file.seek(0, 2)
    _Upload(rest, (name, inside), (path, file, size), conditions, meter).run()
    return size
