"""What keeps one notebook server from taking the machine from all others."""

import json
import resource
from collections.abc import Iterator

from launcher import running
from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.layout import Layout

_FILES = 8192
_PROCESSES = 4096
_KEPT = "control groups"


def limits(machine: Machine, at: Layout) -> Iterator[Finding]:
    """Control groups; open files and processes of our own; what a project's storage is kept by."""
    yield _groups(machine, at)
    files = machine.limit(resource.RLIMIT_NOFILE)
    if files is not None and files < _FILES:
        told = f"{files:,} for each process; the proxy takes two for each open connection"
        yield Finding("open files", "weak", told, _lasting(machine, "nofile", 65536))
    else:
        yield Finding("open files", "ok", "any number" if files is None else f"{files:,} for each process")
    processes = machine.limit(resource.RLIMIT_NPROC)
    if machine.euid != 0 and processes is not None and processes < _PROCESSES:
        told = f"{processes:,} for {machine.user_name()}; a Spark session takes some hundreds, threads count"
        yield Finding("processes", "weak", told, _lasting(machine, "nproc", 32768))
    grace = machine.environment.get("HOPSLAB_STORAGE_GRACE_MINUTES", "30")
    told = (
        "uploads beyond the quota are refused; what programs write is counted within the minute: a project is warned, and"
        f" has {grace} minutes to make room, then those who go on writing only read (quotas of the file system are not used)"
    )
    yield Finding("storage of projects", "ok", told)


def _groups(machine: Machine, at: Layout) -> Finding:
    """How the shim would keep, or keeps, the limits of sandboxes; it is asked itself."""
    name = "notebook servers"
    if machine.environment.get("HOPSLAB_CONTROL_GROUPS") == "off":
        return Finding(name, "weak", "control groups are switched off; limits are watched", "unset HOPSLAB_CONTROL_GROUPS")
    # Where the platform runs it may have been given what this shell was not.
    whose = str(running.supervisor(at) or "self")
    shim = at.checkout / "kernels" / "src" / "hopslab_shim"
    answer = machine.ran("/usr/bin/python3", "-I", "-S", "-E", str(shim), "limits", whose)
    if answer is None or answer.status != 0:
        return Finding(name, "weak", "how their limits are kept cannot be seen")
    told: dict[str, str] = json.loads(answer.out)
    kept = {what: how for what, how in told.items() if how.startswith(_KEPT)}
    words = {"memory": "memory", "pids": "processes", "cpu": "processor time"}
    if kept.keys() >= words.keys():
        return Finding(name, "ok", f"the kernel keeps their memory, processes and processor time ({kept['memory']})")
    lacking = ", ".join(f"{words[what]} {how}" for what, how in told.items() if what in words and what not in kept)
    return Finding(name, "weak", f"not kept by the kernel: {lacking}", _delegation(machine))


def _delegation(machine: Machine) -> str:
    if machine.euid == 0:
        if machine.in_container():
            return "start the container with a writable /sys/fs/cgroup"
        return "mount -o remount,rw /sys/fs/cgroup"
    if machine.exists("/run/systemd/system"):
        return "systemd-run --user --scope --property=Delegate=yes ./hopslab up   (or the unit of `./hopslab service`)"
    return "sudo ./hopslab up"


def _lasting(machine: Machine, what: str, number: int) -> str:
    line = f"{machine.user_name()} - {what} {number}"
    return f"echo '{line}' | {machine.sudo}tee /etc/security/limits.d/hopslab-{what}.conf   (then sign in anew)"
