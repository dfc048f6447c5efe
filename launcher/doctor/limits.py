"""What keeps one notebook server from taking the machine from all others."""

import resource
from collections.abc import Iterator

from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.layout import Layout

_FILES = 8192
_PROCESSES = 4096


def limits(machine: Machine, _at: Layout) -> Iterator[Finding]:
    """Open files and processes of our own."""
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


def _lasting(machine: Machine, what: str, number: int) -> str:
    line = f"{machine.user_name()} - {what} {number}"
    return f"echo '{line}' | {machine.sudo}tee /etc/security/limits.d/hopslab-{what}.conf   (then sign in anew)"
