"""Registering the best model of an experiment that ended in another kernel, or some time ago."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hopslab.errors import HopslabError
from hopslab.experiment.by_name import find
from hopslab.experiment.folders import experiment_folder
from hopslab.experiment.kept_models import chosen_trial, described, register_kept
from hopslab.experiment.objectives import of_contract
from hopslab.experiment.records import TrialRecord
from hopslab.rest import platform, segment
from hopslab.settings import read_settings

if TYPE_CHECKING:
    from hopslab.model import Model


def register_model(
    experiment: str, name: str, version: int | None = None, *, trial: int | None = None, **more: Any
) -> Model:
    """Register the model that an experiment's best trial has kept by ``trial.save_model``.

    Args:
        experiment: Its id, or its name where only one has it.
        name: What others find the model by; a model of that name gets its next version.
        version: Its number, where it shall not be the next one.
        trial: The number of the trial whose model it is, where that is not the best one's; of several metrics it has
            to be given.
        more: ``description`` and ``overwrite``, as for ``hopslab.model.export``.

    Raises:
        HopslabError: ``experiment.unknown`` or ``experiment.ambiguous``; ``experiment.no-model``: no trial is complete,
            or this one has kept none; ``experiment.several`` where a trial has to be given; and those of
            ``hopslab.model.export``.
    """
    settings, rest = read_settings(), platform()
    found = find(rest, experiment)
    trials = rest.listed(f"/experiments/{segment(found['id'])}/trials")
    record = chosen_trial(map(TrialRecord.of_contract, trials), _best(found) if trial is None else trial)
    return register_kept(
        experiment_folder(settings, found["name"], found["id"]),
        record,
        name,
        experiment=found["id"],
        proof=settings.state / "kept-models" / found["id"] / str(record.number),
        version=version,
        **{"description": described(found["name"], found["metric"], trial), **more},
    )


def _best(found: Mapping[str, Any]) -> int:
    objectives = of_contract(found)
    if len(objectives) > 1:
        names = " and ".join(one.metric for one in objectives)
        raise HopslabError(
            "experiment.several",
            f"{found['name']} was searched for {names} at once, and no trial is the best in all; choose one of its "
            "front, and say which: register_model(experiment, name, trial=3).",
        )
    if found.get("best") is None:
        raise HopslabError("experiment.no-model", f"No trial of {found['name']} is complete.")
    return int(found["best"]["number"])
