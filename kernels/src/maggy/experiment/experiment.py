"""Another place that programs import ``lagom`` from."""

from maggy.experiment.lagoms import lagom

__all__ = ["lagom"]
