"""Where a trial writes what TensorBoard shows."""

from __future__ import annotations

from hopslab.tensorboard import logdir

__all__ = ["logdir", "visualize"]


def visualize(hdfs_root_logdir: str) -> None:
    """Say where TensorBoard over this folder is to be had: in the Hopslab panel, on the experiment's own page."""
    print(f"TensorBoard over {hdfs_root_logdir} opens from the experiment's page in the Hopslab panel.")  # noqa: T201
