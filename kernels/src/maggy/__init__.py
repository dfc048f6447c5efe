"""Programs that were written for the package ``maggy`` run here as they are.

What ``experiment.lagom`` starts is an experiment of :mod:`hopslab.experiment`: shown in the panel, with retries and
everything else.

>>> from maggy import Searchspace, experiment
"""

from hopslab.classic.absent import explain
from maggy.core.exceptions import EarlyStopException
from maggy.searchspace import Searchspace

__all__ = ["EarlyStopException", "Searchspace"]

_THERE = "ablation, callbacks, config, earlystop, experiment, experiment_config, optimizer, searchspace, tensorboard"
_INSTEAD = {
    "pruner": '; give the config optimizer="asha" for trials with budgets, or run it by '
    'hopslab.experiment, which has pruner="hyperband"'
}

explain(
    __name__, lambda name: f"maggy.{name} is not here{_INSTEAD.get(name, '')}; of maggy there is: {_THERE}."
)
