"""`admin restore`: a backup in the place of a data folder."""

import argparse
import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from launcher import running
from launcher.backup import CLUSTER
from launcher.copies import Entry, copy_file
from launcher.data import Owner, Owners, check_data_folder, owners
from launcher.down import postmaster
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.manifest import read_manifest


def restore(at: Layout, given: argparse.Namespace) -> int:
    """Puts everything beside what is there, compares every byte, and only then exchanges the two."""
    began = time.monotonic()
    if running.supervisor(at) is not None or postmaster(at) is not None:
        raise Fault("Hopslab runs with this data folder; end it with `./hopslab down`")
    backup = Path(given.folder).expanduser().absolute()
    about, named = read_manifest(backup)
    entries = [entry for entry in named if entry.kind != "lost"]
    who = owners()
    check_data_folder(at.data, who.root)
    tops = _tops(entries)
    there = [str(top) for top in tops if (at.data / top).exists()]
    if there and not given.yes:
        held = ", ".join(there)
        raise Fault(f"{at.data} holds an installation ({held}); give --yes to replace it, or name another with --data")
    at.data.mkdir(parents=True, exist_ok=True)
    fresh, old = at.data / "restoring", at.data / "replaced"
    try:
        fill(backup, fresh, entries, who)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _exchange(at.data, fresh, old, tops)
    files = sum(entry.kind == "file" for entry in entries)
    told = {"data": str(at.data), "files": files, "madeAt": about["madeAt"], "seconds": round(time.monotonic() - began, 1)}
    if given.json:
        print(json.dumps(told))
    else:
        print(f"✓ {files:,} files of {about['madeAt']} are in {at.data}, each as it was saved")
        print("  Start it with `./hopslab up`, then let `./hopslab admin verify-audit` look at the journal.")
    return 0


def _tops(entries: Sequence[Entry]) -> list[Path]:
    """What is exchanged whole: the cluster, and whatever else lies directly in the data folder."""
    first = {PurePosixPath(entry.path).parts[0] for entry in entries}
    return [CLUSTER, *(Path(name) for name in sorted(first - {CLUSTER.parts[0]}))]


def fill(backup: Path, fresh: Path, entries: Sequence[Entry], who: Owners) -> None:
    """Puts what is in the backup into the new folder `fresh`. Raises `Fault` where something is not as it was saved."""
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    for entry in entries:
        to = fresh / entry.path
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if entry.kind == "folder":
            to.mkdir(mode=0o700)
        elif entry.kind == "link":
            to.symlink_to(entry.target or "")
        elif entry.kind == "same":
            os.link(fresh / str(entry.target), to)
        else:
            _file(backup / entry.path, to, entry)
    # Folders last and inner ones first: what was put into them has changed their times.
    for entry in reversed(entries):
        _give(fresh / entry.path, entry, who)


def _file(source: Path, to: Path, entry: Entry) -> None:
    try:
        with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as reader:
            found = copy_file(reader, to)
    except FileNotFoundError:
        found = None
    if found != (entry.size, entry.sha256):
        raise Fault(f"{source} is not as it was saved; nothing was changed")


def _give(path: Path, entry: Entry, who: Owners) -> None:
    if who.root:
        owner = _owner(entry.path, who)
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
    if entry.kind != "link":
        # Nothing but what users made lends its owner's rights to whoever runs it.
        path.chmod(entry.mode if _is_users(entry.path) else entry.mode & 0o777)
    os.utime(path, ns=(entry.modified, entry.modified), follow_symlinks=False)


def _is_users(path: str) -> bool:
    return PurePosixPath(path).parts[0] == "projects"


def _owner(path: str, who: Owners) -> Owner:
    match PurePosixPath(path).parts[0]:
        case "postgres":
            return who.postgres
        case "projects":
            return who.sandbox
        case _:
            return Owner(os.geteuid(), os.getegid())


def _exchange(data: Path, fresh: Path, old: Path, tops: Sequence[Path]) -> None:
    if old.exists():
        shutil.rmtree(old)
    for top in tops:
        if (data / top).exists():
            (old / top).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (data / top).rename(old / top)
        (data / top).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (fresh / top).rename(data / top)
    shutil.rmtree(fresh)
    shutil.rmtree(old, ignore_errors=True)
