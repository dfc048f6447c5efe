"""Programs that were written for the package ``maggy`` run here as they are.

What ``experiment.lagom`` starts is an experiment of :mod:`hopslab.experiment`: shown in the panel, with retries and
everything else.

>>> from maggy import Searchspace, experiment
"""

from maggy.core.exceptions import EarlyStopException
from maggy.searchspace import Searchspace

__all__ = ["EarlyStopException", "Searchspace"]
