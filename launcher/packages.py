"""Debian's packages: what is needed, whether it is there, and how it gets there."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launcher.commands import said
from launcher.faults import Fault
from launcher.steps import Work


@dataclass(frozen=True)
class Need:
    """A program of the system, the Debian package that brings it, and how to see that it is there."""

    package: str
    why: str
    present: Callable[[], bool]


def system_python() -> str:
    """The interpreter the environments are made with: the system's, which every user of the machine can reach."""
    for candidate in ("/usr/bin/python3", "/usr/bin/python3.12", "/usr/bin/python3.11", shutil.which("python3")):
        version = said(candidate, "-c", "import sys; print(*sys.version_info[:2])") if candidate else None
        if candidate and version in ("3 11", "3 12"):
            return candidate
    raise Fault("Python 3.11 or 3.12 is needed, and neither /usr/bin/python3 nor the one on PATH is one")


def java_home() -> Path | None:
    """Debian's Java 17, which Spark 3.5 runs on; newer ones it does not know."""
    return next((home for home in sorted(Path("/usr/lib/jvm").glob("java-17-*")) if (home / "bin" / "java").exists()), None)


def _has_venv() -> bool:
    return said(system_python(), "-c", "import ensurepip, venv") is not None


def _has_bubblewrap() -> bool:
    version = re.search(r"(\d+)\.(\d+)", said("bwrap", "--version") or "")
    return version is not None and (int(version[1]), int(version[2])) >= (0, 8)


NEEDS = (
    Need("python3-venv", "makes the Python environments", _has_venv),
    Need("bubblewrap", "0.8 or newer; the sandboxes", _has_bubblewrap),
    Need("openjdk-17-jre-headless", "Java 17; Spark", lambda: java_home() is not None),
)
CERTUTIL = Need("libnss3-tools", "certutil; browsers' certificates", lambda: shutil.which("certutil") is not None)
TEST_NEEDS = (
    Need("chromium", "the browser tests", lambda: shutil.which("chromium") is not None),
    Need("chromium-headless-shell", "the browser tests", lambda: shutil.which("chromium-headless-shell") is not None),
    CERTUTIL,
    Need("curl", "the guides' examples", lambda: shutil.which("curl") is not None),
    Need("openssl", "the certificates' tests", lambda: shutil.which("openssl") is not None),
    Need("faketime", "the tests with clocks that are set", lambda: shutil.which("faketime") is not None),
)


def missing(needs: tuple[Need, ...]) -> list[Need]:
    """What is not there yet."""
    return [need for need in needs if not need.present()]


def apt_command(needs: list[Need]) -> str:
    """The one command with which a person mends it."""
    names = " ".join(shlex.quote(need.package) for need in needs)
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install --yes --no-install-recommends {names}"


def _may_install() -> bool:
    return os.geteuid() == 0 or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0


def install(needs: list[Need], work: Work) -> None:
    """Brings packages by apt as root or with password-less sudo; else tells the person the command."""
    if shutil.which("apt-get") is None:
        names = ", ".join(f"{need.package} ({need.why})" for need in needs)
        raise Fault(f"this machine has no apt-get; install by its own means: {names}")
    if os.geteuid() != 0 and (shutil.which("sudo") is None or not _may_install()):
        raise Fault(f"packages of the system are missing; install them with\n\n    {apt_command(needs)}\n\nand run this again")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    work.run(*apt, "update")
    work.run(*apt, "install", "--yes", "--no-install-recommends", *(need.package for need in needs))
    still = missing(tuple(needs))
    if still:
        raise Fault("installed, yet not what is needed: " + ", ".join(f"{need.package} ({need.why})" for need in still))
