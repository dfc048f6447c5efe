"""Files of this machine on their way out."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hopslab.errors import HopslabError

BLOCK = 256 * 1024


def fault(path: Path | str, error: OSError) -> HopslabError:
    """What an error of this machine's own files is to a caller; not one of the platform's."""
    return HopslabError("file.local", f"{path}: {error.strerror or error}.")


def changed(path: Path | str) -> HopslabError:
    """A file that did not stay as it was while it was carried."""
    return HopslabError(
        "file.changed", f"{path} changed while it was uploaded, so it was not placed. Upload it again."
    )


@dataclass(frozen=True)
class Source:
    """A file, and its path below what is uploaded."""

    path: Path
    name: str
    size: int


@dataclass(frozen=True)
class Tree:
    """What a folder holds; ``left_out`` are links and what has no name in UTF-8."""

    files: tuple[Source, ...]
    folders: tuple[str, ...]
    left_out: tuple[str, ...]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def gathered(root: Path) -> Tree:
    """What is below a folder, sorted; no link is followed.

    Raises:
        HopslabError: ``file.local``: something cannot be read.
    """
    files: list[Source] = []
    folders: list[str] = []
    left_out: list[str] = []
    waiting = [(root, "")]
    while waiting:
        folder, below = waiting.pop()
        try:
            with os.scandir(folder) as found:
                for entry in sorted(found, key=lambda one: one.name):
                    name = below + entry.name
                    kind = entry.stat(follow_symlinks=False)
                    if not _is_text(name):
                        left_out.append(ascii(name))
                    elif stat.S_ISDIR(kind.st_mode):
                        folders.append(name)
                        waiting.append((Path(entry.path), f"{name}/"))
                    elif stat.S_ISREG(kind.st_mode):
                        files.append(Source(Path(entry.path), name, kind.st_size))
                    else:
                        left_out.append(name)
        except OSError as error:
            raise fault(folder, error) from error
    return Tree(tuple(files), tuple(folders), tuple(left_out))


def opened(path: Path, *, follow: bool = False) -> io.FileIO:
    """Open a regular file; one of a folder is no link, whatever somebody has put there since it was looked at.

    Raises:
        HopslabError: ``file.local``.
    """
    try:
        # Nobody waits for the other end of a pipe.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
        descriptor = os.open(path, flags)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return io.FileIO(descriptor, "rb")
        os.close(descriptor)
    except OSError as error:
        raise fault(path, error) from error
    raise HopslabError("file.local", f"{path} is not a file.")


def blocks(path: Path, file: io.FileIO, amount: int, moved: Callable[[int], None]) -> Iterator[bytes]:
    """So many bytes from where the file stands.

    Raises:
        HopslabError: ``file.changed``: there are fewer; ``file.local``.
    """
    while amount > 0:
        try:
            block = file.read(min(BLOCK, amount))
        except OSError as error:
            raise fault(path, error) from error
        if not block:
            raise changed(path)
        amount -= len(block)
        yield block
        moved(len(block))


def checksum_of(path: Path, file: io.FileIO) -> str:
    """``sha256``, a blank, and the digest in base64, of the whole file."""
    try:
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise fault(path, error) from error
    return f"sha256 {base64.b64encode(digest).decode()}"
