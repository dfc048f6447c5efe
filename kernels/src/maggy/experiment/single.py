"""A function that is run once."""

from __future__ import annotations

from typing import Any

from hopslab import experiment
from hopslab.classic.files import outputs_of
from hopslab.classic.programs import finished
from hopslab.experiment.folders import trial_folder
from maggy._program import Program
from maggy.config import BaseConfig

KEY = "metric"


def run_once(fn: Any, config: BaseConfig) -> Any:
    """Run it, and return what it has returned."""
    given = {"model": config.model, "dataset": config.dataset, "hparams": config.hparams}
    program = Program(fn, KEY, given, free=True)
    result = finished(experiment.launch(program, name=config.name, description=config.description))
    outputs = outputs_of(trial_folder(result.folder, 0)) or {}
    outputs.pop("log", None)
    return outputs.get(KEY) if set(outputs) <= {KEY} else outputs
