"""Which file system a path lies on, and how it is mounted."""

import re
from dataclasses import dataclass
from pathlib import Path

from launcher.doctor.machine import Machine


@dataclass(frozen=True)
class Mount:
    """A mounted file system."""

    point: Path
    kind: str
    options: frozenset[str]


def mounts(machine: Machine) -> list[Mount]:
    """All that are mounted here, the later above the earlier (proc(5), mountinfo)."""
    found = []
    for line in (machine.text("/proc/self/mountinfo") or "").splitlines():
        own, _, rest = line.partition(" - ")
        fields, kind = own.split(), rest.split()[0]
        point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        found.append(Mount(Path(point), kind, frozenset(fields[5].split(","))))
    return found


def mount_of(machine: Machine, path: Path) -> Mount | None:
    """What `path` lies on."""
    over = [one for one in mounts(machine) if path.is_relative_to(one.point)]
    return max(reversed(over), key=lambda one: len(one.point.parts), default=None)


def nearest(machine: Machine, path: Path) -> Path:
    """`path`, or the nearest folder above it that is there."""
    return next(part for part in [path, *path.parents] if machine.exists(part))
