"""An experiment of one trial that is the program itself, from where it begins to where it ends."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from hopslab.experiment.curve import Curve
from hopslab.experiment.delivery import Delivery
from hopslab.experiment.folders import experiment_folder, trial_folder
from hopslab.experiment.outcome import noted
from hopslab.experiment.plan import UNNAMED
from hopslab.experiment.records import SweepState, TrialRecord, now
from hopslab.experiment.running import running
from hopslab.experiment.searches import LISTED
from hopslab.experiment.spool import Spool, spool_path
from hopslab.experiment.sweep import FIRST_ANSWER, LAST_DELIVERY
from hopslab.experiment.trial import Trial
from hopslab.rest import connect
from hopslab.settings import Settings

WHERE = "the notebook"


class ByHand:
    """From ``begin`` to ``end`` the process runs a trial, which the platform knows and ``logdir`` has a folder of.

    A stop that is asked for from the panel ends nothing here: the program is the person's own.
    """

    def __init__(self, settings: Settings, name: str, description: str, code: str = "") -> None:
        self._settings = settings
        self._name = name
        self._delivery: Delivery | None = None
        self._record = TrialRecord(0, "running", {}, executor=WHERE, started_at=now())
        self._curve = Curve(0, 1)
        self._metrics: dict[str, float] = {}
        self._register(name, description, code)
        experiment = (self._delivery.experiment if self._delivery else None) or str(uuid.uuid4())
        self.folder: Path = experiment_folder(settings, name, experiment)
        trial = Trial(0, 1, {}, self, None, trial_folder(self.folder, 0))
        self._within = contextlib.ExitStack()
        self._within.enter_context(running(trial))
        self.trial = trial

    def _register(self, name: str, description: str, code: str) -> None:
        rest = connect(self._settings)
        if rest is None:
            return
        key = str(uuid.uuid4())
        delivery = Delivery(rest, Spool(spool_path(self._settings.state / "spool", key)))
        delivery.begin(
            key,
            {
                "name": name,
                "description": description,
                "metric": UNNAMED,
                "direction": "maximize",
                "algorithm": LISTED,
                "space": {},
                "planned": 1,
                "parallel": 1,
                "code": code,
            },
        )
        delivery.put(self._record)
        self._delivery = delivery
        try:
            delivery.registered(FIRST_ANSWER)
        except KeyboardInterrupt:
            delivery.finish("stopped", "Interrupted from the notebook.")
            raise

    def report(self, value: float, step: int) -> None:
        """A value on the way."""
        point = self._curve.add(value, step)
        self._metrics[UNNAMED] = value
        if self._delivery is not None and point is not None:
            self._delivery.point(point)

    def end(self, returned: Any = None, *, state: SweepState = "complete", reason: str | None = None) -> None:
        """Note what came out of it, and that it has ended; waits a little for the platform."""
        self._within.close()
        value, metrics = noted(returned, UNNAMED)
        ended = replace(
            self._record,
            state="complete" if state == "complete" else "stopped",
            value=value,
            metrics={**self._metrics, **metrics},
            reason=reason,
            ended_at=now(),
        )
        if self._delivery is not None:
            self._delivery.put(ended)
            self._delivery.finish(state, reason)
            self._delivery.join(LAST_DELIVERY)
