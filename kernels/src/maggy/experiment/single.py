"""A function that is run once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hopslab import experiment
from hopslab.classic.files import outputs_of
from hopslab.classic.programs import finished
from hopslab.experiment.folders import trial_folder
from hopslab.experiment.plan import UNNAMED
from maggy._program import Prepare, Program, as_given
from maggy.config import LagomConfig


def returned(outputs: dict[str, Any] | None) -> Any:
    """What a function has returned, of what was kept of it."""
    own = {name: value for name, value in (outputs or {}).items() if name != "log"}
    return own.get(UNNAMED) if set(own) <= {UNNAMED} else own


def run_once(
    fn: Any,
    config: LagomConfig,
    given: Mapping[str, Any],
    prepare: Prepare = as_given,
) -> Any:
    """Run it with those of ``given`` that it takes, and return what it has returned."""
    program = Program(fn, UNNAMED, given, free=None, prepare=prepare)
    result = finished(experiment.launch(program, name=config.name, description=config.description))
    return returned(outputs_of(trial_folder(result.folder, 0)))
