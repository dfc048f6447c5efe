"""Where this machine lets us make control groups: version 1 has a tree for each controller, version 2 one for all."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import NamedTuple

#: The platform's own processes, where they had to make room: a group of version 2 has processes or children.
PLATFORM = "hopslab-platform"
_WANTED = ("memory", "pids", "cpu")


class Place(NamedTuple):
    """A folder below which groups with a controller can be made."""

    version: int
    folder: str


def read(path: str) -> str:
    """The text of a small file; empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def write(path: str, text: str) -> None:
    """Write to a file that the kernel has made; raises ``OSError`` where it refuses."""
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _mounts(proc: str) -> list[tuple[str, str, str, list[str]]]:
    """Type, root, folder and options of what is mounted."""
    found = []
    for line in read(f"{proc}/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields, more = before.split(), after.split()
        found.append((more[0], fields[3], fields[4], more[2].split(",")))
    return found


def _own(proc: str) -> dict[str, str]:
    """The group of this process by controller; version 2's has no name."""
    lines = [line.split(":", 2) for line in read(f"{proc}/cgroup").splitlines()]
    return {name: path for _, names, path in lines for name in names.split(",")}


def _below(mount: str, root: str, path: str) -> str:
    inside = path.removeprefix(root.rstrip("/"))
    return (mount + inside).rstrip("/")


def _delegated(folder: str) -> bool:
    """Whether systemd has left a group to whoever is in it."""
    for name in ("user.delegate", "trusted.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(folder, name) == b"1":
                return True
    return False


def _home(mount: str, root: str, path: str) -> str:
    """Whose children the groups of version 2 are to be."""
    own = _below(mount, root, path)
    if os.path.basename(own) == PLATFORM:
        return os.path.dirname(own)
    # Root may write everywhere, but a group that systemd manages is not ours to rebuild; at the top it lets others be.
    return own if os.geteuid() != 0 or _delegated(own) else mount


def _make_room(folder: str) -> None:
    aside = os.path.join(folder, PLATFORM)
    os.makedirs(aside, exist_ok=True)
    for pid in read(f"{folder}/cgroup.procs").split():
        with contextlib.suppress(OSError):
            write(f"{aside}/cgroup.procs", pid)


def _offered(folder: str) -> set[str]:
    return set(read(f"{folder}/cgroup.controllers").split()) & set(_WANTED)


def hand_down(folder: str) -> set[str]:
    """Let the children of a group of version 2 have its controllers; those that they have then."""
    control = f"{folder}/cgroup.subtree_control"
    for name in _offered(folder):
        for last in (False, True):
            try:
                write(control, f"+{name}")
                break
            except OSError as error:
                if error.errno != errno.EBUSY or last:
                    break
                _make_room(folder)
    return set(read(control).split()) & set(_WANTED)


def places(proc: str = "/proc/self", prepare: bool = True) -> dict[str, Place]:
    """Where groups can be made, by controller; without those that this machine or its administrator keeps."""
    own, found = _own(proc), dict[str, Place]()
    for kind, root, mount, options in _mounts(proc):
        if kind == "cgroup":
            for name in set(options) & set(_WANTED) & set(own):
                found[name] = Place(1, _below(mount, root, own[name]))
        elif kind == "cgroup2" and "" in own:
            home = _home(mount, root, own[""])
            if os.access(home, os.W_OK) and os.access(f"{home}/cgroup.subtree_control", os.W_OK):
                names = hand_down(home) if prepare else _offered(home)
                found.update({name: Place(2, home) for name in names})
    return {name: place for name, place in found.items() if os.access(place.folder, os.W_OK)}
