"""TensorFlow's servers for training with a parameter server, where rank 0 leads and the others only compute."""

from __future__ import annotations

import json
import os
import threading
from typing import Any


def _server(job: str, index: int) -> Any:
    import tensorflow as tf  # type: ignore[import-untyped]  # only where it is installed

    cluster = tf.train.ClusterSpec(json.loads(os.environ["TF_CONFIG"])["cluster"])
    return tf.distribute.Server(cluster, job_name=job, task_index=index, protocol="grpc", start=True)


def serve() -> None:
    """In a worker: compute what rank 0 asks for, until it has ended."""
    task = json.loads(os.environ["TF_CONFIG"])["task"]
    server = _server(task["type"], task["index"])
    # Not join(), in which Python would not hear a stop.
    threading.Event().wait()
    del server


def keep_parameters() -> Any:
    """In rank 0: a server that keeps the parameters as long as what this returns."""
    return _server("ps", 0)
