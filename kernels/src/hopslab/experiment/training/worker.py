"""The worker of a distributed training as the function sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hopslab.experiment.training.frameworks import Team
from hopslab.experiment.training.shards import Shard
from hopslab.experiment.trial import Trial


class Worker:
    """One of the processes that train together, when the function has a parameter ``worker``.

    Attributes:
        rank: Which worker this is, from 0.
        size: How many there are.
        addresses: A free ``host:port`` of each worker, by rank. TensorFlow and PyTorch are told theirs already.
        shard: This worker's part of the data, with ``files`` and ``to_pandas()``.
        framework: What it was asked for.
    """

    def __init__(self, rank: int, team: Team, shard: Shard, framework: str, trial: Trial) -> None:
        self.rank = rank
        self.size = team.size
        self.addresses = tuple(team.address(other) for other in range(team.size))
        self.shard = shard
        self.framework = framework
        self._trial = trial

    @property
    def is_chief(self) -> bool:
        """Whether this is rank 0, which reports, keeps checkpoints and returns the result."""
        return self.rank == 0

    @property
    def attempt(self) -> int:
        """1, or 2 where the training is run again because a worker was lost."""
        return self._trial.attempt

    @property
    def logdir(self) -> Path:
        """A folder for event files and whatever else shall stay, in the experiment's; each worker has its own.

        Raises:
            OSError: it cannot be made.
        """
        return self._trial.logdir

    def report(self, value: Any, step: int | None = None) -> None:
        """Report the metric as it is now, such as after an epoch; it is shown live. Only rank 0's counts.

        Args:
            value: A finite number; others are passed over.
            step: Which epoch or batch; counted from 0 where it is not given.

        Raises:
            TypeError: ``value`` is no number, or ``step`` no whole number from 0.
            TrialStopped: the training is being stopped.
        """
        self._trial.report(value, step)

    def checkpoint(self, state: Any) -> None:
        """Keep what the training has reached; of rank 0 only, so that every worker may call it.

        Args:
            state: Anything that can be pickled, or a ``Path`` of a file or folder, of which a copy is kept.

        Raises:
            OSError: it cannot be written; the one before is kept.
        """
        if self.is_chief:
            self._trial.checkpoint(state)

    def restore(self, default: Any = None) -> Any:
        """What rank 0 kept last before this attempt began: the object, or the ``Path`` of the copy; else ``default``.

        The same in every worker.
        """
        return self._trial.restore(default)

    def __repr__(self) -> str:
        return f"<Worker {self.rank} of {self.size}>"
