"""`admin backup`: the whole installation in a folder, while it runs."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from launcher import running
from launcher.copies import Entry, copy_file, copy_folder, entry_of
from launcher.data import owners
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.manifest import NOT_SAVED, write_manifest
from launcher.start import build_id, platform_environment

CLUSTER = Path("postgres/cluster")

# Made again by an installation, worth nothing without the processes that used it, or copied in its turn.
_LEFT_OUT = (*NOT_SAVED, "postgres", "projects")
# PostgreSQL's own list (see pg_basebackup): written anew at its start.
_CLUSTER_SKIP = ("postmaster.pid", "postmaster.opts", "backup_label", "pg_wal")
_CLUSTER_HOLLOW = ("pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans")
_LOG_HOLLOW = ("archive_status", "summaries")


def backup(at: Layout, given: argparse.Namespace) -> int:
    """Copies database, keys, signed heads and files; what is not whole never has the name that was asked for."""
    if running.supervisor(at) is None:
        raise Fault("Hopslab is not running with this data folder; start it with `./hopslab up`")
    to = Path(given.folder).expanduser().absolute()
    unfinished = to.with_name(f"{to.name}.unfinished")
    for folder in (to, unfinished):
        if folder.exists() or folder.is_symlink():
            raise Fault(f"{folder} is there already; name a new folder, or remove it")
    if "postgres" not in {service.name for service in running.services(at)}:
        raise Fault("the database is not the embedded one; save it with its own tools, and the data folder beside it")
    if to.parent.resolve().is_relative_to(at.data.resolve()):
        raise Fault(f"{to} lies in the data folder that is to be saved; name one elsewhere")
    began = time.monotonic()
    try:
        unfinished.mkdir(mode=0o700)
    except OSError as error:
        raise Fault(f"{unfinished} cannot be made: {error.strerror}") from error
    try:
        about = {"madeAt": datetime.now(UTC).isoformat(), "build": build_id(at)}
        files, size, lost = write_manifest(unfinished, about, _copied(at, unfinished))
        os.sync()
        unfinished.rename(to)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    seconds = round(time.monotonic() - began, 1)
    if given.json:
        print(json.dumps({"backup": str(to), "files": files, "bytes": size, "lost": lost, "seconds": seconds}))
    else:
        print(f"✓ {files:,} files, {size:,} bytes in {to}\n  It holds every key: keep it as safe as the platform itself.")
        for path in lost:
            print(f"  ! {path} could not be read, or lies too deep: it is not in the backup")
    return 0


def _copied(at: Layout, to: Path) -> Iterator[Entry]:
    """The database first, so that no row names a file that came later than it; keys and heads while it is copied."""
    cluster = at.data / CLUSTER
    with _held(at) as copied:
        yield from copy_folder(cluster, to / CLUSTER, name=CLUSTER, skip=_CLUSTER_SKIP, hollow=_CLUSTER_HOLLOW)
        # Heads ahead of the journal would look as if rows had been cut off.
        yield from _others(at, to)
        label = copied()
        yield from copy_folder(cluster / "pg_wal", to / CLUSTER / "pg_wal", name=CLUSTER / "pg_wal", hollow=_LOG_HOLLOW)
        yield _label(to, label)
    yield from copy_folder(at.data / "projects", to / "projects", name=Path("projects"), users=True)


def _others(at: Layout, to: Path) -> Iterator[Entry]:
    for one in sorted(at.data.iterdir()):
        if one.name in _LEFT_OUT:
            continue
        if one.is_dir():
            yield from copy_folder(one, to / one.name, name=Path(one.name))
        elif one.is_file():
            with one.open("rb") as reader:
                yield entry_of(one.stat(), Path(one.name), "file", *copy_file(reader, to / one.name))


def _label(to: Path, label: str) -> Entry:
    """By it PostgreSQL knows that it is a copy, and from where its log makes it whole."""
    path = to / CLUSTER / "backup_label"
    path.write_text(label)
    path.chmod(0o600)
    data = path.read_bytes()
    return entry_of(path.stat(), CLUSTER / path.name, "file", len(data), hashlib.sha256(data).hexdigest())


@contextmanager
def _held(at: Layout) -> Iterator[Callable[[], str]]:
    """PostgreSQL's files are fit to be copied inside; once all but its log are, call it for the copy's label."""
    command = [str(at.node), str(at.checkout / "server" / "lib" / "cli.js"), "hold-database"]
    pipe = subprocess.PIPE
    env = platform_environment(at, owners())
    with subprocess.Popen(command, text=True, cwd="/", env=env, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdin and child.stdout and child.stderr
        stdin, stdout, stderr = child.stdin, child.stdout, child.stderr

        def heard() -> str:
            line = stdout.readline()
            if not line:
                raise Fault(f"the database cannot be copied: {stderr.read().strip()}")
            return str(json.loads(line).get("label", ""))

        def say_copied() -> None:
            # Where it has ended, it has said why.
            with suppress(BrokenPipeError):
                stdin.write("copied\n")
                stdin.flush()

        def copied() -> str:
            say_copied()
            return heard()

        heard()
        yield copied
        # Its log is copied too.
        say_copied()
        if child.wait() != 0:
            raise Fault(f"the database was not held while it was copied: {stderr.read().strip()}")
