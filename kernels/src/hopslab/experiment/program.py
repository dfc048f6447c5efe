"""A search that a form began, in a kernel of its own: nobody has to look on until its end.

The kernel's one cell is ``run_form(...)``. What it prints goes to a log, how it stands to a small file that the
notebook server reads, and the trials to the platform as those of every search.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hopslab import spark
from hopslab.errors import HopslabError
from hopslab.experiment.bounded import Bounded
from hopslab.experiment.form import read_form
from hopslab.experiment.loading import load
from hopslab.experiment.pools import Pool
from hopslab.experiment.sweep import Progress, Sweep, make_pool
from hopslab.ipython.view import progress_view, result_view
from hopslab.settings import Settings, read_settings

MOST_LOG = 64 * 1024 * 1024
SAY_EVERY = 10.0


class Stand:
    """How the run stands, in a file that is whole at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now: dict[str, Any] = {}

    def tell(self, **changes: Any) -> None:
        """Write down what is new."""
        now = {**self._now, **changes}
        if now == self._now:
            return
        self._now = now
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(now))
        fresh.replace(self._path)


@contextlib.contextmanager
def _printing_to(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Never over what is there, and through no link.
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o664)
    with os.fdopen(file, "w", encoding="utf-8", errors="backslashreplace") as opened:
        log: Any = Bounded(lambda: opened, MOST_LOG)
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            yield


def run_form(asked: str, stand: str, log: str) -> None:
    """Run a form's search to its end, whatever becomes of it.

    Args:
        asked: The form as JSON.
        stand: The file that says how it stands.
        log: The file that gets what is printed; it is made.
    """
    told = Stand(Path(stand))
    told.tell(state="starting", step="loading the program")
    try:
        with _printing_to(Path(log)):
            try:
                _run(json.loads(asked), told)
            except BaseException:
                traceback.print_exc()
                raise
    except HopslabError as error:
        told.tell(state="failed", detail=str(error), traceback=_own_lines(error.__cause__ or error))
    except BaseException as error:
        told.tell(state="failed", detail=f"{type(error).__name__}: {error}", traceback=_own_lines(error))


def _own_lines(error: BaseException) -> str:
    """The traceback's end, without this package's frames at its top."""
    trace = error.__traceback__
    own = str(Path(__file__).parents[1])
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(own):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace))[-20_000:]


def _run(asked: dict[str, Any], stand: Stand) -> None:
    from IPython.core.getipython import get_ipython

    form = read_form(asked)
    shell = get_ipython()
    if shell is None:
        raise HopslabError("experiment.kernel", "A form's search runs in a kernel.")
    loaded = load(Path(form.program), form.function, form.cell, shell)
    plan = form.plan(loaded.fn, loaded.code, loaded.before)
    said = 0.0

    def progress(now: Progress) -> None:
        nonlocal said
        stand.tell(state="running", step="", experiment=now.experiment)
        if time.monotonic() - said >= SAY_EVERY:
            said = time.monotonic()
            sys.stdout.write(progress_view(now)[1] + "\n")

    def pool(settings: Settings, parallel: int) -> Pool:
        stand.tell(step="waiting for the executors" if settings.executors else "starting trials")
        if settings.executors:
            spark.session(lambda step: stand.tell(step=f"Spark: {step}"), elastic=True)
        return make_pool(settings, parallel)

    result = Sweep(plan, read_settings(), pool=pool, on_progress=progress).run()
    sys.stdout.write(result_view(result)[1] + "\n")
    stand.tell(state=result.state, detail=result.reason or "", experiment=result.id)
