"""What of its budget an experiment has used under earlier drivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hopslab.errors import HopslabError, NotFoundError
from hopslab.experiment.budget import Used, seconds_of
from hopslab.experiment.records import TrialRecord, now, time_of
from hopslab.rest import Rest, segment
from hopslab.settings import Settings

# What is left counts as nothing where it is so little: seconds at most, or that part of the budget.
LITTLE = 10.0
PART = 0.1


def seconds_running(trials: Iterable[TrialRecord], until: datetime) -> float:
    """Seconds in which any of the trials ran, however many did at once; what has no end ran ``until`` then."""
    begun = sorted(
        (trial.started_at, trial.ended_at or until) for trial in trials if trial.started_at is not None
    )
    total, reached = 0.0, None
    for start, end in begun:
        since = start if reached is None else max(start, reached)
        if end > since:
            total += (end - since).total_seconds()
            reached = end
    return total


def used_by(rest: Rest, found: Mapping[str, Any], settings: Settings) -> Used:
    """What an experiment has used, by its trials' times: Spark's start and pauses are nobody's.

    GPU-hours are those of its last driver's lease; where that was never told, of this kernel's.
    """
    address = f"/experiments/{segment(found['id'])}"
    trials = (TrialRecord.of_contract(one) for one in rest.listed(f"{address}/trials"))
    seconds = seconds_running(trials, time_of(found.get("endedAt")) or now())
    return Used(seconds, seconds * _gpus(rest, address, settings))


def _gpus(rest: Rest, address: str, settings: Settings) -> int:
    try:
        held = rest.in_project("GET", f"{address}/provenance")["resources"]
    except NotFoundError:
        return settings.gpus * max(settings.executors, 1)
    return int(held["gpus"]) * max(int(held["executors"]), 1)


def refuse_spent(name: str, function: str, used: Used, time: object, gpu_hours: float | None) -> None:
    """Refuse to go on where nothing is left, and say how to give more.

    Raises:
        HopslabError: ``experiment.spent``.
    """
    seconds = seconds_of(time)
    for budget, spent, unit, more in (
        (seconds, used.seconds, "s", "time='30m'"),
        (None if gpu_hours is None else gpu_hours * 3600, used.gpu_seconds, "GPU-seconds", "gpu_hours=0.5"),
    ):
        if budget is not None and budget - spent < min(LITTLE, PART * budget):
            raise HopslabError(
                "experiment.spent",
                f"The {budget:g} {unit} that {name} was begun with are spent: its trials have run for {spent:.0f} "
                f"{unit}. Give it more, which counts from now on: "
                f"experiment.resume({name!r}, {function}, {more}).",
            )
