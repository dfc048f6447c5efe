"""`doctor`: what is missing or weak on this machine, and what mends it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from launcher import running
from launcher.data import check_data_folder
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.packages import NEEDS, TEST_NEEDS, apt_command, java_home, system_python

GIB = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `weak` works, but not as well as it could."""

    name: str
    state: str
    told: str
    mend: str = ""


def _python() -> Finding:
    return Finding("python", "ok", system_python())


def _packages() -> Iterator[Finding]:
    for need in NEEDS:
        present = need.present()
        yield Finding(need.package, "ok" if present else "missing", need.why, "" if present else apt_command([need]))
    for need in TEST_NEEDS:
        present = need.present()
        told = f"{need.why} (only for `./hopslab test` and `trust`)"
        yield Finding(need.package, "ok" if present else "weak", told, "" if present else apt_command([need]))


def _java() -> Finding:
    home = java_home()
    return Finding("java", "ok" if home else "missing", str(home) if home else "no Java 17 of Debian's below /usr/lib/jvm")


def _namespaces() -> Finding:
    command = ["bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return Finding("sandboxes", "missing", "bubblewrap is not installed", apt_command([NEEDS[1]]))
    if done.returncode == 0:
        whose = "a user of their own" if os.geteuid() == 0 else "this user, as they are started by an ordinary one"
        return Finding("sandboxes", "ok" if os.geteuid() == 0 else "weak", f"bubblewrap works; sandboxes run as {whose}")
    mend = "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    return Finding("sandboxes", "missing", f"bubblewrap cannot make one: {done.stderr.strip()}", mend)


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return Finding("memory", "ok" if total >= 7 else "weak", f"{total:.0f} GiB; 8 GiB let two people run Spark")


def _disk(at: Layout) -> Finding:
    place = next(part for part in [at.data, *at.data.parents] if part.exists())
    free = shutil.disk_usage(place).free / GIB
    return Finding("disk", "ok" if free >= 5 else "weak", f"{free:.0f} GiB free at {place}; the installation takes 3 GiB")


def _data(at: Layout) -> Finding:
    try:
        check_data_folder(at.data, os.geteuid() == 0)
    except Fault as fault:
        return Finding("data", "missing", str(fault))
    return Finding("data", "ok", str(at.data))


def _gpus() -> Finding:
    found = shutil.which("nvidia-smi") is not None
    return Finding("gpus", "ok", "NVIDIA's driver is there" if found else "none; notebooks start without")


def _platform(at: Layout) -> Finding:
    if running.supervisor(at) is None:
        return Finding("platform", "ok", "not running; `./hopslab up` starts it")
    bad = [f"{one.name} is {one.state}. {one.reason}" for one in running.services(at) if one.state != "ready"]
    return Finding("platform", "weak" if bad else "ok", "; ".join(bad) or f"up at {at.url}")


def findings(at: Layout) -> list[Finding]:
    """Everything that was looked at."""
    looks: list[Callable[[], Finding]] = [_java, _namespaces, _memory, lambda: _disk(at), lambda: _data(at), _gpus]
    try:
        first = [_python(), *_packages()]
    except Fault as fault:
        first = [Finding("python", "missing", str(fault))]
    return [*first, *(look() for look in looks), _platform(at)]


def doctor(at: Layout, *, as_json: bool) -> int:
    """Prints the findings; exit code 1 where something is missing."""
    found = findings(at)
    if as_json:
        print(json.dumps({"findings": [asdict(one) for one in found]}))
    else:
        for one in found:
            mark = {"ok": "✓", "weak": "!", "missing": "✗"}[one.state]
            print(f"  {mark} {one.name}: {one.told}")
            if one.mend:
                print(f"      {one.mend}")
    return 1 if any(one.state == "missing" for one in found) else 0
