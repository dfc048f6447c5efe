"""The lease, and combinations of values."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

from hopslab.settings import read_settings


def num_executors() -> int:
    """How many executors the notebook server was started with; 1 where trials run beside the kernel."""
    return max(read_settings().executors, 1)


def num_param_servers() -> int:
    """How many of the executors are parameter servers: ``NUM_TF_PS`` of the environment, or none."""
    given = os.environ.get("NUM_TF_PS", "")
    return int(given) if given.isdecimal() else 0


def grid_params(dict: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:  # noqa: A002
    """Every combination of the values, as a list for each name: what ``experiment.launch`` takes.

    >>> grid_params({"lr": [0.1, 0.3], "layers": [2, 9]})
    {'lr': [0.1, 0.1, 0.3, 0.3], 'layers': [2, 9, 2, 9]}
    """
    combinations = list(itertools.product(*dict.values()))
    return {name: [one[index] for one in combinations] for index, name in enumerate(dict)}
