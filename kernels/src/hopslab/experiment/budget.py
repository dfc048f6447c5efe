"""What a sweep may spend, besides its number of trials."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from hopslab.errors import HopslabError
from hopslab.settings import Settings

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


@dataclass(frozen=True)
class Budget:
    """Seconds after which nothing new is begun, and how that is told."""

    seconds: float
    words: str


@dataclass(frozen=True)
class Used:
    """What earlier drivers of an experiment have used."""

    seconds: float = 0.0
    gpu_seconds: float = 0.0


UNUSED = Used()


def seconds_of(time: object) -> float | None:
    """Seconds of a number, or of a text such as ``90s``, ``15m``, ``1.5h`` or ``2d``; None for anything else."""
    if isinstance(time, str):
        match = _TIME.fullmatch(time.strip().lower())
        return float(match[1]) * _UNITS[match[2]] if match else None
    if isinstance(time, (int, float)) and not isinstance(time, bool) and math.isfinite(time):
        return float(time)
    return None


def budget_faults(time: object, gpu_hours: object) -> Iterable[str]:
    """Every fault of what was given as a budget, with its remedy."""
    seconds = None if time is None else seconds_of(time)
    if time is not None and seconds is None:
        yield f"time is {time!r}; give seconds, or a text such as 90s, 15m or 2h."
    elif seconds is not None and seconds <= 0:
        yield f"time is {time!r}, and nothing can be tried in none; give more than 0, or leave it out."
    if gpu_hours is None:
        return
    if isinstance(gpu_hours, bool) or not isinstance(gpu_hours, (int, float)) or not math.isfinite(gpu_hours):
        yield f"gpu_hours is {gpu_hours!r}; give a number, such as 0.5."
    elif gpu_hours <= 0:
        yield f"gpu_hours is {gpu_hours!r}, and nothing can be tried in none; give more than 0, or leave it out."


def budget_of(
    time: float | str | None, gpu_hours: float | None, settings: Settings, used: Used = UNUSED
) -> Budget | None:
    """What of time and GPU-hours is spent first by a lease, all of whose GPUs count for as long as the sweep lasts.

    Of both that is left which was not ``used`` before.

    Raises:
        HopslabError: ``experiment.invalid`` where GPU-hours are given and there is no GPU.
    """
    budgets = []
    seconds = None if time is None else seconds_of(time)
    if seconds is not None:
        budgets.append(
            Budget(
                seconds - used.seconds,
                f"The time of {time if isinstance(time, str) else f'{time:g} s'} is spent",
            )
        )
    if gpu_hours is not None:
        gpus = settings.gpus * max(settings.executors, 1)
        if gpus == 0:
            fault = "gpu_hours is given, and this notebook server has no GPU; give a time, or start one with GPUs."
            raise HopslabError(
                "experiment.invalid",
                "The experiment makes no sense yet; nothing was started.",
                faults=[fault],
            )
        left = gpu_hours * 3600 - used.gpu_seconds
        budgets.append(Budget(left / gpus, f"The {gpu_hours:g} GPU-hours are spent"))
    return min(budgets, key=lambda one: one.seconds, default=None)
