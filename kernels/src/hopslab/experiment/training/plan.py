"""What is asked of a distributed training, checked whole before anything starts."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from hopslab.errors import HopslabError
from hopslab.experiment.budget import budget_faults
from hopslab.experiment.faults import count_faults, one_of, text_faults
from hopslab.experiment.objectives import Direction
from hopslab.experiment.space import Params
from hopslab.experiment.training.frameworks import FRAMEWORKS, STRATEGIES, check_installed
from hopslab.experiment.training.keeping import latest
from hopslab.experiment.training.shards import data_faults, is_frame
from hopslab.settings import Settings

MOST_WORKERS = 1000
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GIVEN = ("worker", "trial")


@dataclass(frozen=True)
class TrainingPlan:
    """What was asked. ``workers`` and ``gpus`` None mean as many as the lease has.

    Where it is ``lenient`` rank 0 may return anything.
    """

    fn: Callable[..., Any]
    workers: int | None
    gpus: int | None
    framework: str
    strategy: str
    data: Any
    name: str
    description: str
    metric: str
    direction: Direction
    time: float | str | None
    code: str = ""
    lenient: bool = False
    begin_from: str | None = None

    @property
    def label(self) -> str:
        """The function's name."""
        return str(getattr(self.fn, "__name__", "the function"))

    @property
    def params(self) -> Params:
        """What people read of it in the trial's row."""
        return {"workers": self.workers, "framework": self.framework, "strategy": self.strategy}


def _function_faults(fn: object) -> list[str]:
    if not callable(fn):
        return [f"{fn!r} is no function; give one that trains."]
    label = getattr(fn, "__name__", "the function")
    if inspect.iscoroutinefunction(fn):
        return [f"{label} is async; write it with plain def."]
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return [f"{fn!r} does not tell its parameters; wrap it in a def."]
    return [
        f"{label} needs {one.name}, which nobody gives; it may take worker, and needs a default for the rest."
        for one in parameters
        if one.kind is one.POSITIONAL_ONLY or (_needed(one) and one.name not in _GIVEN)
    ]


def _needed(one: inspect.Parameter) -> bool:
    return one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)


def _place_faults(plan: TrainingPlan, settings: Settings) -> list[str]:
    """What does not fit into the lease."""
    workers, gpus = plan.workers or 0, plan.gpus or 0
    cores = f"{settings.cores} core{'' if settings.cores == 1 else 's'}"
    has = f"{settings.executors} executors with {cores} each" if settings.executors else cores
    faults = []
    if workers > settings.slots:
        faults.append(
            f"workers is {workers}, and this notebook server has {has}: {settings.slots} at once. "
            "Take fewer, or start it with more."
        )
    each = settings.gpus // settings.cores if settings.gpus >= settings.cores else min(1, settings.gpus)
    most = each if settings.executors else len(settings.gpu_ids) // max(workers, 1)
    if gpus > most:
        faults.append(
            f"gpus is {gpus}, and there {'is' if most == 1 else 'are'} {most or 'none'} for each of "
            f"{workers} workers; take fewer, or start the notebook server with more GPUs and fewer cores."
        )
    return faults


def _choice_faults(plan: TrainingPlan) -> list[str]:
    faults = [
        *one_of("framework", plan.framework, FRAMEWORKS),
        *one_of("strategy", plan.strategy, STRATEGIES),
        *one_of("direction", plan.direction, get_args(Direction)),
    ]
    if plan.strategy == "parameter_server":
        if plan.framework not in ("tensorflow", "keras"):
            faults.append(
                f"strategy parameter_server is TensorFlow's; {plan.framework} trains with all_reduce."
            )
        if plan.workers == 1:
            faults.append("strategy parameter_server needs 2 workers: one leads, the others compute.")
    return faults


def checkpoints_of(settings: Settings, training: str) -> Path:
    """Where the checkpoints of a training are kept until it is complete."""
    return settings.state / "checkpoints" / training


def _begin_faults(plan: TrainingPlan, settings: Settings) -> list[str]:
    if plan.begin_from is None:
        return []
    if not isinstance(plan.begin_from, str) or not _ID.fullmatch(plan.begin_from):
        return [f"begin_from is {plan.begin_from!r}; give the id of a training, as its result has it."]
    if latest(checkpoints_of(settings, plan.begin_from)) is None:
        return [f"begin_from: nothing is kept here of {plan.begin_from}; it is complete, or kept nothing."]
    return []


def _faults(plan: TrainingPlan, settings: Settings) -> list[str]:
    counts = [
        *count_faults("workers", plan.workers, MOST_WORKERS),
        *([] if plan.gpus == 0 else count_faults("gpus", plan.gpus, MOST_WORKERS)),
    ]
    if is_frame(plan.data) and settings.executors == 0:
        counts.append("data is a Spark DataFrame, and this notebook server has no executors; give files.")
    return [
        *_function_faults(plan.fn),
        *(counts or [*_place_faults(plan, settings), *data_faults(plan.data, plan.workers or 1)]),
        *_choice_faults(plan),
        *text_faults("metric", plan.metric, 1, 200),
        *text_faults("name", plan.name, 1, 200),
        *text_faults("description", plan.description, 0, 2000),
        *budget_faults(plan.time, None),
        *_begin_faults(plan, settings),
    ]


def _gpus_each(settings: Settings, workers: object) -> int:
    """As many as each worker's place has."""
    if settings.executors:
        return settings.gpus // settings.cores if settings.gpus >= settings.cores else min(1, settings.gpus)
    return len(settings.gpu_ids) // workers if isinstance(workers, int) and workers > 0 else 0


def check(plan: TrainingPlan, settings: Settings) -> TrainingPlan:
    """The plan with everything filled in, if it makes sense and fits into the lease.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault; ``experiment.framework`` where the framework is not
            installed.
    """
    workers = (settings.executors or settings.slots) if plan.workers is None else plan.workers
    gpus = _gpus_each(settings, workers) if plan.gpus is None else plan.gpus
    whole = replace(plan, workers=workers, gpus=gpus)
    faults = _faults(whole, settings)
    if faults:
        raise HopslabError(
            "experiment.invalid", "The training makes no sense yet; nothing was started.", faults=faults
        )
    check_installed(whole.framework, whole.strategy)
    return whole
