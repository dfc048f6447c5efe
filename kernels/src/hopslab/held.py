"""Folders that stay what they are while somebody works in them.

Every member of a project writes to datasets such as ``Experiments``. Whoever put a link in a folder's place would lead
what another member's program writes there, or copies from there, to where they may not go themselves.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_BLOCK = 1 << 20


def _enter(name: str, inside: int, *, make: bool) -> int:
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=inside)
    return os.open(name, _FOLDER, dir_fd=inside)


@contextlib.contextmanager
def held(root: Path, folder: Path, *, make: bool = False) -> Iterator[Path]:
    """A folder below ``root``, by a path that leads to this very folder in here, whatever is done to its name.

    Args:
        root: Where nobody else can put a link: it, and what is above it, may be links.
        folder: A path in it.
        make: Whether folders are made that are not there.

    Raises:
        OSError: it is not there; ``NotADirectoryError`` also where it, or one on the way to it, is a link.
    """
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in folder.relative_to(root).parts:
            inner = _enter(name, at, make=make)
            os.close(at)
            at = inner
        yield Path(f"/proc/self/fd/{at}")
    finally:
        os.close(at)


def copy_files(source: Path, target: Path) -> list[str]:
    """Copy the files of a held folder, and those of folders in it; links and whatever else is no file are not copied.

    Args:
        source: From ``held``.
        target: A folder that is there.

    Returns:
        What was not copied, by its name in the folder.
    """
    left: list[str] = []
    top = f"{source}/."  # the path itself is a link of the kernel's
    for where, folders, names, at in os.fwalk(top, follow_symlinks=False):
        inside = os.path.relpath(where, top)
        links = [name for name in folders if _is_link(name, at)]
        left += [str(Path(inside, name)) for name in links]
        folders[:] = [name for name in folders if name not in links]
        for name in folders:
            (target / inside / name).mkdir()
        for name in names:
            if not _copied(name, at, target / inside / name):
                left.append(str(Path(inside, name)))
    return sorted(left)


def _is_link(name: str, inside: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode)


def _copied(name: str, inside: int, target: Path) -> bool:
    try:
        source = os.open(name, _FILE, dir_fd=inside)
    except OSError:
        return False
    with os.fdopen(source, "rb") as given:
        if not stat.S_ISREG(os.fstat(source).st_mode):
            return False
        with os.fdopen(os.open(target, _NEW, 0o666), "wb") as kept:
            while block := given.read(_BLOCK):
                kept.write(block)
    return True
