"""Experiments as programs for ``maggy`` start them, of both of its generations."""

from maggy.experiment.lagoms import lagom

__all__ = ["lagom"]
