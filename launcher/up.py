"""`up`: installs, starts, waits, and tells the person where to go."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from launcher import running
from launcher.data import Owners, check_data_folder, owners, prepare
from launcher.faults import Fault
from launcher.install import install
from launcher.layout import Layout, remembered_port
from launcher.progress import Progress
from launcher.server_cli import ask_server
from launcher.stamps import write_atomically
from launcher.start import bind_port, bind_programs, start_supervisor, wait_until_ready


def up(at: Layout, *, demo: bool, detach: bool, as_json: bool, tensorflow: bool = False) -> int:
    """Brings the platform up; in the foreground it stays until it is interrupted."""
    progress = Progress(quiet=as_json)
    pid = running.supervisor(at)
    if pid:
        if remembered_port(at.data) != at.port:
            raise Fault(
                f"Hopslab runs with this data folder on port {remembered_port(at.data)} (process {pid});"
                f" end it with `./hopslab down` first, or choose another folder with --data"
            )
        for one in running.services(at):
            if one.state != "ready":
                progress.say(f"  ! {one.name} is {one.state}. {one.reason}")
        _announce(at, _finish(at, owners(), demo, progress), as_json, f"Hopslab is already running (process {pid}).")
        return 0
    check_data_folder(at.data, os.geteuid() == 0)
    bind_port(at.port, patience=1).close()
    bind_programs(at, patience=1).close()
    install(at, progress, tensorflow=tensorflow)
    who = owners()
    prepare(at, who)
    pid = start_supervisor(at, who)
    # An interrupt while starting ends what was started.
    with _interruptible():
        progress.begin("starting PostgreSQL, the server and the proxy")
        try:
            wait_until_ready(at, pid, progress.tick)
        except BaseException:
            progress.failed()
            running.end(pid, 20)
            raise
        progress.done()
        told = _finish(at, who, demo, progress)
        _announce(at, told, as_json, "Hopslab is up.")
        if detach:
            return 0
        progress.say("Ctrl-C stops it; notebooks that run go on and are found again by the next `./hopslab up`.")
        return _stay(pid, at)


@contextmanager
def _interruptible() -> Iterator[None]:
    """While we are the platform's foreground, a closed terminal or a polite end is an interrupt."""

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)


def _stay(pid: int, at: Layout) -> int:
    try:
        if os.waitpid(pid, 0)[1] == 0:
            print("Hopslab has been ended by `./hopslab down`.", flush=True)
            return 0
    except KeyboardInterrupt:
        running.end(pid, 40)
        print("\nHopslab has been stopped; notebooks that run go on.", flush=True)
        return 0
    except ChildProcessError:
        pass
    raise Fault(f"the supervisor has ended; its log: {at.data / 'logs' / 'supervisor.log'}")


def _finish(at: Layout, who: Owners, demo: bool, progress: Progress) -> dict[str, Any]:
    """The first administrator and the demo project, each once."""
    administrator = ask_server(at, who, "first-admin")
    made = at.data / "demo-made"
    if demo and not made.exists():
        progress.begin("the demo project")
        try:
            _make_demo(at, who)
            write_atomically(made, "")
            progress.done()
        except Fault as fault:
            # People can work without it, and the next `up` tries again.
            progress.failed()
            progress.say(f"    {fault}")
    return administrator if administrator.get("created") else {}


def _make_demo(at: Layout, who: Owners) -> None:
    folder = Path(tempfile.mkdtemp(prefix=".demo-", dir=at.data / "scratch"))
    try:
        os.chown(folder, who.sandbox.uid, who.sandbox.gid)
        as_sandbox: dict[str, Any] = {"user": who.sandbox.uid, "group": who.sandbox.gid, "extra_groups": []} if who.root else {}
        python = at.environments / "base" / "bin" / "python"
        done = subprocess.run(
            [str(python), "-m", "hopslab.demo", str(folder)],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "MPLCONFIGDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **as_sandbox,
        )
        if done.returncode != 0:
            raise Fault(f"the demo could not be made: {done.stderr.strip()[-500:]}")
        ask_server(at, who, "demo", str(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _announce(at: Layout, administrator: dict[str, Any], as_json: bool, headline: str) -> None:
    if as_json:
        name, password = administrator.get("username"), administrator.get("password")
        told = {"url": at.url, "data": str(at.data), "ca": str(at.data / "ca.pem")}
        print(json.dumps(told | ({"username": name, "password": password} if name else {})), flush=True)
        _seen(at)
        return
    lines = ["", headline, "", f"    {at.url}", ""]
    if administrator:
        lines += [
            f"    user      {administrator['username']}",
            f"    password  {administrator['password']}    (shown only this once)",
            "",
        ]
    lines += [
        "The browser warns of the certificate, because this installation has its own certificate authority.",
        f"`{_command(at, 'trust')}` makes your browsers trust it; for programs it is {at.data / 'ca.pem'}.",
        "",
    ]
    print("\n".join(lines), flush=True)
    _seen(at)


def _seen(at: Layout) -> None:
    """The first password has been shown; until now the server kept it, for an `up` that was interrupted."""
    (at.data / "secrets" / "first-password").unlink(missing_ok=True)


def _command(at: Layout, verb: str) -> str:
    return f"{sys.argv[0]} {verb}" + ("" if at.data == at.base else f" --data {at.data}")
