"""What somebody wants to see, as an address writes it."""

from __future__ import annotations

import hashlib
import re

_ONE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.[0-9]{1,7})*"
_ALL = re.compile(rf"{_ONE}(?:,{_ONE})*")
MOST_EXPERIMENTS = 20
MOST_TRIALS = 500


def experiments_of(text: str) -> tuple[str, ...] | None:
    """Experiments with commas between, each an id with ``.NUMBER`` for the trials that are meant; None for all else."""
    if _ALL.fullmatch(text) is None:
        return None
    found = tuple(text.split(","))
    trials = text.count(".")
    return found if len(found) <= MOST_EXPERIMENTS and trials <= MOST_TRIALS else None


def key_of(experiments: tuple[str, ...]) -> str:
    """The name of the TensorBoard that shows these: twenty hexadecimal digits."""
    return hashlib.sha256(",".join(experiments).encode()).hexdigest()[:20]
