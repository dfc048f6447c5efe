"""What a function reports to while it runs."""

from __future__ import annotations

import threading
from typing import Any

from hopslab.classic.files import Kept
from hopslab.experiment import Trial, TrialPruned
from hopslab.experiment.outcome import number
from maggy.core.exceptions import (
    BroadcastMetricTypeError,
    BroadcastStepTypeError,
    BroadcastStepValueError,
    EarlyStopException,
)


class Reporter:
    """The argument ``reporter`` of a function.

    Args:
        trial: The running one.
        kept: Its files.
    """

    def __init__(self, trial: Trial, kept: Kept) -> None:
        self._trial = trial
        self._kept = kept
        self._step = -1
        self._lock = threading.Lock()
        self.metric: float | None = None
        self.stopped = False

    def broadcast(self, metric: Any, step: Any = None) -> None:
        """Report the metric as it is now.

        Args:
            metric: A number.
            step: Which epoch or batch, going up; counted from 0 where it is not given.

        Raises:
            EarlyStopException: the trial is not worth going on with.
            TypeError: the metric is no number or the step no whole one.
            ValueError: the step is before the last one.
        """
        with self._lock:
            value = number(metric)
            if value is None:
                raise BroadcastMetricTypeError(metric)
            at = self._step + 1 if step is None else _whole(step)
            if at is None:
                raise BroadcastStepTypeError(metric, step)
            if at < self._step:
                raise BroadcastStepValueError(metric, at, self._step)
            self._step, self.metric = at, value
            if not self.stopped:
                try:
                    self._trial.report(value, at)
                except TrialPruned:
                    self.stopped = True
            if self.stopped:
                raise EarlyStopException(value)

    def log(self, log_msg: Any, jupyter: bool = False) -> None:
        """Write a line into the trial's log.

        Args:
            log_msg: What is written.
            jupyter: Also print it.
        """
        self._kept.log(str(log_msg))
        if jupyter:
            print(log_msg, flush=True)  # noqa: T201

    def get_trial_id(self) -> str:
        """The trial's folder's name."""
        return self._trial.logdir.name


def _whole(step: Any) -> int | None:
    value = number(step)
    return int(value) if value is not None and value >= 0 and value.is_integer() else None
