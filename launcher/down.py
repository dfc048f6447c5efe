"""`down`: ends everything of one data folder."""

import json
import sys
from pathlib import Path

from launcher import running
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.progress import Progress
from launcher.sandboxes import Running, end_sandboxes, running_sandboxes


def down(at: Layout, *, sure: bool, as_json: bool) -> int:
    """Ends sandboxes, server, proxy and PostgreSQL; asks first where people's work would end."""
    progress = Progress(quiet=as_json)
    sandboxes = running_sandboxes(at)
    if sandboxes and not sure and not _agreed(sandboxes):
        print("Nothing was ended.", file=sys.stderr)
        return 1
    if sandboxes:
        progress.begin(f"ending {len(sandboxes)} running sandbox{'es' if len(sandboxes) > 1 else ''}")
        # While the server is there: it records their end.
        end_sandboxes(sandboxes)
        progress.done()
    pid = running.supervisor(at)
    if pid:
        progress.begin("ending the services")
        if not running.end(pid, 60):
            progress.failed()
            raise Fault(f"process {pid} does not end; its log: {at.data / 'logs' / 'supervisor.log'}")
        progress.done()
    left = postmaster(at)
    if left:
        progress.begin("ending PostgreSQL")
        if not running.end(left, 60):
            progress.failed()
            raise Fault(f"PostgreSQL (process {left}) does not end; its log: {at.data / 'logs' / 'postgres.log'}")
        progress.done()
    ended = bool(pid or left or sandboxes)
    if as_json:
        print(json.dumps({"ended": ended, "sandboxes": [sandbox.user for sandbox in sandboxes]}))
    else:
        print("Hopslab is down." if ended else "Hopslab was not running.")
    return 0


def _agreed(sandboxes: list[Running]) -> bool:
    """Lists what would end and asks; where nobody can answer, nothing is ended."""
    print("These sandboxes run; what their notebooks hold in memory is lost:", file=sys.stderr)
    for sandbox in sandboxes:
        print(f"    {sandbox.user} (process {sandbox.pid})", file=sys.stderr)
    if not sys.stdin.isatty():
        raise Fault("sandboxes are running; give --yes to end them")
    print("End them? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def postmaster(at: Layout) -> int | None:
    """A PostgreSQL that has outlived its supervisor."""
    cluster = at.data / "postgres" / "cluster"
    try:
        pid = int((cluster / "postmaster.pid").read_text().splitlines()[0])
        if str(cluster) in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
            return pid
    except (OSError, ValueError, IndexError):
        pass
    return None
