"""What an experiment is made of, so that it can be made again: code, packages, resources, files read."""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from hopslab.experiment.plan import Plan
from hopslab.experiment.reads import Reads, to_contract
from hopslab.experiment.slicing import needed
from hopslab.settings import Settings

_PROJECT = Path("/project")
MOST_PACKAGES = 5000


@cache
def installed() -> dict[str, str]:
    """Every installed package with its version, as its own name writes it."""
    found: dict[str, str] = {}
    for one in distributions():
        name = one.metadata["Name"]
        if name and len(found) < MOST_PACKAGES:
            found.setdefault(name[:200], str(one.version)[:200])
    return dict(sorted(found.items()))


def _program(plan: Plan) -> str | None:
    """The notebook or file below the project's folder."""
    path = plan.program or os.environ.get("JPY_SESSION_NAME")
    if not path:
        return None
    whole = Path(path)
    if plan.program is None and (whole.suffix != ".ipynb" or not whole.is_file()):
        return None
    return str(whole.relative_to(_PROJECT) if whole.is_relative_to(_PROJECT) else whole)[:4096]


def _cells() -> list[str]:
    """What this notebook's kernel has run, without the cell that runs."""
    if "IPython" not in sys.modules:
        return []
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    history = getattr(shell, "history_manager", None)
    return [] if history is None else [str(cell) for cell in history.input_hist_raw[-2000:]]


def facts(plan: Plan, settings: Settings, read: Reads) -> dict[str, Any]:
    """What there is to tell about a plan, as the REST API takes it."""
    before = plan.before if plan.before is not None else needed(_without_magic(plan.code), _cells())
    return {
        "function": plan.label[:200],
        "program": _program(plan),
        "before": [cell[:200_000] for cell in before],
        "python": platform.python_version(),
        "packages": installed(),
        "resources": {
            "executors": settings.executors,
            "cores": settings.cores,
            "memory": settings.memory,
            "gpus": settings.gpus,
        },
        "files": [to_contract(one) for one in read.all()],
        "filesLeftOut": read.left_out,
    }


def _without_magic(code: str) -> str:
    return code.partition("\n")[2] if code.startswith("%%") else code
