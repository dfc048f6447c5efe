"""The running trial as a function sees it."""

from __future__ import annotations

import math
from typing import Any, Protocol

from hopslab.experiment.outcome import number
from hopslab.experiment.space import Params, Scalar


class TrialEnd(BaseException):
    """The trial has to end now. No ``Exception``, so that a function's own handlers let it pass."""


class TrialPruned(TrialEnd):
    """The trial is not worth going on with. A function may raise it itself."""


class TrialStopped(TrialEnd):
    """The sweep is being stopped."""


class Reporter(Protocol):
    """How a trial's values get to the driver."""

    def report(self, value: float, step: int) -> None:
        """Send one value; raises TrialPruned or TrialStopped where the trial has to end."""


class Trial:
    """The trial that a function is running, when it has a parameter ``trial``."""

    def __init__(self, number: int, attempt: int, params: Params, reporter: Reporter) -> None:
        self._number = number
        self._attempt = attempt
        self._params = dict(params)
        self._reporter = reporter
        self._steps = 0

    @property
    def number(self) -> int:
        """The trial's number in its sweep, from 0."""
        return self._number

    @property
    def attempt(self) -> int:
        """1, or more where it is run again: its executor was lost, or the experiment was resumed."""
        return self._attempt

    @property
    def params(self) -> dict[str, Scalar]:
        """The hyperparameters of this trial."""
        return dict(self._params)

    def report(self, value: Any, step: int | None = None) -> None:
        """Report the metric as it is now, such as after an epoch; it is shown live and a pruner may judge it.

        Args:
            value: The metric, a finite number; others are passed over, since a diverged epoch may recover.
            step: Which epoch or batch; counted from 0 where it is not given.

        Raises:
            TypeError: ``value`` is no number, or ``step`` no whole number from 0.
            TrialPruned: the pruner gave the trial up.
            TrialStopped: the sweep is being stopped.
        """
        measured = number(value)
        if measured is None:
            raise TypeError(f"trial.report takes a number, not {type(value).__name__} {value!r:.60}")
        at = self._steps if step is None else step
        if isinstance(at, bool) or not isinstance(at, int) or at < 0:
            raise TypeError(f"trial.report takes a whole number from 0 as step, not {at!r}")
        self._steps = at + 1
        if math.isfinite(measured):
            self._reporter.report(measured, at)
