"""Where data, tools and sockets lie, and whether those places are fit for it."""

from collections.abc import Iterator
from pathlib import Path

from launcher.data import check_data_folder
from launcher.doctor.finding import GIB, Finding, size
from launcher.doctor.machine import Machine
from launcher.doctor.mounts import mount_of, nearest
from launcher.faults import Fault
from launcher.layout import Layout

_INSTALLATION = 3 * GIB
_RESERVE = 2 * GIB  # the server's own default
_SOCKET = len("/s/") + 40 + len("/web/web.sock")  # the longest path of a socket below the run folder
_LONGEST = 100  # bytes; the kernel takes 107
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs")


def storage(machine: Machine, at: Layout) -> Iterator[Finding]:
    """The data folder, disk, files, mounts and the folder of sockets."""
    yield _data(machine, at)
    places = {"data": at.data, "tools": at.tools}
    yield from _space(machine, at, places)
    yield from _mounts(machine, places)
    yield _sockets(machine, at)


def _data(machine: Machine, at: Layout) -> Finding:
    try:
        check_data_folder(at.data, machine.euid == 0)
    except Fault as fault:
        mend = f"sudo ./hopslab doctor --data {at.data}" if machine.euid != 0 and machine.owner(at.data) == 0 else ""
        return Finding("data folder", "missing", str(fault), mend)
    return Finding("data folder", "ok", str(at.data))


def _space(machine: Machine, at: Layout, places: dict[str, Path]) -> Iterator[Finding]:
    reserve = int(machine.environment.get("HOPSLAB_DISK_RESERVE", _RESERVE))
    seen = set()
    for name, place in places.items():
        there = nearest(machine, place)
        mount = mount_of(machine, there)
        if mount in seen:
            continue
        seen.add(mount)
        space = machine.space(there)
        left = f"{size(space.free)} of {size(space.total)} free at {mount.point if mount else there}"
        needed = 0 if machine.exists(at.node) else _INSTALLATION
        look = f"{machine.sudo}du -xh --max-depth=2 {there} | sort -h | tail"
        title = "disk" if len(seen) == 1 else f"disk of {name}"
        if space.free < needed:
            yield Finding(title, "missing", f"{left}; the installation takes {size(_INSTALLATION)}", look)
        elif space.free < needed + reserve:
            told = f"{left}; below {size(reserve)} notebook servers that write are ended, so that PostgreSQL has room"
            yield Finding(title, "weak", told, look)
        else:
            yield Finding(title, "ok", left)
        if space.files and space.free_files < max(50_000, space.files // 50):
            told = f"{space.free_files:,} of {space.files:,} files are left to be made at {mount.point if mount else there}"
            find = f"{machine.sudo}du -x --inodes --max-depth=2 {there} | sort -n | tail"
            yield Finding(f"files of {name}", "weak" if space.free_files > 1000 else "missing", told, find)


def _mounts(machine: Machine, places: dict[str, Path]) -> Iterator[Finding]:
    for name, place in places.items():
        mount = mount_of(machine, nearest(machine, place))
        if mount is None:
            continue
        if "ro" in mount.options:
            told = f"{mount.point} is mounted read-only"
            yield Finding(f"mount of {name}", "missing", told, f"{machine.sudo}mount -o remount,rw {mount.point}")
        if "noexec" in mount.options:
            told, mend = (
                f"no program can be started from {mount.point} (noexec)",
                f"{machine.sudo}mount -o remount,exec {mount.point}",
            )
            if name == "tools":
                yield Finding("mount of tools", "missing", f"{told}: Node, Python and PostgreSQL lie there", mend)
            else:
                yield Finding("mount of data", "weak", f"{told}: packages that people build in notebooks fail", mend)
        if name == "data" and mount.kind in _REMOTE:
            told = f"{mount.point} is a network's file system ({mount.kind}): PostgreSQL wants a local disk"
            yield Finding("mount of data", "weak", told, "choose a folder on a local disk with --data")
        if name == "data" and mount.kind in ("tmpfs", "ramfs"):
            told = f"{mount.point} is memory: everything is gone with the next start of the machine"
            yield Finding("mount of data", "weak", told, "choose a folder on a disk with --data")
        if name == "data" and mount.kind == "overlay" and machine.in_container():
            told = "data lies in the container's own layer and goes with the container"
            yield Finding("mount of data", "weak", told, "give --data a folder of a volume")


def _sockets(machine: Machine, at: Layout) -> Finding:
    length = len(str(at.run).encode()) + _SOCKET
    if length > _LONGEST:
        told = f"{at.run} is too long for a path of sockets: {length} bytes where {_LONGEST} are possible"
        return Finding("sockets", "missing", told, "unset XDG_RUNTIME_DIR TMPDIR   (before ./hopslab up)")
    session = machine.environment.get("XDG_RUNTIME_DIR", "")
    name = machine.user_name()
    lingers = machine.exists(f"/var/lib/systemd/linger/{name}") or not machine.has("loginctl")
    if session and at.run.is_relative_to(session) and not lingers:
        told = f"{at.run} goes when {name} signs out of the machine, and running notebooks with it"
        return Finding("sockets", "weak", told, f"sudo loginctl enable-linger {name}")
    return Finding("sockets", "ok", str(at.run))
