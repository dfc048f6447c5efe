"""The function on its way to other processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cloudpickle

from hopslab.errors import HopslabError


def pickled(fn: Callable[..., Any], label: str) -> bytes:
    """The function with all it refers to; ``label`` is what people know it by.

    Raises:
        HopslabError: ``experiment.function`` where something of it cannot be sent to another process.
    """
    try:
        return bytes(cloudpickle.dumps(fn))
    except Exception as error:  # whatever an object's own __reduce__ raises
        why = str(error).rstrip(".")
        raise HopslabError(
            "experiment.function",
            f"{label} cannot be sent to the workers: {why}. It refers to something that lives in this "
            "kernel only (a Spark session, an open file, a lock ...); make it inside the function instead.",
        ) from error
