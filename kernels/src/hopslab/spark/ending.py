"""Why a session ends that its kernel has not stopped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class End:
    """The reason in ``words``, to be read after "Spark was started again, because".

    ``leaves`` the lease to another kernel of this notebook server; ``spares_cells``: not while one runs.
    """

    words: str
    leaves: bool = False
    spares_cells: bool = False


def minutes(seconds: float) -> str:
    """A time for people."""
    if seconds < 60:
        return f"{seconds:.0f} seconds"
    count = round(seconds / 60)
    return f"{count} minute{'' if count == 1 else 's'}"
