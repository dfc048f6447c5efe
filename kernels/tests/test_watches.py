"""Who is told what happens to files; in a sandbox it is shown by the contract of the server's port."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hopslab_shim import watches

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_FILES = 0x400


def _disk_of(path: Path) -> int:
    number = path.stat().st_dev
    return os.major(number) << 20 | os.minor(number)


@contextmanager
def _watching(path: Path) -> Iterator[None]:
    held = _libc.inotify_init1(os.O_CLOEXEC)
    assert _libc.inotify_add_watch(held, os.fsencode(path), 0xFFF) >= 0
    try:
        yield
    finally:
        os.close(held)


def test_the_disks_are_those_of_the_mounts() -> None:
    assert watches.disks_of(os.getpid(), ["/proc"]) == {_disk_of(Path("/proc"))}
    assert watches.disks_of(os.getpid(), ["/nowhere"]) == set()


def test_a_watch_counts_on_its_own_disk_alone(tmp_path: Path) -> None:
    disks = {_disk_of(tmp_path)}
    assert not watches.watches_any(os.getpid(), disks, _libc)
    with _watching(tmp_path):
        assert watches.watches_any(os.getpid(), disks, _libc)
        assert not watches.watches_any(os.getpid(), {-1}, _libc)
        assert watches.watchers(os.getpid(), disks, _libc) == [os.getpid()]
    assert watches.watchers(os.getpid(), disks, _libc) == []
    assert not watches.watches_any(2**30, disks, _libc)


def test_a_thread_with_descriptors_of_its_own_is_looked_at(tmp_path: Path) -> None:
    begun, over = threading.Event(), threading.Event()

    def watch() -> None:
        assert _libc.unshare(_CLONE_FILES) == 0
        with _watching(tmp_path):
            begun.set()
            over.wait(10)

    thread = threading.Thread(target=watch)
    thread.start()
    assert begun.wait(10)
    try:
        assert watches.watches_any(os.getpid(), {_disk_of(tmp_path)}, _libc)
    finally:
        over.set()
        thread.join()
