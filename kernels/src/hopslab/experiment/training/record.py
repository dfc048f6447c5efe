"""A distributed training on the platform: an experiment with one trial."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from hopslab.experiment.curve import Point
from hopslab.experiment.delivery import Delivery
from hopslab.experiment.records import SweepState, TrialRecord
from hopslab.experiment.space import to_contract, with_constants
from hopslab.experiment.spool import Spool, spool_path
from hopslab.experiment.sweep import FIRST_ANSWER, INTERRUPTED
from hopslab.experiment.training.plan import TrainingPlan
from hopslab.rest import connect
from hopslab.settings import Settings

ALGORITHM = "distributed"


class Record:
    """What the platform is told; nothing where there is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._delivery: Delivery | None = None

    def register(self, plan: TrainingPlan, on_stop: Callable[[str], None]) -> None:
        """Say what is about to begin; a platform that is away only delays that.

        Raises:
            HopslabError: the platform refuses it.
        """
        rest = connect(self._settings)
        if rest is None:
            return
        key = str(uuid.uuid4())
        spool = Spool(spool_path(self._settings.state / "spool", key))
        self._delivery = Delivery(rest, spool, on_stop=on_stop)
        self._delivery.begin(
            key,
            {
                "name": plan.name,
                "description": plan.description,
                "metric": plan.metric,
                "direction": plan.direction,
                "algorithm": ALGORITHM,
                "space": to_contract(with_constants(plan.params)),
                "planned": 1,
                "parallel": 1,
                "code": plan.code[:200_000],
            },
        )
        try:
            self._delivery.registered(FIRST_ANSWER)
        except KeyboardInterrupt:
            self._delivery.finish("stopped", INTERRUPTED)
            raise

    @property
    def experiment(self) -> str | None:
        """The experiment's id, once it is registered."""
        return self._delivery.experiment if self._delivery else None

    def changed(self, record: TrialRecord) -> None:
        """Take the trial's new state."""
        if self._delivery is not None:
            self._delivery.put(record)

    def reached(self, point: Point) -> None:
        """Take a value on the way."""
        if self._delivery is not None:
            self._delivery.point(point)

    def finish(self, state: SweepState, reason: str | None) -> None:
        """Say how it ended."""
        if self._delivery is not None:
            self._delivery.finish(state, reason)

    def join(self, timeout: float) -> bool:
        """Wait until all is delivered, or for so long; False where something is left."""
        return self._delivery is None or self._delivery.join(timeout)
