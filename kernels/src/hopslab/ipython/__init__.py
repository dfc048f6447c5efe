"""What a notebook has without import: the cell magic ``%%experiment`` and the name ``spark``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hopslab import spark
from hopslab.experiment.reads import watch
from hopslab.settings import read_settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def _recover() -> None:
    from hopslab.experiment.recovery import recover

    recover(read_settings())


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics, name the session, begin Spark, and deliver what an earlier kernel could not."""
    from hopslab.ipython.magic import ExperimentMagics

    watch()
    shell.register_magics(ExperimentMagics)
    lazy = spark.LazySession()
    shell.user_ns["spark"] = shell.user_ns_hidden["spark"] = lazy
    settings = read_settings()
    if settings.executors > 0:
        spark.begin()
    if settings.api_socket is not None:
        threading.Thread(target=_recover, name="hopslab-recovery", daemon=True).start()

    given: object = lazy

    def begin_cell(*_info: object) -> None:
        """Name the session itself as soon as it is there, and what begins it anew after it was lost."""
        nonlocal given
        spark.cell(True)
        if shell.user_ns.get("spark") is given:
            given = shell.user_ns["spark"] = shell.user_ns_hidden["spark"] = spark.ready() or lazy

    def end_cell(*_info: object) -> None:
        spark.cell(False)

    end_cell()
    shell.events.register("pre_run_cell", begin_cell)
    shell.events.register("post_run_cell", end_cell)
