"""Programs of the system that Hopslab stands on."""

from collections.abc import Callable, Iterator

from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.packages import NEEDS, TEST_NEEDS, Need, apt_command, java_home, system_python


def programs(
    _machine: Machine,
    _at: Layout,
    needs: tuple[Need, ...] = NEEDS,
    test_needs: tuple[Need, ...] = TEST_NEEDS,
    python: Callable[[], str] = system_python,
) -> Iterator[Finding]:
    """Python, and each package; those of tests are nobody's lack."""
    try:
        yield Finding("python", "ok", python())
    except Fault as fault:
        yield Finding("python", "missing", str(fault), "sudo apt-get update && sudo apt-get install --yes python3")
        return
    for need in needs:
        if need.present():
            yield Finding(need.package, "ok", _there(need))
        else:
            yield Finding(need.package, "missing", f"not installed ({need.why})", apt_command([need]))
    for need in test_needs:
        told = need.why if need.present() else f"not installed; {need.why} need it, nothing else"
        yield Finding(need.package, "ok", told)


def _there(need: Need) -> str:
    home = java_home() if "jre" in need.package else None
    return f"{need.why}: {home}" if home else need.why
