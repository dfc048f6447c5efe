"""TensorBoard over what trials write."""

from __future__ import annotations

from hopslab.errors import HopslabError
from hopslab.experiment.running import current
from hopslab.tensorboard.opening import address, visualize

__all__ = ["address", "logdir", "visualize"]


def logdir() -> str:
    """The folder of the running trial, for its event files and whatever else shall stay.

    >>> from tensorboardX import SummaryWriter
    >>> def train(lr):
    ...     with SummaryWriter(logdir()) as writer:
    ...         writer.add_scalar("loss", 0.1, 0)

    Raises:
        HopslabError: ``experiment.no-trial`` outside of a trial.
        OSError: it cannot be made, such as where the project's storage is full.
    """
    trial = current()
    if trial is None:
        raise HopslabError(
            "experiment.no-trial",
            "There is no trial here: call tensorboard.logdir() inside the function that an experiment runs.",
        )
    return str(trial.logdir)
