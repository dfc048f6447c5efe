"""Many small files as one tar stream whose length is known before it is sent."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence

from hopslab.dataset.local import Source, blocks, opened

_END = bytes(2 * tarfile.BLOCKSIZE)
# Somewhat below what the platform takes at once.
_MOST_ENTRIES = 10_000
_MOST_BYTES = 256 * 1024 * 1024


def _padding(size: int) -> int:
    return -size % tarfile.BLOCKSIZE


def _header(name: str, size: int, *, folder: bool = False) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o755 if folder else 0o644
    info.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


class Pack:
    """Some folders and files; it can be read again and again, always the same."""

    def __init__(self, folders: Sequence[str], files: Sequence[Source]) -> None:
        self._folders = [_header(name, 0, folder=True) for name in folders]
        self._files = [(_header(file.name, file.size), file) for file in files]
        self.bytes = sum(file.size for file in files)
        heads = [*self._folders, *(head for head, _ in self._files)]
        bodies = (file.size + _padding(file.size) for file in files)
        self.length = sum(map(len, heads)) + sum(bodies) + len(_END)

    def stream(self, moved: Callable[[int], None]) -> Iterator[bytes]:
        """The archive; ``moved`` is told of the files' bytes.

        Raises:
            HopslabError: ``file.changed``, ``file.local``.
        """
        yield from self._folders
        for head, source in self._files:
            with opened(source.path) as file:
                yield head
                yield from blocks(source.path, file, source.size, moved)
                yield bytes(_padding(source.size))
        yield _END


def packs(folders: Iterable[str], files: Iterable[Source]) -> Iterator[Pack]:
    """All of them, in as few packs as may be sent."""
    some_folders, some_files, size = list[str](), list[Source](), 0
    for folder in folders:
        some_folders.append(folder)
        if len(some_folders) == _MOST_ENTRIES:
            yield Pack(some_folders, [])
            some_folders = []
    for file in files:
        full = len(some_folders) + len(some_files) == _MOST_ENTRIES or size + file.size > _MOST_BYTES
        if full and (some_folders or some_files):
            yield Pack(some_folders, some_files)
            some_folders, some_files, size = [], [], 0
        some_files.append(file)
        size += file.size
    if some_folders or some_files:
        yield Pack(some_folders, some_files)
