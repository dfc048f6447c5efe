"""The kernels of runs: each has one cell, which is the run, and ends with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import re
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_server._tz import utcnow

KERNEL = "hopslab"
FOLDER = "Experiments"
MOST_AT_ONCE = 20
MOST_KEPT = 100
READY = 600.0
LOOK = 1.0
MOST_STAND = 256 * 1024

_ENDED = ("complete", "stopped", "failed")


class RefusedError(Exception):
    """The run does not begin, and why."""


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "experiment"


def _read(path: Path) -> dict[str, Any]:
    """A small file of ours; empty where it is not there yet."""
    with contextlib.suppress(OSError, ValueError):
        with path.open("rb") as file:
            read = json.loads(file.read(MOST_STAND))
        if isinstance(read, dict):
            return read
    return {}


async def _in_use(manager: Any, waited: Any) -> None:
    """Wait for what a kernel does before it is at work; it is in use meanwhile, whatever it takes."""
    task = asyncio.ensure_future(waited)
    while not task.done():
        manager.last_activity = utcnow()
        await asyncio.wait({task}, timeout=LOOK)
    await task


class Runs:
    """The runs of one notebook server. What is known of one lies in the server's own scratch folder."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.root = Path(app.root_dir)
        # Not more programs than that are read at once.
        self.reading = asyncio.Semaphore(2)
        self.copying = asyncio.Semaphore(2)
        scratch = Path(os.environ.get("HOPSLAB_SCRATCH") or tempfile.gettempdir())
        self._folder = scratch / "hopslab" / "runs"
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def _file(self, number: str, what: str) -> Path:
        return self._folder / f"{number}.{what}.json"

    def all(self) -> list[dict[str, Any]]:
        """What is known of each, the newest first."""
        runs = [self.one(path.name.split(".")[0]) for path in self._folder.glob("*.run.json")]
        return sorted((run for run in runs if run), key=lambda run: str(run["startedAt"]), reverse=True)

    def one(self, number: str) -> dict[str, Any] | None:
        """What is known of one."""
        run = _read(self._file(number, "run"))
        if not run:
            return None
        stand = {"state": "starting", "step": "starting a kernel", **_read(self._file(number, "stand"))}
        if stand["state"] not in _ENDED and number not in self._tasks:
            stand.update(
                state="failed",
                detail="Its kernel ended before it was done: it was shut down, or had too little memory.",
            )
        return {**run, **stand}

    def _forget_old(self) -> None:
        for run in self.all()[MOST_KEPT:]:
            for what in ("run", "stand"):
                self._file(str(run["id"]), what).unlink(missing_ok=True)

    async def begin(self, form: dict[str, Any]) -> dict[str, Any]:
        """Begin a run of a form without faults, and answer what is known of it.

        Raises:
            RefusedError: too many run, or no kernel starts.
        """
        if len(self._tasks) >= MOST_AT_ONCE:
            raise RefusedError(f"{MOST_AT_ONCE} runs are under way here; wait for one of them, or stop one.")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget_old()
        number = uuid.uuid4().hex
        name = str(form.get("name") or form["function"])
        log = f"{FOLDER}/{_slug(name)}-{number[:8]}.log"
        path = os.path.relpath(str(form["program"]), self.root)
        began = datetime.now(UTC).isoformat()
        run = {"id": number, "name": name, "path": path, "log": log, "startedAt": began}
        code = (
            "from hopslab.experiment.program import run_form; "
            f"run_form({json.dumps(form)!r}, {str(self._file(number, 'stand'))!r}, {str(self.root / log)!r})"
        )
        try:
            session = await self._app.session_manager.create_session(
                path=log, name=f"{name} (experiment)", type="file", kernel_name=KERNEL
            )
        except Exception as error:  # whatever keeps a process from being started
            raise RefusedError(f"No kernel could be started: {error}") from error
        self._file(number, "run").write_text(json.dumps(run))
        self._tasks[number] = asyncio.create_task(self._attend(number, session, code))
        return {**run, "state": "starting", "step": "starting a kernel"}

    async def _attend(self, number: str, session: dict[str, Any], code: str) -> None:
        kernel = str(session["kernel"]["id"])
        try:
            await self._run(kernel, code)
        except Exception as error:  # of the kernel's making, whose end is told anyhow
            self._app.log.warning("A run of an experiment could not be followed: %s", error)
            if kernel in self._app.kernel_manager:
                stand = {"state": "failed", "detail": f"Its kernel did not answer: {error}"}
                self._file(number, "stand").write_text(json.dumps(stand))
        finally:
            with contextlib.suppress(Exception):  # it may be gone already
                await self._app.session_manager.delete_session(session["id"])
            del self._tasks[number]

    async def _run(self, kernel: str, code: str) -> None:
        """Run the cell, and return when it or its kernel has ended."""
        kernels = self._app.kernel_manager
        manager = kernels.get_kernel(kernel)
        # One that died is not to come back, with nothing to do.
        manager.stop_restarter()
        client = manager.client()
        client.start_channels()
        try:
            await _in_use(manager, client.wait_for_ready(timeout=READY))
            sent = client.execute(code, store_history=False, allow_stdin=False)
            while kernel in kernels and await manager.is_alive():
                manager.last_activity = utcnow()
                with contextlib.suppress(queue.Empty):
                    reply = await client.get_shell_msg(timeout=LOOK)
                    if reply["parent_header"].get("msg_id") == sent:
                        return
        finally:
            client.stop_channels()
