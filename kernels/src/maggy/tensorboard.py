"""Where a trial writes what TensorBoard shows."""

from hopslab.tensorboard import logdir

__all__ = ["logdir"]
