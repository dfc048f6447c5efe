"""Copies of folders whose files others may change or swap meanwhile: no link is ever followed."""

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from launcher.faults import Fault

_CHUNK = 1 << 20
_HOLE = bytes(_CHUNK)
# Gone, or exchanged for a link just now.
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
# A user can close files to who is not root, and put folders into folders without end.
_LOST = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG)
_DEEPEST = 100

# Where the copy of a file lies that has several names in a project, and what it is called in the backup.
Firsts = dict[tuple[tuple[str, ...], int, int], tuple[Path, Path]]


@dataclass(frozen=True)
class Entry:
    """One thing of a copy (or `lost` to it), by its path.

    `target` is a link's, or another name of the `same` file; `sha256` a file's.
    """

    path: str
    kind: str
    mode: int
    modified: int
    size: int = 0
    sha256: str | None = None
    target: str | None = None


def copy_folder(
    source: Path, to: Path, *, name: Path, skip: Collection[str] = (), hollow: Collection[str] = (), users: bool = False
) -> Iterator[Entry]:
    """Copies `source` to the new folder `to`, telling what is in the copy by paths that begin with `name`.

    What is in `skip` is left out, of what is in `hollow` only the folder is copied; both are paths below `source`.
    Files that vanish meanwhile, sockets and devices are left out too. Of `users`' files, what cannot be read, or lies
    too deep, is told as lost; it keeps nothing else from being copied.
    """

    def unopened(error: OSError) -> None:
        _lost(name / str(error.filename), error, users)

    firsts: Firsts = {}
    top = source.resolve(strict=True)
    for where, folders, files, fd in os.fwalk(top, follow_symlinks=False, onerror=unopened):
        inside = Path(where).relative_to(top)
        there = [] if str(inside) in hollow else [*folders, *files]
        # Those that the walk goes on to.
        folders.clear()
        try:
            _make(to / inside, len(inside.parts))
        except OSError as error:
            yield from _lost(name / inside, error, users)
            continue
        yield entry_of(os.fstat(fd), name / inside, "folder")
        for one in there:
            if str(inside / one) in skip:
                continue
            try:
                entry = _copy(fd, one, to / inside / one, name / inside / one, firsts)
            except OSError as error:
                yield from _lost(name / inside / one, error, users)
                continue
            if entry and entry.kind == "folder":
                folders.append(one)
            elif entry:
                yield entry


def _lost(path: Path, error: OSError, users: bool) -> list[Entry]:
    if error.errno in _GONE:
        return []
    if not users or error.errno not in _LOST:
        raise Fault(f"{path} cannot be copied: {error.strerror}") from error
    return [Entry(str(path), "lost", 0, 0)]


def _make(folder: Path, depth: int) -> None:
    if depth > _DEEPEST:
        raise OSError(errno.ENAMETOOLONG, "it lies too deep")
    folder.mkdir(mode=0o700, parents=True)


def _copy(fd: int, name: str, to: Path, path: Path, firsts: Firsts) -> Entry | None:
    found = os.stat(name, dir_fd=fd, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode):
        # Its copy is made when the walk comes to it.
        os.close(os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd))
        return entry_of(found, path, "folder")
    if stat.S_ISLNK(found.st_mode):
        target = os.readlink(name, dir_fd=fd)
        to.symlink_to(target)
        return entry_of(found, path, "link", target=target)
    if not stat.S_ISREG(found.st_mode):
        return None
    source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=fd)
    with os.fdopen(source, "rb") as reader:
        opened = os.fstat(source)
        if not stat.S_ISREG(opened.st_mode):
            return None
        # Of a file with a thousand names there is one copy; a number that comes again elsewhere is another file's.
        key = (path.parts[:2], opened.st_dev, opened.st_ino)
        if opened.st_nlink > 1 and (first := firsts.get(key)):
            os.link(first[0], to)
            return entry_of(opened, path, "same", target=str(first[1]))
        size, sha256 = copy_file(reader, to)
        if opened.st_nlink > 1:
            firsts[key] = (to, path)
        return entry_of(opened, path, "file", size=size, sha256=sha256)


def copy_file(reader: IO[bytes], to: Path) -> tuple[int, str]:
    """Copies a file to a new one that only we can read; says how long it is, and its hash."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            # Holes stay holes: a file may say that it is larger than the disk.
            if chunk == _HOLE:
                writer.seek(size)
            else:
                writer.write(chunk)
        writer.truncate(size)
    return size, digest.hexdigest()


def entry_of(
    found: os.stat_result, path: Path, kind: str, size: int = 0, sha256: str | None = None, target: str | None = None
) -> Entry:
    """What was found, as the copy's entry."""
    return Entry(str(path), kind, stat.S_IMODE(found.st_mode), found.st_mtime_ns, size, sha256, target)
