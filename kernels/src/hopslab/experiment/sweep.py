"""One sweep from beginning to end."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.budget import UNUSED, Used, budget_of, seconds_of
from hopslab.experiment.checkpoints import Checkpoints, forget_old
from hopslab.experiment.coordinator import Coordinator, Stand
from hopslab.experiment.curve import Point
from hopslab.experiment.delivery import Delivery
from hopslab.experiment.folders import experiment_folder
from hopslab.experiment.front import Front
from hopslab.experiment.giving_back import GivingBack, Share
from hopslab.experiment.kept_models import KeptModels
from hopslab.experiment.objectives import to_contract as objectives_told
from hopslab.experiment.orders import Orders
from hopslab.experiment.plan import Plan
from hopslab.experiment.pools import LocalPool, Pool
from hopslab.experiment.protocol import Setup
from hopslab.experiment.provenance import facts
from hopslab.experiment.reads import Reads, reads
from hopslab.experiment.records import TrialRecord
from hopslab.experiment.result import Result
from hopslab.experiment.sending import pickled
from hopslab.experiment.space import to_contract
from hopslab.experiment.spool import Spool, spool_path
from hopslab.experiment.study import Study
from hopslab.experiment.trial_server import TrialServer
from hopslab.rest import connect
from hopslab.settings import Settings

TICK = 0.1
GRACE = 10.0
FIRST_ANSWER = 5.0
LAST_DELIVERY = 10.0
INTERRUPTED = "Interrupted from the notebook."


@dataclass(frozen=True)
class Progress:
    """How a running sweep stands, for whoever shows it. ``seconds`` since its start.

    ``parallel`` trials run at once, on so many ``executors`` (0: beside the kernel). ``share`` says how many of these
    there are now, where that is not all of them.
    """

    plan: Plan
    parallel: int
    executors: int
    stand: Stand
    seconds: float
    experiment: str | None
    delivering: bool
    share: str = ""


def make_pool(settings: Settings, parallel: int) -> Pool:
    """Executors of the Spark session where the lease has any, else processes beside the kernel.

    Raises:
        HopslabError: there is no Spark session to be had.
    """
    if settings.executors == 0:
        return LocalPool(parallel, settings.state / "logs")
    from hopslab import spark
    from hopslab.experiment.spark_pool import SparkPool

    return SparkPool(lambda: spark.session(elastic=True), parallel, spark.share)


def parallel_of(plan: Plan, settings: Settings) -> int:
    """How many trials of a plan run at once."""
    return min(plan.parallel or settings.slots, settings.slots, plan.planned)


@dataclass(frozen=True)
class Resumed:
    """An experiment that has begun before, which driver of it this one is, its trials, what of its budget is used."""

    experiment: str
    epoch: int
    known: tuple[TrialRecord, ...]
    curves: Mapping[int, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    used: Used = UNUSED


class Sweep:
    """Runs a plan. Made for one run; called by one thread."""

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        *,
        pool: Callable[[Settings, int], Pool] = make_pool,
        resumed: Resumed | None = None,
        on_progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> None:
        # Kept with the experiment, so that whoever resumes it draws the same.
        plan = replace(plan, seed=secrets.randbits(32)) if plan.seed is None else plan
        self._plan = plan
        self._settings = settings
        self._on_progress = on_progress
        self._parallel = parallel_of(plan, settings)
        self._resumed = resumed
        self._delivery: Delivery | None = None
        self._shared: Share | None = None
        self._giving: GivingBack | None = None
        self._begun = self._counted = time.monotonic()
        self._idle = 0.0
        self._reads = Reads()
        self._reads.take(reads.all())
        self._made_of: dict[str, Any] = {}
        self._budget = budget_of(
            plan.time, plan.gpu_hours, settings, UNUSED if resumed is None else resumed.used
        )
        known = self._given() if resumed is None else resumed.known
        study = Study(
            plan.space,
            direction=plan.direction,
            also=plan.also,
            algorithm=plan.algorithm,
            pruner=plan.pruner,
            seed=plan.seed,
            known=known,
            curves=None if resumed is None else resumed.curves,
        )
        function = pickled(plan.fn, plan.label)
        self._coordinator = Coordinator(
            study,
            planned=plan.planned,
            metric=plan.metric,
            maximize=plan.direction == "maximize",
            front=Front(plan.objectives) if plan.also else None,
            known=known,
            on_change=self._changed,
            on_point=self._reached,
        )
        self._orders = Orders(self._coordinator, plan.space, self._tell_stop)
        self._pool = pool(settings, self._parallel)
        path = [entry or str(Path.cwd()) for entry in sys.path]
        self._register()
        # One that is not registered yet cannot be resumed, and has folders for this run.
        known_as = (self._delivery.experiment if self._delivery else None) or str(uuid.uuid4())
        self._checkpoints = settings.state / "checkpoints" / known_as
        self._folder = experiment_folder(settings, plan.name, known_as)
        self._proofs = settings.state / "kept-models" / known_as
        for folder in (self._checkpoints, self._proofs):
            forget_old(folder.parent)
        self._kept = KeptModels(
            self._folder,
            maximize=plan.direction == "maximize",
            front=Front(plan.objectives) if plan.also else None,
            known=known,
        )
        setup = Setup(
            metric=plan.metric,
            folder=str(Path.cwd()),
            path=path,
            sources=dict(plan.sources),
            checkpoints=str(self._checkpoints),
            outputs=str(self._folder),
            lenient=plan.lenient,
            proofs=str(self._proofs),
            also=[one.metric for one in plan.also],
        )
        self._server = TrialServer(self._coordinator, setup, function, on_read=self._reads.take)

    def _given(self) -> tuple[TrialRecord, ...]:
        """The trials of a plan that says what is tried, and those that were picked by hand."""
        given = [
            TrialRecord(number, "queued", dict(point)) for number, point in enumerate(self._plan.points or ())
        ]
        picked = enumerate(self._plan.enqueue, len(given))
        return (
            *given,
            *(TrialRecord(number, "queued", dict(point), picked=True) for number, point in picked),
        )

    def _tell_stop(self, number: int) -> None:
        self._server.tell_stop_of(number)

    def _changed(self, record: TrialRecord) -> None:
        self._kept.ended(record)
        if self._delivery is not None:
            self._delivery.put(record)

    def _reached(self, point: Point) -> None:
        if self._delivery is not None:
            self._delivery.point(point)

    def _take_up(self, delivery: Delivery, resumed: Resumed) -> None:
        delivery.resume(resumed.experiment, resumed.epoch)
        for record in resumed.known:
            if record.state == "queued":
                delivery.put(record)
        self._delivery = delivery

    def _tell_made_of(self, delivery: Delivery) -> None:
        """What this driver makes it of, as far as that is known; told again where more is."""
        known = facts(self._plan, self._settings, self._reads)
        if not self._made_of:
            self._made_of = known
        elif known["files"] == self._made_of["files"]:
            return
        self._made_of |= {name: known[name] for name in ("files", "filesLeftOut")}
        delivery.made_of(self._made_of)

    def _register(self) -> None:
        rest = connect(self._settings)
        if rest is None:
            return
        plan, key = self._plan, str(uuid.uuid4())
        spool = Spool(spool_path(self._settings.state / "spool", key))
        delivery = Delivery(rest, spool, self._coordinator.stop, self._orders.obey)
        if self._resumed is not None:
            self._take_up(delivery, self._resumed)
            self._tell_made_of(delivery)
            return
        delivery.begin(
            key,
            {
                "name": plan.name,
                "description": plan.description,
                "metric": plan.metric,
                "direction": plan.direction,
                "also": objectives_told(plan.also),
                "algorithm": plan.algorithm,
                "space": to_contract(plan.space),
                "planned": plan.planned,
                "parallel": self._parallel,
                "code": plan.code[:200_000],
                # One of Optuna's has no name to keep it by.
                "pruner": plan.pruner if isinstance(plan.pruner, str) else None,
                "seed": plan.seed,
                "time": None if plan.time is None else seconds_of(plan.time),
                "gpuHours": plan.gpu_hours,
                "tags": list(plan.tags),
            },
        )
        for record in self._given():
            delivery.put(record)  # so that another kernel can go on with all of them
        self._tell_made_of(delivery)
        self._delivery = delivery
        try:
            # A refusal is told before anything starts; a platform that is away only delays the delivery.
            delivery.registered(FIRST_ANSWER)
        except KeyboardInterrupt:
            delivery.finish("stopped", INTERRUPTED)
            raise

    def run(self) -> Result:
        """Run to the end, the stop or the failure; what is done by then is in the result."""
        self._begun = self._counted = time.monotonic()
        try:
            self._pool.start(self._server.address, self._server.key, self._server.collapse)
            self._attend()
        except BaseException as error:
            self._coordinator.fail(f"{type(error).__name__}: {error}")
            self._coordinator.give_up()
            self._finish()
            raise
        return self._finish()

    def _attend(self) -> None:
        deadline: float | None = None
        while True:
            try:
                if self._coordinator.wait(TICK):
                    return
                self._kept.tidy()
                self._on_progress(self._progress())
                self._spend()
                if self._coordinator.stopping is None:
                    self._share()
                    fault = self._pool.tend(self._coordinator.stand().ended)
                    if fault is not None:
                        self._coordinator.fail(fault)
                    continue
            except KeyboardInterrupt:
                if self._coordinator.stopping is not None:
                    deadline = 0.0  # asked twice: no more waiting
                self._coordinator.stop(INTERRUPTED)
            self._server.tell_stop()
            deadline = time.monotonic() + GRACE if deadline is None else deadline
            if time.monotonic() > deadline:
                self._coordinator.give_up()

    def _share(self) -> None:
        """Give executors back that others wait for, or that are of no use any more."""
        share = self._pool.share()
        if share is not self._shared:
            self._shared = share
            # Those of a new session have the numbers of the last one's.
            self._coordinator.leave(())
            self._giving = None if share is None else self._giving_back(share)
        if self._giving is not None:
            self._giving.tick(time.monotonic())

    def _giving_back(self, share: Share) -> GivingBack:
        return GivingBack(
            share,
            self._coordinator,
            self._server.running,
            self._server.tell_stop_of,
            lambda number: Checkpoints(self._checkpoints / str(number)).latest,
        )

    def _spend(self) -> None:
        """Count the time, but for that in which it is paused and nothing runs."""
        now = time.monotonic()
        stand = self._coordinator.stand()
        if stand.paused and not stand.counts.get("running"):
            self._idle += now - self._counted
        self._counted = now
        if self._budget is not None and now - self._begun - self._idle >= self._budget.seconds:
            self._coordinator.spend(self._budget.words)

    def _finish(self) -> Result:
        state, reason = self._coordinator.verdict()
        if self._delivery is not None:
            self._tell_made_of(self._delivery)
            self._delivery.finish(state, reason)
        with contextlib.suppress(KeyboardInterrupt):
            self._server.close()
            self._pool.end()
            self._kept.tidy()
        if state == "complete" or not self._delivery:
            shutil.rmtree(self._checkpoints, ignore_errors=True)
        self._on_progress(self._progress())
        delivered = True
        with contextlib.suppress(KeyboardInterrupt):
            delivered = self._delivery is None or self._delivery.join(LAST_DELIVERY)
        result = Result(
            id=self._delivery.experiment if self._delivery else None,
            name=self._plan.name,
            state=state,
            reason=reason,
            metric=self._plan.metric,
            direction=self._plan.direction,
            also=self._plan.also,
            trials=self._coordinator.records(),
            seconds=time.monotonic() - self._begun,
            delivered=delivered,
            folder=self._folder,
            proofs=self._proofs,
        )
        return result if self._plan.model is None else self._with_model(result, self._plan.model)

    @staticmethod
    def _with_model(result: Result, name: str) -> Result:
        if result.state != "complete":
            return result
        try:
            return replace(result, model=result.register_model(name))
        except (HopslabError, OSError) as error:
            warnings.warn(
                f"The best model was not registered: {error} Try result.register_model({name!r}).",
                stacklevel=2,
            )
            return result

    def _progress(self) -> Progress:
        delivery = self._delivery
        return Progress(
            plan=self._plan,
            parallel=self._parallel,
            executors=self._settings.executors,
            stand=self._coordinator.stand(),
            seconds=time.monotonic() - self._begun,
            experiment=delivery.experiment if delivery else None,
            delivering=delivery is not None,
            share="" if self._giving is None else self._giving.words(),
        )
