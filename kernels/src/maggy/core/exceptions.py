"""What a function meets while it reports."""

from __future__ import annotations

from typing import Any


class EarlyStopException(Exception):  # noqa: N818
    """The trial is not worth going on with.

    Attributes:
        metric: What was reported last.
    """

    def __init__(self, metric: Any) -> None:
        super().__init__(f"stopped early at {metric}")
        self.metric = metric


class BroadcastMetricTypeError(TypeError):
    """What was reported is no number."""

    def __init__(self, metric: object) -> None:
        super().__init__(
            f"reporter.broadcast takes a number, not {type(metric).__name__} {metric!r:.60}; "
            "report one, such as float(accuracy)."
        )


class BroadcastStepTypeError(TypeError):
    """The step is no whole number from 0."""

    def __init__(self, metric: object, step: object) -> None:
        super().__init__(
            f"reporter.broadcast takes a whole number from 0 as step, not {step!r:.60} (metric {metric!r:.60})."
        )


class BroadcastStepValueError(ValueError):
    """The step is before the one that was reported last."""

    def __init__(self, metric: object, step: int, before: int) -> None:
        super().__init__(
            f"reporter.broadcast was called for step {step} after step {before} (metric {metric!r:.60}); "
            "steps only go up."
        )
