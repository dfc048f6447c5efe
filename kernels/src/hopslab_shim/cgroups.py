"""A control group of a sandbox's own: the kernel keeps its memory, its processes and its share of the processor.

It is made before privileges are dropped, and its files stay open: what they allow is decided when they are opened.
"""

from __future__ import annotations

import contextlib
import os
import time

from hopslab_shim.hierarchies import Place, hand_down, places, read, write
from hopslab_shim.spec import Spec

#: Memory, memory with swap, where the kernel counts whom it ended, and the share, by version.
_LIMIT = {1: "memory.limit_in_bytes", 2: "memory.max"}
_SWAP = {1: "memory.memsw.limit_in_bytes", 2: "memory.swap.max"}
_ENDED = {1: "memory.oom_control", 2: "memory.events"}
_SHARE = {1: ("cpu.shares", 1024), 2: ("cpu.weight", 100)}


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC)


def _count(text: str, name: str) -> int:
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


class Group:
    """One sandbox's folders in the trees that there are; the shim itself stays outside and sees what happens."""

    def __init__(self, folders: dict[str, Place], memory: int, processes: int) -> None:
        self.folders = sorted({place.folder for place in folders.values()})
        self.controllers = sorted(folders)
        self.version = max(place.version for place in folders.values())
        self._members = [_open(f"{folder}/cgroup.procs", os.O_WRONLY) for folder in self.folders]
        self._limit = self._swap = self._ended = self._running = None
        self._swaps = False
        if "memory" in folders:
            version, folder = folders["memory"]
            self._limit = _open(f"{folder}/{_LIMIT[version]}", os.O_WRONLY)
            self._ended = _open(f"{folder}/{_ENDED[version]}", os.O_RDONLY)
            with contextlib.suppress(OSError):  # A kernel may not count swap.
                self._swap = _open(f"{folder}/{_SWAP[version]}", os.O_WRONLY)
            if version == 2:
                # Not one of its processes, which would leave the others without it, but all.
                with contextlib.suppress(OSError):
                    write(f"{folder}/memory.oom.group", "1")
                if self._swap is not None:
                    os.pwrite(self._swap, b"0", 0)
                    self._swap = None
            self.hold(memory)
        if "pids" in folders:
            folder = folders["pids"].folder
            write(f"{folder}/pids.max", str(processes))
            self._running = _open(f"{folder}/pids.current", os.O_RDONLY)

    def join(self) -> None:
        """Put the calling process, and all that come from it, into the group."""
        for fd in self._members:
            os.write(fd, b"0")

    def hold(self, memory: int) -> None:
        """Set the bytes that it may hold; raises ``OSError`` while it holds more and none can be taken back."""
        text = str(memory).encode()
        if self._limit is None:
            return
        # Memory and swap together are never less than memory alone: which comes first depends on the way.
        if self._swap is not None:
            with contextlib.suppress(OSError):
                os.pwrite(self._swap, text, 0)
        os.pwrite(self._limit, text, 0)
        if self._swap is not None:
            os.pwrite(self._swap, text, 0)

    def ended_for_memory(self) -> bool:
        """Whether the kernel has ended a process of it because its memory was used up."""
        return self._ended is not None and _count(os.pread(self._ended, 4096, 0).decode(), "oom_kill") > 0

    def members(self) -> list[int]:
        """Its processes."""
        return [int(pid) for pid in read(f"{self.folders[0]}/cgroup.procs").split()]

    def running(self) -> int:
        """How many processes and threads there are."""
        return 0 if self._running is None else int(os.pread(self._running, 64, 0))

    def remove(self, patience: float = 2.0) -> None:
        """Give the folders back once the kernel has let go of the last process."""
        deadline = time.monotonic() + patience
        for folder in self.folders:
            while True:
                try:
                    os.rmdir(folder)
                except FileNotFoundError:
                    pass
                except OSError:
                    if time.monotonic() < deadline:
                        time.sleep(0.02)
                        continue
                break


def _prepare(place: Place, uid: int, gid: int) -> str:
    """The folder of all sandboxes of an identity, which may remove what is empty in it and change nothing else."""
    folder = os.path.join(place.folder, f"hopslab-{uid}")
    os.makedirs(folder, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, uid, gid)
    if place.version == 2:
        hand_down(folder)
    # All sandboxes together weigh as much as one busy process of the platform on each core.
    name, unit = _SHARE[place.version]
    with contextlib.suppress(OSError):
        write(f"{folder}/{name}", str(unit * min(64, os.cpu_count() or 1)))
    return folder


def make(spec: Spec, proc: str = "/proc/self") -> Group | None:
    """A group for a sandbox; ``None`` where this machine lets us make none."""
    if not spec.groups:
        return None
    uid, gid = (os.geteuid(), os.getegid()) if spec.uid is None or spec.gid is None else (spec.uid, spec.gid)
    made: dict[str, Place] = {}
    for name, place in places(proc).items():
        with contextlib.suppress(OSError):
            folder = os.path.join(_prepare(place, uid, gid), spec.id)
            os.makedirs(folder, exist_ok=True)
            # Its processes are listed by whom privileges are dropped to.
            os.chmod(folder, 0o755)
            made[name] = Place(place.version, folder)
    try:
        return Group(made, spec.memory, spec.processes) if made else None
    except OSError:
        for place in made.values():
            with contextlib.suppress(OSError):
                os.rmdir(place.folder)
        return None


def chosen(proc: str = "/proc/self") -> dict[str, str]:
    """How each limit is kept on this machine, for people."""
    there = places(proc, prepare=False)
    ways = {"memory": "watched", "pids": "watched", "cpu": "shared without weights"}
    return {
        name: f"control groups (version {there[name].version})" if name in there else way
        for name, way in ways.items()
    }
