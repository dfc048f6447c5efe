"""The data folder: who owns what in it, and that all who must can reach it."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher.faults import Fault
from launcher.layout import Layout
from launcher.stamps import write_atomically

SANDBOX_USER = "hopslab-sandbox"
POSTGRES_USER = "hopslab-postgres"


@dataclass(frozen=True)
class Owner:
    """A user and its group, by number."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Owners:
    """Whose processes touch the data: as an ordinary user all are that user."""

    sandbox: Owner
    postgres: Owner
    root: bool


def owners() -> Owners:
    """The users of this installation; as root, dedicated ones, made when they are missing."""
    if os.geteuid() == 0:
        return Owners(_system_user(SANDBOX_USER), _system_user(POSTGRES_USER), True)
    me = Owner(os.getuid(), os.getgid())
    return Owners(me, me, False)


def _system_user(name: str) -> Owner:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                   "--shell", "/usr/sbin/nologin", name]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        # 9: a second installation has made it in the meantime.
        if done.returncode not in (0, 9):
            raise Fault(f"the system user {name} cannot be made: {done.stderr.strip()}") from None
        found = pwd.getpwnam(name)
    return Owner(found.pw_uid, found.pw_gid)


def check_data_folder(data: Path, root: bool) -> None:
    """Refuses a data folder that cannot be used, before anything is installed."""
    if data.exists() and not data.is_dir():
        raise Fault(f"--data {data} is a file; give a folder")
    nearest = next(part for part in [data, *data.parents] if part.exists())
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        raise Fault(f"the data folder {data} cannot be used: no right to read and write {nearest}; choose another with --data")
    if not root:
        return
    for part in [nearest, *nearest.parents]:
        if not part.stat().st_mode & 0o001:
            raise Fault(
                f"the data folder {data} cannot be used: {part} is closed to other users, and as root PostgreSQL and the"
                f" sandboxes run as {POSTGRES_USER} and {SANDBOX_USER}; choose another with --data or run `chmod o+x {part}`"
            )


def _folder(path: Path, mode: int, owner: Owner | None = None) -> None:
    path.mkdir(parents=True, exist_ok=True)
    if owner and os.geteuid() == 0:
        os.chown(path, owner.uid, owner.gid)
    path.chmod(mode)


def prepare(at: Layout, who: Owners) -> None:
    """Makes the data folder and the run folder, each part readable by those who need it only."""
    shared = 0o711 if who.root else 0o700
    try:
        at.data.mkdir(parents=True, exist_ok=True)
        at.data.chmod(0o755 if who.root and at.data == at.base else shared)
        _folder(at.data / "secrets", 0o700)
        _folder(at.data / "logs", 0o700)
        _folder(at.data / "postgres", 0o700, who.postgres)
        _folder(at.data / "projects", 0o700, who.sandbox)
        _folder(at.data / "scratch", 0o700, who.sandbox)
        if who.root:
            _folder(at.run.parent, 0o711)
        _own_folder(at.run, shared)
        _folder(at.run / "pg", 0o700, who.postgres)
        _folder(at.run / "s", shared)
    except PermissionError as error:
        raise Fault(f"the data folder {at.data} cannot be used: {error.filename}: {error.strerror}") from error
    write_atomically(at.data / "port", f"{at.port}\n")
    write_atomically(at.data / "secrets" / "database-url", database_url(at) + "\n", 0o600)


def _own_folder(path: Path, mode: int) -> None:
    """A folder in a place others can write to must be ours, or someone lies in wait there."""
    path.mkdir(parents=True, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid != os.geteuid():
        raise Fault(f"{path} belongs to another user; remove it and run this again")
    path.chmod(mode)


def database_url(at: Layout) -> str:
    """How the platform's processes reach the embedded PostgreSQL: by its socket, known by their user (no password)."""
    return f"postgresql://hopslab@localhost/hopslab?host={quote(str(at.run / 'pg'), safe='')}"
