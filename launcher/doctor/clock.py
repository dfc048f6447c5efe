"""The clock: certificates, sessions and the order of what happened stand on it."""

from collections.abc import Iterator

from launcher.doctor.finding import Finding, duration
from launcher.doctor.machine import Machine
from launcher.layout import Layout

_SLACK = 60


def clock(machine: Machine, at: Layout) -> Iterator[Finding]:
    """Whether it is kept right, and whether it has been set back since the platform wrote its last file."""
    behind = _latest(machine, at) - machine.now()
    if behind > _SLACK:
        told = f"the clock is behind by {duration(behind)} at least: files of this installation are of the future"
        yield Finding("clock", "weak", told, _mend(machine))
        return
    kept = machine.synchronised()
    if kept is False:
        told = "not synchronised: sign-ins and certificates fail once it is far off"
        yield Finding("clock", "weak", told, _mend(machine))
    else:
        yield Finding("clock", "ok", "synchronised" if kept else "the kernel does not tell whether it is synchronised")


def _latest(machine: Machine, at: Layout) -> float:
    """When the newest of the files was written that the platform often writes."""
    return max(map(machine.written, [at.checkout / "package.json", *machine.found(at.data / "logs", "*.log")]), default=0.0)


def _mend(machine: Machine) -> str:
    also = "   (on the machine that runs this container)" if machine.in_container() else ""
    if machine.has("timedatectl"):
        return f"{machine.sudo}timedatectl set-ntp true{also}"
    return f"{machine.sudo}apt-get install --yes systemd-timesyncd{also}"
