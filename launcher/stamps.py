"""Content hashes of what a step was made from, written only after the step has succeeded."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

# What a build or a cache made, and tests: nothing that is installed depends on them.
_SKIPPED = {
    "node_modules",
    "lib",
    "labextension",
    "hub-dist",
    "__pycache__",
    "test-results",
    "coverage",
    "dist",
    "ui-tests",
    "faults",
}
_SKIPPED_ENDS = (".tsbuildinfo", ".log", ".pyc", ".test.ts", ".test.tsx")


def files_below(folder: Path) -> list[Path]:
    """Every source file below `folder`, sorted, without what was built and without tests."""
    found: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith(".")]
        found += [Path(where, name) for name in names if not name.endswith(_SKIPPED_ENDS)]
    return sorted(found)


def content_hash(paths: Iterable[Path], *also: str) -> str:
    """A hash over names and contents of files and of everything in folders, and over further texts."""
    digest = hashlib.sha256()
    for path in paths:
        for file in files_below(path) if path.is_dir() else [path]:
            digest.update(f"{file}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest() if file.exists() else b"-")
    for text in also:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replaces a file whole: who reads it sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def link_atomically(link: Path, target: str) -> None:
    """Points a symbolic link elsewhere without a moment in which it is missing."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
