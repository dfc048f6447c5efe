"""Rules by which trials are stopped early."""


class AbstractEarlyStop:
    """A rule; there are those below."""


class MedianStoppingRule(AbstractEarlyStop):
    """What is worse than the median of the complete trials at the same step."""


class NoStoppingRule(AbstractEarlyStop):
    """No trial is stopped early."""
