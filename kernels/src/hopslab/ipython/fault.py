"""A fault of a cell, told in a few words instead of a traceback."""

from __future__ import annotations

from collections.abc import Sequence


class ExperimentError(Exception):
    """The cell cannot be run, or its experiment failed."""

    def __init__(self, detail: str, faults: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.faults = list(faults)

    def __str__(self) -> str:
        lines = [str(self.args[0]), *(f"  - {fault}" for fault in self.faults)]
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows."""
        return ["\x1b[31mExperiment\x1b[0m " + str(self)]
