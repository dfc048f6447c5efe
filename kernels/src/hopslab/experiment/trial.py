"""The running trial as a function sees it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Protocol

from hopslab.experiment.checkpoints import Checkpoints
from hopslab.experiment.folders import held_trial
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

    def __init__(
        self,
        number: int,
        attempt: int,
        params: Params,
        reporter: Reporter,
        checkpoints: Checkpoints | None = None,
        folder: Path | None = None,
        proof: Path | None = None,
    ) -> None:
        self._number = number
        self._attempt = attempt
        self._params = dict(params)
        self._reporter = reporter
        self._checkpoints = checkpoints
        self._folder = folder
        self._proof = proof
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

    @property
    def logdir(self) -> Path:
        """The trial's folder in the project's ``Experiments`` dataset, for event files and whatever else shall stay.

        It is made when it is first asked for. All attempts have the same one.

        Raises:
            OSError: it cannot be made, such as where the project's storage is full, or somebody's link is in its place.
        """
        if self._folder is None:
            raise FileNotFoundError(f"trial {self._number} has no folder")
        with held_trial(self._folder, make=True):
            return self._folder

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

    def save_model(self, model: Any) -> None:
        """Keep the trial's model; only the last one is kept, and in the end only that of the best trial.

        ``result.register_model(name)`` registers it, or ``model="name"`` of the sweep does.

        Args:
            model: An object that can be pickled, or the path (a ``str`` or ``Path``) of a file or folder.

        Raises:
            HopslabError: ``model.files``, ``model.object``: it cannot be kept.
            OSError: it cannot be written, such as where the project's storage is full; the one before is kept.
        """
        from hopslab.experiment.kept_models import save

        save(self.logdir, self._proof, model)

    def checkpoint(self, state: Any) -> None:
        """Keep what the trial has reached; only the last one is kept, and it goes when the trial has ended.

        Where an executor is lost, or the experiment is stopped and resumed, the next attempt finds it by ``restore``.

        Args:
            state: Anything that can be pickled, or a ``Path`` of a file or folder, of which a copy is kept.

        Raises:
            OSError: it cannot be written, such as where the disk is full; the one before is kept.
        """
        if self._checkpoints is not None:
            self._checkpoints.save(state)

    def restore(self, default: Any = None) -> Any:
        """What an earlier attempt kept last: the object, or the ``Path`` of the copy; else ``default``.

        >>> def train(lr, trial):
        ...     model, epoch = trial.restore(default=(None, 0))
        """
        kept = None if self._checkpoints is None else self._checkpoints.load()
        return default if kept is None else kept
