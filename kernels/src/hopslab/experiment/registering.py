"""Registering the best model of an experiment that ended in another kernel, or some time ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hopslab.errors import HopslabError
from hopslab.experiment.by_name import find
from hopslab.experiment.folders import experiment_folder
from hopslab.experiment.kept_models import register_kept
from hopslab.experiment.records import TrialRecord
from hopslab.rest import platform, segment
from hopslab.settings import read_settings

if TYPE_CHECKING:
    from hopslab.model import Model


def register_model(experiment: str, name: str, version: int | None = None, **more: Any) -> Model:
    """Register the model that an experiment's best trial has kept by ``trial.save_model``.

    Args:
        experiment: Its id, or its name where only one has it.
        name: What others find the model by; a model of that name gets its next version.
        version: Its number, where it shall not be the next one.
        more: ``description`` and ``overwrite``, as for ``hopslab.model.export``.

    Raises:
        HopslabError: ``experiment.unknown`` or ``experiment.ambiguous``; ``experiment.no-model``: no trial is complete,
            or the best one has kept none; and those of ``hopslab.model.export``.
    """
    settings, rest = read_settings(), platform()
    found = find(rest, experiment)
    best = found.get("best")
    if best is None:
        raise HopslabError("experiment.no-model", f"No trial of {found['name']} is complete.")
    trials = rest.listed(f"/experiments/{segment(found['id'])}/trials")
    record = next(TrialRecord.of_contract(trial) for trial in trials if trial["number"] == best["number"])
    return register_kept(
        experiment_folder(settings, found["name"], found["id"]),
        record,
        name,
        experiment=found["id"],
        proof=settings.state / "kept-models" / found["id"] / str(record.number),
        version=version,
        **{"description": f"The best of {found['name']}, by {found['metric']}"[:2000], **more},
    )
