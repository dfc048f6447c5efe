"""Memory: how much there is, what may be had of it, and what happens when it runs out."""

from collections.abc import Iterator
from pathlib import Path

from launcher.doctor.finding import GIB, MIB, Finding, size
from launcher.doctor.machine import Machine
from launcher.layout import Layout

_ENOUGH = 7 * GIB
_FREE = 1.5 * GIB
_SHARED = 128 * MIB


def memory(machine: Machine, _at: Layout) -> Iterator[Finding]:
    """Memory, swap, and settings that break programs which reserve much and use little."""
    told = _meminfo(machine)
    yield _memory(machine, told)
    yield _swap(told)
    if machine.text("/proc/sys/vm/overcommit_memory") == "2":
        words = "the kernel refuses what is reserved but not used (vm.overcommit_memory is 2): Java and Node reserve much"
        yield Finding("overcommit", "weak", words, f"{machine.sudo}sysctl -w vm.overcommit_memory=0")
    if machine.exists("/dev/shm") and (there := machine.space(Path("/dev/shm")).total) < _SHARED:
        words = f"{size(there)} at /dev/shm, and PostgreSQL shares memory between its processes there"
        mend = f"{machine.sudo}mount -o remount,size=1g /dev/shm   (a container: start it with --shm-size=1g)"
        yield Finding("shared memory", "weak", words, mend)


def _meminfo(machine: Machine) -> dict[str, int]:
    lines = (line.split() for line in (machine.text("/proc/meminfo") or "").splitlines())
    return {fields[0].rstrip(":"): int(fields[1]) * 1024 for fields in lines if len(fields) >= 2}


def _memory(machine: Machine, told: dict[str, int]) -> Finding:
    total, available = told.get("MemTotal", 0), told.get("MemAvailable", 0)
    allowed = _allowed(machine)
    if allowed is not None and allowed < 0.95 * total:
        words = f"{size(allowed)} of the machine's {size(total)} may be used here, but Hopslab gives out what the machine has"
        return Finding("memory", "weak", words, "give this container or service more, or set lower quotas")
    words = f"{size(total)}, {size(available)} of it available"
    if total < _ENOUGH:
        return Finding("memory", "weak", f"{words}; 8 GiB let two people run Spark", "add memory, or ask for fewer executors")
    if available < _FREE:
        return Finding(
            "memory", "weak", f"{words}; a notebook server with Spark takes 2 GiB", "ps -eo rss,pid,user,comm --sort=-rss | head"
        )
    return Finding("memory", "ok", words)


def _allowed(machine: Machine) -> int | None:
    """The smallest limit of the control groups that this process is in."""
    found = []
    for line in (machine.text("/proc/self/cgroup") or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            places, file = [Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")], "memory.max"
        elif "memory" in controllers.split(","):
            places, file = [Path("/sys/fs/cgroup/memory")], "memory.limit_in_bytes"
        else:
            continue
        own = Path(path.lstrip("/"))
        texts = (machine.text(place / part / file) for place in places for part in [own, *own.parents])
        found += [int(text) for text in texts if text and text.isdigit()]
    return min(found, default=None)


def _swap(told: dict[str, int]) -> Finding:
    total, free = told.get("SwapTotal", 0), told.get("SwapFree", 0)
    if total == 0:
        return Finding("swap", "ok", "none; a program that takes too much memory is ended, and nothing becomes slow")
    words = f"{size(total)}, {size(total - free)} of it in use"
    if free < total / 4:
        return Finding("swap", "weak", f"{words}: the machine is short of memory", "ps -eo rss,pid,user,comm --sort=-rss | head")
    return Finding("swap", "ok", words)
