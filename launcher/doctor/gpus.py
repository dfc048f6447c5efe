"""GPUs: found, there without a driver, or a driver that does not answer."""

from collections import Counter
from collections.abc import Iterator

from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.layout import Layout

_NVIDIA, _DISPLAY = "0x10de", "0x03"


def gpus(machine: Machine, _at: Layout) -> Iterator[Finding]:
    """What notebooks can lease."""
    if pretended := machine.environment.get("HOPSLAB_PRETEND_GPUS"):
        told = f"pretended: {pretended} (HOPSLAB_PRETEND_GPUS); they can be leased, and nothing computes on them"
        yield Finding("gpus", "weak", told, "unset HOPSLAB_PRETEND_GPUS   (then `./hopslab down` and `./hopslab up`)")
        return
    if not machine.has("nvidia-smi"):
        cards = _cards(machine)
        if cards == 0:
            yield Finding("gpus", "ok", "none; notebook servers start without")
            return
        told = f"{cards} of NVIDIA in this machine, without a driver"
        yield Finding(
            "gpus", "weak", told, f"{machine.sudo}apt-get install --yes nvidia-driver   (Debian's non-free, or NVIDIA's own)"
        )
        return
    listed = machine.ran("nvidia-smi", "-L")
    names = [
        line.split(": ", 1)[1].split(" (UUID")[0]
        for line in (listed.out if listed else "").splitlines()
        if line.startswith("GPU ")
    ]
    if names:
        yield Finding("gpus", "ok", ", ".join(f"{count} x {name}" for name, count in Counter(names).items()))
    elif _cards(machine) == 0 and not machine.exists("/dev/nvidia0"):
        yield Finding("gpus", "ok", "none; NVIDIA's driver is installed and finds no GPU")
    else:
        words = (listed.err or listed.out).splitlines()[:1] if listed else []
        told = f"NVIDIA's driver does not answer{': ' + words[0] if words else ''}; notebook servers start without GPUs"
        yield Finding(
            "gpus",
            "weak",
            told,
            f"{machine.sudo}dmesg | grep -i nvrm | tail   (a new kernel or driver wants a restart of the machine)",
        )


def _cards(machine: Machine) -> int:
    """NVIDIA's display controllers on the bus."""
    devices = machine.found("/sys/bus/pci/devices", "*")
    return sum(
        machine.text(one / "vendor") == _NVIDIA and (machine.text(one / "class") or "").startswith(_DISPLAY) for one in devices
    )
