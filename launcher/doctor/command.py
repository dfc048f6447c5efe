"""`doctor`: every look, and what comes of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from launcher.doctor.clock import clock
from launcher.doctor.finding import Finding
from launcher.doctor.gpus import gpus
from launcher.doctor.limits import limits
from launcher.doctor.machine import Machine
from launcher.doctor.memory import memory
from launcher.doctor.network import network
from launcher.doctor.platform import platform
from launcher.doctor.printed import printed
from launcher.doctor.programs import programs
from launcher.doctor.sandboxes import sandboxes
from launcher.doctor.storage import storage
from launcher.layout import Layout

Look = Callable[[Machine, Layout], Iterator[Finding]]

LOOKS: dict[str, Look] = {
    "Programs": programs,
    "Sandboxes": sandboxes,
    "Limits": limits,
    "Memory": memory,
    "Storage": storage,
    "Network": network,
    "Clock": clock,
    "GPUs": gpus,
    "Platform": platform,
}


def findings(machine: Machine, at: Layout, looks: dict[str, Look] = LOOKS) -> dict[str, list[Finding]]:
    """Everything that was looked at, by group."""
    return {group: list(_safely(look, machine, at)) for group, look in looks.items()}


def _safely(look: Look, machine: Machine, at: Layout) -> Iterator[Finding]:
    """A machine so odd that a look fails is told of, and the other looks go on."""
    try:
        yield from look(machine, at)
    except (OSError, ValueError, LookupError) as error:
        yield Finding(look.__name__, "weak", f"could not be looked at: {error}")


def doctor(at: Layout, *, as_json: bool) -> int:
    """Prints the findings; exit code 1 where something is missing."""
    found = findings(Machine(), at)
    if as_json:
        print(json.dumps({"findings": [{"group": group} | asdict(one) for group, every in found.items() for one in every]}))
    else:
        print(printed(found), end="")
    return 1 if any(one.state == "missing" for every in found.values() for one in every) else 0
