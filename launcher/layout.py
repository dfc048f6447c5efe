"""Where everything of one installation lies."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.faults import Fault

DEFAULT_PORT = 8443
PROGRAMS_PORT = "HOPSLAB_PROGRAMS_PORT"
CHECKOUT = Path(__file__).resolve().parent.parent


def _short(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def open_to_others(folder: Path) -> bool:
    """Says whether another user of this machine could walk to `folder`."""
    return all(part.stat().st_mode & 0o001 for part in [folder, *folder.parents])


def base_folder(checkout: Path, root: bool) -> Path:
    """The folder of tools and, unless told otherwise, of data.

    Sandboxes of a platform that runs as root are another user's: what they need cannot lie below a closed home.
    """
    if root and not open_to_others(checkout):
        return Path("/var/lib/hopslab") / _short(str(checkout), 12)
    return checkout / ".hopslab"


def run_folder(data: Path, root: bool) -> Path:
    """The short folder of sockets (their paths must stay under 100 bytes), one per data folder."""
    name = _short(str(data.resolve()), 8)
    if root:
        return Path("/run/hopslab") / name
    session = os.environ.get("XDG_RUNTIME_DIR")
    if session and len(session) < 40 and os.access(session, os.W_OK):
        return Path(session) / f"hopslab-{name}"
    return Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 40 else "/tmp") / f"hopslab-{os.getuid()}-{name}"


@dataclass(frozen=True)
class Layout:
    """The folders and names of one installation; `data` may be shared by no other running one."""

    checkout: Path
    base: Path
    data: Path
    run: Path
    port: int

    @property
    def tools(self) -> Path:
        """What the installation brought along: Node, environments, stamps."""
        return self.base / "tools"

    @property
    def environments(self) -> Path:
        """The Python environments."""
        return self.tools / "environments"

    @property
    def logs(self) -> Path:
        """One log per installation step."""
        return self.base / "logs"

    @property
    def node(self) -> Path:
        """Node 24, the machine's or our own."""
        return self.tools / "node" / "bin" / "node"

    @property
    def domain(self) -> str:
        """The hub's host name; cookies ignore ports, so another port has another name."""
        return "hopslab.localhost" if self.port == DEFAULT_PORT else f"hopslab-{self.port}.localhost"

    @property
    def programs_port(self) -> int:
        """Where programs show a client certificate: the next port, unless told otherwise."""
        try:
            return int(os.environ.get(PROGRAMS_PORT) or min(self.port + 1, 65535))
        except ValueError as error:
            raise Fault(f"{PROGRAMS_PORT} is no port; give a number from 1 to 65535") from error

    @property
    def url(self) -> str:
        """What a person types into the browser."""
        return f"https://{self.domain}:{self.port}"


def layout(data: str | None, port: int | None, checkout: Path = CHECKOUT) -> Layout:
    """The layout for `--data` and `--port`; without a port the one this data folder was last used with."""
    root = os.geteuid() == 0
    base = base_folder(checkout, root)
    folder = Path(data).expanduser().absolute() if data else base
    return Layout(checkout, base, folder, run_folder(folder, root), port or remembered_port(folder))


def remembered_port(data: Path) -> int:
    """The port of the last `up` with this data folder."""
    try:
        return int((data / "port").read_text())
    except FileNotFoundError:
        return DEFAULT_PORT
    except (OSError, ValueError) as error:
        raise Fault(f"{data} is not a data folder that can be read: {error}") from error
