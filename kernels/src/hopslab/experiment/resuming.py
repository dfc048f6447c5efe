"""Going on with an experiment whose driver has ended, in this kernel or another one."""

from __future__ import annotations

import contextlib
import dataclasses
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.budget import UNUSED, Used
from hopslab.experiment.by_name import find
from hopslab.experiment.objectives import of_contract
from hopslab.experiment.plan import Plan, check, points_faults, source_of
from hopslab.experiment.points import fitted, space_of
from hopslab.experiment.records import TrialRecord, now
from hopslab.experiment.recovery import recovered
from hopslab.experiment.result import Result
from hopslab.experiment.searches import LISTED
from hopslab.experiment.sending import pickled
from hopslab.experiment.space import Scalar
from hopslab.experiment.sweep import Progress, Resumed, Sweep, parallel_of
from hopslab.experiment.used import refuse_spent, used_by
from hopslab.rest import Rest, connect, segment
from hopslab.settings import Settings, read_settings

PATIENCE = 10.0
# Pruners compare with the latest trials.
MOST_CURVES = 5000
# A trial of these is not run again.
KEPT = frozenset({"complete", "pruned", "failed"})

Point = Mapping[str, Scalar]


def resume(
    experiment: str,
    fn: Callable[..., Any],
    *,
    trials: int | None = None,
    enqueue: Sequence[Point] = (),
    parallel: int | None = None,
    pruner: Any = None,
    seed: int | None = None,
    time: float | str | None = None,
    gpu_hours: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Go on with an experiment of yours that was stopped, has ended, or lost its kernel.

    The platform has its finished trials: the search learns from them, those that were stopped or running are run again,
    and it goes on to the planned number. A driver that is still on its way is refused by the platform from here on.

    Args:
        experiment: Its id, or its name where only one has it.
        fn: As for ``run``.
        trials: How many there shall be in all; more than before adds some to a search that has finished.
        enqueue: Points to try first, each with a value for every hyperparameter, such as ``[{"C": 1.0}]``.
        parallel: As for ``run``.
        pruner: As for ``run``; the one it was begun with where it is not given, unless that was one of Optuna's.
            It learns from the curves of the finished trials.
        seed: As for ``run``; the one it was begun with where it is not given.
        time: As for ``run``, counted from now on; what is left of that it was begun with where it is not given.
        gpu_hours: As for ``time``.
        on_progress: As for ``run``.

    Raises:
        HopslabError: ``experiment.unknown`` or ``experiment.ambiguous`` where the name is none's or several's;
            ``experiment.running`` while its driver is heard; ``experiment.undelivered`` while results of its last
            kernel are on their way; ``experiment.spent`` where nothing is left of its time or GPU-hours;
            ``experiment.invalid`` and the others of ``run``. Nothing was started then.
    """
    settings = read_settings()
    rest = connect(settings)
    if rest is None:
        raise HopslabError(
            "platform.none", "There is no platform here: resume it in a notebook of its project."
        )
    rest.patience = PATIENCE
    found = find(rest, experiment)
    kept_hours = found.get("gpuHours") if settings.gpus else None
    plan = _plan(
        found,
        fn,
        trials=trials,
        parallel=parallel,
        pruner=found.get("pruner") if pruner is None else pruner,
        seed=found.get("seed") if seed is None else seed,
        time=found.get("time") if time is None else time,
        gpu_hours=kept_hours if gpu_hours is None else gpu_hours,
    )
    _check_points(plan, enqueue)
    pickled(plan.fn, plan.label)
    if not recovered(settings, found["id"], PATIENCE):
        raise HopslabError(
            "experiment.undelivered",
            f"What the last kernel of {found['name']} found is still being delivered; try again in a moment.",
            retriable=True,
        )
    used = _used(rest, found, plan, settings, anew=(time is not None, gpu_hours is not None))
    now_there = find(rest, found["id"])
    begun = sum(now_there["trialCounts"].values()) + now_there.get("waiting", 0) + len(enqueue)
    # A grid has points besides its own that were picked by hand.
    asked = plan.planned if trials is not None else max(plan.planned, now_there["planned"])
    plan = dataclasses.replace(plan, trials=begun if plan.points is not None else max(asked, begun))
    sweep = _begin(rest, settings, found["id"], plan, enqueue, used, on_progress or (lambda _progress: None))
    return sweep.run()


def _used(
    rest: Rest, found: Mapping[str, Any], plan: Plan, settings: Settings, *, anew: tuple[bool, bool]
) -> Used:
    """What of the time and the GPU-hours is used; what is given ``anew`` is whole."""
    time, gpu_hours = plan.time is not None and not anew[0], plan.gpu_hours is not None and not anew[1]
    if not time and not gpu_hours:
        return UNUSED
    all_of = used_by(rest, found, settings)
    used = Used(all_of.seconds if time else 0.0, all_of.gpu_seconds if gpu_hours else 0.0)
    refuse_spent(found["name"], plan.label, used, plan.time, plan.gpu_hours)
    return used


def _plan(found: Mapping[str, Any], fn: Callable[..., Any], *, trials: int | None, **more: Any) -> Plan:
    if found["algorithm"] == "distributed":
        raise HopslabError(
            "experiment.invalid",
            f"{found['name']} is a distributed training; begin another one from what it kept: "
            f"experiment.distributed({getattr(fn, '__name__', 'train')}, ..., begin_from={found['id']!r}).",
        )
    listed = found["algorithm"] == LISTED
    if listed and trials is not None:
        raise HopslabError(
            "experiment.invalid",
            f"{found['name']} tries a list of points and proposes none; give more by enqueue, not by trials.",
        )
    return check(
        Plan(
            fn=fn,
            space=space_of(found["space"]),
            trials=found["planned"] if trials is None else trials,
            metric=found["metric"],
            direction=found["direction"],
            also=of_contract(found)[1:],
            algorithm=found["algorithm"],
            name=found["name"],
            description=found["description"],
            code=source_of(fn),
            points=() if listed else None,
            **more,
        )
    )


def _check_points(plan: Plan, points: Sequence[Point]) -> None:
    faults = points_faults(plan.space, points)
    if faults:
        raise HopslabError(
            "experiment.invalid",
            "Some points make no sense in this space; nothing was started.",
            faults=faults,
        )


def _begin(
    rest: Rest,
    settings: Settings,
    experiment: str,
    plan: Plan,
    points: Sequence[Point],
    used: Used,
    on_progress: Callable[[Progress], None],
) -> Sweep:
    """Become its driver, read what is there, and make the sweep; where that fails it is nobody's again."""
    address = f"/experiments/{segment(experiment)}"
    asked = {"planned": plan.planned, "parallel": parallel_of(plan, settings)}
    epoch = int(
        rest.in_project("POST", f"{address}/resume", asked, idempotency_key=str(uuid.uuid4()))["epoch"]
    )
    try:
        waiting = rest.in_project("POST", f"{address}/trials/batch", {"trials": [], "epoch": epoch})
        orders = waiting.get("orders", {}).get("enqueue", [])
        known = _known(rest.listed(f"{address}/trials"), points, orders, plan)
        curves = {} if plan.pruner is None else _curves(rest, address)
        resumed = Resumed(experiment, epoch, tuple(known), curves, used)
        return Sweep(plan, settings, resumed=resumed, on_progress=on_progress)
    except BaseException as error:
        reason = f"It could not be resumed: {error}"[:1000]
        with contextlib.suppress(HopslabError):
            rest.in_project(
                "POST", f"{address}/finish", {"state": "failed", "reason": reason, "epoch": epoch}
            )
        raise


def _known(
    trials: Any, points: Sequence[Point], orders: Sequence[Mapping[str, Any]], plan: Plan
) -> list[TrialRecord]:
    """What there is, and after it what nobody has tried of the points that were picked by hand."""
    known = [_taken_up(TrialRecord.of_contract(trial)) for trial in trials]
    free = max((record.number for record in known), default=-1) + 1
    picked = [(dict(point), None) for point in points]
    picked += [(fitted(plan.space, order["params"]), order["id"]) for order in orders]
    return [
        *known,
        *(
            TrialRecord(free + i, "queued", params, picked=True, point=point)
            for i, (params, point) in enumerate(picked)
        ),
    ]


def _taken_up(record: TrialRecord) -> TrialRecord:
    if record.state in KEPT or (record.state == "stopped" and record.stop_asked):
        return dataclasses.replace(record, ended_at=record.ended_at or now())
    return TrialRecord(record.number, "queued", record.params, record.attempt + 1, picked=record.picked)


def _curves(rest: Rest, address: str) -> dict[int, tuple[tuple[int, float], ...]]:
    """The curves of the latest trials."""
    latest = deque(rest.listed(f"{address}/metrics"), maxlen=MOST_CURVES)
    return {one["number"]: tuple(zip(one["steps"], one["values"], strict=True)) for one in latest}
