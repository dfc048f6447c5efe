"""One training on all executors."""

from __future__ import annotations

from typing import Any

from hopslab.classic.programs import invalid
from maggy.config import TfDistributedConfig, TorchDistributedConfig


def distribute(fn: Any, config: TorchDistributedConfig | TfDistributedConfig) -> Any:
    """Say what to use instead.

    Raises:
        HopslabError: ``experiment.invalid``, always.
    """
    label = getattr(fn, "__name__", "the function")
    instead = f"hopslab.experiment.distributed({label}, workers=...), where {label} wraps its own model"
    raise invalid([f"{config.name}: {type(config).__name__} is not here yet; use {instead}."])
