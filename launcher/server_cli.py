"""Asking the server's own command line, for what needs the database."""

import json
import subprocess
from typing import Any

from launcher.data import Owners
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.start import platform_environment


def ask_server(at: Layout, who: Owners, *arguments: str, given: str = "") -> dict[str, Any]:
    """What `server/lib/cli.js` answers; `given` goes to its standard input. Raises `Fault` with its words."""
    command = [str(at.node), str(at.checkout / "server" / "lib" / "cli.js"), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd="/", env=platform_environment(at, who))
    if done.returncode == 2:
        raise Fault(f"the server does not know `{arguments[0]}`: {done.stderr.strip()}")
    if done.returncode != 0:
        raise Fault(done.stderr.strip() or f"`{arguments[0]}` failed with exit code {done.returncode}")
    answer = done.stdout.strip()
    return dict(json.loads(answer.splitlines()[-1])) if answer else {}
