"""`trust`: puts the installation's certificate authority into this user's browsers."""

import shutil
import subprocess
from pathlib import Path

from launcher.commands import said
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.packages import CERTUTIL, apt_command

_FIREFOX = (".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", ".config/mozilla/firefox")


def stores(home: Path) -> list[Path]:
    """Certificate stores of this user's browsers; Chromium's is made when it is missing."""
    profiles = [found.parent for place in _FIREFOX for found in (home / place).glob("*/cert9.db")]
    return [home / ".pki" / "nssdb", *profiles]


def certificate_name(at: Layout) -> str:
    """What the certificate authority is called in a browser's store."""
    return f"Hopslab {at.data}"


def trust(at: Layout) -> int:
    """Adds the public certificate to each store; doing it again changes nothing."""
    authority = at.data / "ca.pem"
    if not authority.exists():
        raise Fault(f"{authority} is not there yet; run `./hopslab up` first")
    if shutil.which("certutil") is None:
        raise Fault(f"certutil is missing; install it with\n\n    {apt_command([CERTUTIL])}\n")
    name = certificate_name(at)
    for store in stores(Path.home()):
        _add(store, name, authority)
        print(f"trusted in {store}")
    print("Restart the browser. Programs are told by a flag, for example:")
    print(f"    curl --cacert {authority} https://127.0.0.1:{at.port}/health")
    return 0


def _add(store: Path, name: str, authority: Path) -> None:
    where = f"sql:{store}"
    if not (store / "cert9.db").exists():
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        _certutil("-N", "-d", where, "--empty-password")
    # One that an earlier installation in the same folder left would hide the new one.
    while said("certutil", "-D", "-d", where, "-n", name) is not None:
        pass
    _certutil("-A", "-d", where, "-t", "C,,", "-n", name, "-i", str(authority))


def _certutil(*arguments: str) -> None:
    done = subprocess.run(["certutil", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Fault(f"certutil {arguments[0]} failed: {done.stderr.strip()}")
