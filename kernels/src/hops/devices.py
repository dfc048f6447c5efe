"""What this process can compute on."""

from __future__ import annotations

import os

from hopslab.settings import read_settings


def get_num_gpus() -> int:
    """How many GPUs the running trial has; in the notebook, how many its own lease has."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([one for one in visible.split(",") if one.strip() not in ("", "-1")])
    return read_settings().gpus
