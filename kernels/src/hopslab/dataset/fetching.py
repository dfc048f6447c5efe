"""One file of a dataset onto this machine, through lost connections, and always all of one version."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from hopslab.dataset.local import BLOCK, fault
from hopslab.dataset.meter import Meter
from hopslab.errors import HopslabError
from hopslab.rest import Answer, Patience, Rest

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_SUFFIX = ".part"


def _stem(to: Path) -> str:
    return f".hopslab-{hashlib.sha256(to.name.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}-"


def _named(to: Path, tag: str) -> Path:
    """Where a version is gathered: another one is another file."""
    return to.with_name(f"{_stem(to)}{base64.urlsafe_b64encode(tag.encode()).decode()}{_SUFFIX}")


def _tag_of(part: Path, to: Path) -> str | None:
    coded = part.name.removeprefix(_stem(to)).removesuffix(_SUFFIX)
    try:
        return base64.urlsafe_b64decode(coded).decode()
    except ValueError:
        return None


def _begun(to: Path) -> str | None:
    """The version that an earlier run began."""
    for part in sorted(to.parent.glob(f"{_stem(to)}*{_SUFFIX}")):
        tag = _tag_of(part, to)
        if tag is not None and not part.is_symlink() and part.stat().st_size > 0:
            return tag
    return None


class _Part:
    """The bytes of one version that are here; its own as long as it is open."""

    def __init__(self, to: Path, tag: str) -> None:
        self.tag = tag
        self.path = _named(to, tag)
        self._file = self._opened(to)
        self.size = self._file.seek(0, os.SEEK_END)

    def _opened(self, to: Path) -> BinaryIO:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.fdopen(os.open(self.path, flags, 0o666), "r+b", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Somebody else fetches the same to the same place: each by themselves, the last one stays.
            file.close()
            descriptor, name = tempfile.mkstemp(prefix=".hopslab-", suffix=".own", dir=to.parent)
            self.path = Path(name)
            file = os.fdopen(descriptor, "r+b", buffering=0)
        return file

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self.size += len(data)

    def cut(self) -> None:
        self._file.truncate(0)
        self._file.seek(0)
        self.size = 0

    def place(self, to: Path) -> None:
        os.replace(self.path, to)  # noqa: PTH105 -- a link there is replaced, never followed
        self._file.close()

    def drop(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        self._file.close()
        if self.size == 0 or self.path.suffix == ".own":
            self.path.unlink(missing_ok=True)


class Fetch:
    """Brings a file to a place; until it is whole, what is there stays.

    Args:
        rest: The platform.
        path: The file's address below the project.
        to: Where it goes; the folder is there.
        meter: Is told how much there is, and what came.
    """

    def __init__(self, rest: Rest, path: str, to: Path, meter: Meter) -> None:
        self._rest = rest
        self._path = path
        self._to = to
        self._meter = meter
        self._part: _Part | None = None

    def run(self) -> int:
        """Fetch it, and answer how many bytes it has."""
        patience = Patience(self._rest.patience)
        try:
            earlier = _begun(self._to)
            if earlier is not None:
                self._take(earlier)
            while not self._some(patience):
                pass
            part = self._part
            assert part is not None
            part.place(self._to)
            return part.size
        except OSError as error:
            raise fault(self._to, error) from error
        finally:
            if self._part is not None:
                with contextlib.suppress(OSError):
                    self._part.close()

    def _take(self, tag: str) -> _Part:
        """Go on with the bytes of a version; those of another one are of no use any more."""
        if self._part is not None and self._part.tag == tag:
            return self._part
        if self._part is not None:
            self._meter.moved(-self._part.size)
            self._part.drop()
        self._part = _Part(self._to, tag)
        self._meter.moved(self._part.size)
        return self._part

    def _some(self, patience: Patience) -> bool:
        """One request; answers whether all is there."""
        part = self._part
        before = part.size if part else 0
        headers = {"Range": f"bytes={before}-", "If-Range": part.tag} if part and before else {}
        try:
            with self._rest.open("GET", self._path, headers) as answer:
                return self._receive(answer)
        except HopslabError as error:
            if error.code == "file.range" and part and before:
                # All of it, or more than there is: nobody can tell, so it is fetched again.
                self._meter.moved(-before)
                part.cut()
                return False
            if self._part is not None and self._part.size > before:
                patience.progressed()
            patience.wait_after(error)
            return False

    def _receive(self, answer: Answer) -> bool:
        tag = answer.headers.get("ETag") or ""
        if not tag or len(tag) > 100:
            raise HopslabError(
                "platform.answer", "The platform did not say which version of the file it sent."
            )
        part = self._take(tag)
        start, total = 0, int(answer.headers.get("Content-Length") or -1)
        if answer.status == 206:
            told = _RANGE.fullmatch(answer.headers.get("Content-Range") or "")
            start, total = (int(told[1]), int(told[3])) if told else (-1, -1)
        elif part.size:
            self._meter.moved(-part.size)
            part.cut()
        if start != part.size or total < 0:
            raise HopslabError(
                "platform.answer", "The platform sent another part of the file than was asked for."
            )
        self._meter.total = total
        while data := answer.read(BLOCK):
            part.write(data)
            self._meter.moved(len(data))
        if part.size != total:
            raise HopslabError(
                "platform.answer", f"The platform sent {part.size} bytes of a file of {total}."
            )
        return True
