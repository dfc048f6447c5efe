"""What is asked of a sweep, checked whole before anything starts."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.budget import budget_faults
from hopslab.experiment.faults import count_faults, text_faults
from hopslab.experiment.function import function_faults
from hopslab.experiment.objectives import Direction, Objective, objective_faults, several_faults
from hopslab.experiment.points import point_faults
from hopslab.experiment.pruners import pruner_faults
from hopslab.experiment.searches import LISTED, algorithm_faults
from hopslab.experiment.searches.plain import grid_size
from hopslab.experiment.space import Params, Scalar, Space, levels
from hopslab.experiment.space_faults import space_faults
from hopslab.model.places import check_name

MAX_TRIALS = 1_000_000
# Where only the time says how many.
TRIALS_IN_TIME = 10_000
MAX_PARALLEL = 10_000
# The metric of a plan that lists its points where none is named: what has no number is complete all the same.
UNNAMED = "value"


@dataclass(frozen=True)
class Plan:
    """What was asked.

    ``also`` are further metrics, each with its direction, where there are several.
    ``parallel`` None means as many as the lease allows, ``trials`` None as many as a grid has or a budget allows.
    ``points`` are those that are tried, where the algorithm is ``LISTED``; none where they are on the platform already.
    ``model`` is the name that the best trial's model is registered by in the end. ``program`` is the file of the
    function, and ``before`` what was run ahead of it, where it was loaded from one; else both are this notebook's.
    """

    fn: Callable[..., Any]
    space: Space
    trials: int | None
    metric: str
    direction: Direction
    algorithm: str
    name: str
    description: str = ""
    parallel: int | None = None
    pruner: Any = None
    seed: int | None = None
    time: float | str | None = None
    gpu_hours: float | None = None
    enqueue: Sequence[Mapping[str, Scalar]] = ()
    tags: Sequence[str] = ()
    code: str = ""
    model: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    points: tuple[Params, ...] | None = None
    program: str | None = None
    before: tuple[str, ...] | None = None
    also: tuple[Objective, ...] = ()

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """Every metric with its direction."""
        return Objective(self.metric, self.direction), *self.also

    @property
    def planned(self) -> int:
        """How many trials to run; of a plan that was checked."""
        return self.trials or 0

    @property
    def lenient(self) -> bool:
        """Whether a trial is complete without the metric."""
        return self.points is not None and self.metric == UNNAMED

    @property
    def label(self) -> str:
        """The function's name."""
        return str(getattr(self.fn, "__name__", "the function"))


def _seed_faults(seed: object) -> list[str]:
    if seed is None or (isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**32):
        return []
    return [f"seed is {seed!r}; give a whole number from 0 to 2**32 - 1."]


def _grid_faults(space: Space) -> list[str]:
    """What keeps a sound space from being a grid."""
    faults = [
        f"{name}: {type(dimension).__name__.lower()} has no end of values, and a grid tries each; "
        "use choice, quniform or randint, or another algorithm."
        for name, dimension in space.items()
        if levels(dimension) is None
    ]
    if not faults and grid_size(space, MAX_TRIALS) > MAX_TRIALS:
        faults.append(
            f"The grid has more than {MAX_TRIALS} combinations; widen the steps or use algorithm random."
        )
    return faults


def _trials_faults(plan: Plan) -> list[str]:
    if plan.trials is None and plan.algorithm != "grid" and plan.time is None and plan.gpu_hours is None:
        return ["trials is not given; say how many, or give a time. Only a grid knows its size."]
    return [] if plan.trials is None else count_faults("trials", plan.trials, MAX_TRIALS)


def _model_faults(name: str | None) -> list[str]:
    if name is None:
        return []
    try:
        check_name(name)
    except HopslabError as error:
        return [f"model: {error.detail}"]
    return []


def points_faults(space: Space, points: Sequence[object]) -> list[str]:
    """Why points that were picked by hand cannot be tried in a sound space."""
    return [
        f"enqueue[{number}]: {fault}"
        for number, one in enumerate(points)
        for fault in point_faults(space, one)
    ]


def _tags_faults(tags: object) -> list[str]:
    if isinstance(tags, str) or not isinstance(tags, Sequence):
        return [f"tags is {tags!r:.60}; give a list of texts, such as ['night']."]
    faults = [fault for tag in tags for fault in text_faults("a tag", tag, 1, 40)]
    return faults + ([f"there are {len(tags)} tags; give 20 at most."] if len(tags) > 20 else [])


def plan_faults(plan: Plan) -> list[str]:
    """Every fault of a plan, each with its remedy."""
    listed = plan.points is not None
    faults = [] if listed and not plan.space else space_faults(plan.space)
    if not faults and plan.algorithm == "grid":
        faults = _grid_faults(plan.space)
    if not faults:
        faults = points_faults(plan.space, plan.enqueue)
    names = plan.space if isinstance(plan.space, Mapping) else {}
    return [
        *faults,
        *function_faults(
            plan.fn,
            [name for name in names if isinstance(name, str)],
            [name for name, dimension in names.items() if getattr(dimension, "conditions", ())],
        ),
        *_trials_faults(plan),
        *([] if plan.parallel is None else count_faults("parallel", plan.parallel, MAX_PARALLEL)),
        *objective_faults(plan.metric, plan.direction, plan.also),
        *text_faults("name", plan.name, 1, 200),
        *text_faults("description", plan.description, 0, 2000),
        *([] if listed and plan.algorithm == LISTED else algorithm_faults(plan.algorithm, plan.space)),
        *pruner_faults(plan.pruner),
        *several_faults(plan.also, plan.algorithm, plan.pruner, plan.model),
        *_model_faults(plan.model),
        *_seed_faults(plan.seed),
        *budget_faults(plan.time, plan.gpu_hours),
        *_tags_faults(plan.tags),
    ]


def check(plan: Plan) -> Plan:
    """The plan, if it makes sense; a grid has as many trials as combinations at most.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault.
    """
    faults = plan_faults(plan)
    if faults:
        raise HopslabError(
            "experiment.invalid", "The experiment makes no sense yet; nothing was started.", faults=faults
        )
    if plan.algorithm == "grid":
        size = grid_size(plan.space, MAX_TRIALS) + len(plan.enqueue)
        return replace(plan, trials=min(plan.trials or size, size))
    return replace(plan, trials=max(plan.trials or TRIALS_IN_TIME, len(plan.enqueue)))


def source_of(fn: object) -> str:
    """The function's source, for the record; empty where it cannot be had."""
    with contextlib.suppress(OSError, TypeError):
        return inspect.getsource(fn)  # type: ignore[arg-type]
    return ""
